"""A document that says of itself that it is a demonstration keeps saying so."""

import json

from assessment.cycles.demonstration import DEMONSTRATION
from assessment.engine import load_framework
from assessment.frameworks.canonical import export_text
from assessment.frameworks.services import create_from_library, import_document
from tests.cast import Cast
from tests.factories import NOW


def test_notice_is_imported_exported_and_read_by_the_engine(cast: Cast) -> None:
    version = create_from_library(
        region=cast.region, template="regional-cooperation", by=cast.coordinator, at=NOW
    )
    marked = import_document(
        version=version,
        document={**version.document, "notice": DEMONSTRATION.as_dict()},
        by=cast.coordinator,
        at=NOW,
    )
    text = export_text(marked.document)
    assert json.loads(text)["notice"] == {"zh-Hans": "演示数据", "en": "Demonstration data"}
    assert load_framework(text).code == version.document["code"]
