"""What the event log says of a document that replaced another."""

import hashlib
from copy import deepcopy

from assessment.audit.models import Event
from assessment.frameworks import services
from assessment.frameworks.canonical import export_text
from assessment.frameworks.differences import document_difference
from tests.cast import Cast
from tests.factories import NOW, tiny_framework
from tests.frameworks.documents import draft

NOTHING: dict[str, list[str]] = {"added": [], "removed": [], "changed": [], "other_parts": []}


def test_a_document_does_not_differ_from_itself() -> None:
    assert document_difference(tiny_framework(), tiny_framework()) == NOTHING


def test_every_kind_of_difference_is_named() -> None:
    old, new = tiny_framework(), tiny_framework()
    by_code = {node["code"]: node for node in new["nodes"]}
    by_code["S1"]["weight"] = 41
    new["nodes"].remove(by_code["S2"])
    new["nodes"].append(deepcopy(by_code["S1"]) | {"code": "S9"})
    new["decimals"] = 1
    assert document_difference(old, new) == {
        "added": ["S9"],
        "removed": ["S2"],
        "changed": ["S1"],
        "other_parts": ["decimals"],
    }


def test_another_order_of_nodes_is_a_difference_of_its_own() -> None:
    old, new = tiny_framework(), tiny_framework()
    new["nodes"].append(new["nodes"].pop(2))
    assert document_difference(old, new) == NOTHING | {"other_parts": ["node order"]}


def test_the_event_of_an_import_seals_both_documents_and_names_what_differs(cast: Cast) -> None:
    first = draft(cast)
    version = services.create_version(
        framework=first.framework, based_on=first, by=cast.coordinator, at=NOW
    )
    sealed_before = hashlib.sha256(export_text(version.document).encode()).hexdigest()
    document = deepcopy(version.document)
    indicator = next(node for node in document["nodes"] if node["code"] == "S1")
    indicator["title"] = {"zh-Hans": "新指标", "en": "New indicator"}
    after = services.import_document(
        version=version, document=document, by=cast.coordinator, at=NOW
    )
    event = Event.objects.get(action="frameworks.import_document")
    assert event.before["sha256"] == sealed_before
    assert event.after["sha256"] == hashlib.sha256(export_text(after.document).encode()).hexdigest()
    assert {key: event.after[key] for key in NOTHING} == NOTHING | {"changed": ["S1"]}
