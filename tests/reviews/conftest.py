"""A cycle whose framework asks experts for one level."""

import pytest

from assessment.cycles.workflow import Stage
from tests.cast import Cast
from tests.factories import tiny_framework
from tests.flushing import past_triggers


def rubric_framework() -> dict[str, object]:
    """The tiny framework; experts judge DEPTH on three levels."""
    document = tiny_framework()
    nodes = document["nodes"]
    next(n for n in nodes if n["code"] == "S2")["weight"] = 10
    levels = [
        {"value": v, "score": s, "title": {"zh-Hans": zh, "en": en}}
        for v, s, zh, en in (
            (1, 40, "浅表", "Shallow"),
            (2, 70, "中度", "Moderate"),
            (3, 100, "深度", "Deep"),
        )
    ]
    nodes.append(
        {
            "code": "DEPTH",
            "parent": "sharing",
            "kind": "indicator",
            "weight": 10,
            "title": {"zh-Hans": "协作深度", "en": "Depth of cooperation"},
            "definition": {"zh-Hans": "定义", "en": "Definition"},
            "unit": {"zh-Hans": "级", "en": "level"},
            "source": "reviews",
            "direction": "positive",
            "value": {"type": "level", "levels": levels},
            "normalisation": {"method": "levels"},
        }
    )
    return document


@pytest.fixture
def judged(cast: Cast) -> Cast:
    """The cast, its cycle collecting, with an expert indicator."""
    version = cast.cycle.framework_version
    version.document = rubric_framework()
    with past_triggers():
        version.save()
    cast.cycle.stage = Stage.COLLECTING
    cast.cycle.save()
    cast.cycle.refresh_from_db()
    return cast
