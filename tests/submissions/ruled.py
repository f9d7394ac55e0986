"""A form whose framework states rules, after a cycle with values of its own."""

from decimal import Decimal
from typing import Any

from assessment.cycles.models import Cycle
from assessment.observations.models import Observation
from tests.cast import Cast, make_cast
from tests.factories import NOW, CycleFactory, tiny_framework

CHANGE = {
    "id": "large-change",
    "kind": "change",
    "severity": "warning",
    "indicators": ["S1", "S2"],
    "absolute": 10,
}
ORDER = {
    "id": "s3-within-s2",
    "kind": "relation",
    "severity": "error",
    "terms": [{"indicator": "S3"}],
    "operator": "at_most",
    "other_terms": [{"indicator": "S2"}],
}


def ruled_document(*rules: dict[str, Any]) -> dict[str, Any]:
    """The tiny framework with these rules."""
    stated = {"format": "lianping-validation/1", "rules": list(rules)}
    return {**tiny_framework(), "validation": stated}


def cycle_before(cast: Cast, **values: str) -> Cycle:
    """A cycle before the cast's, in which its locality had these values."""
    before = CycleFactory(region=cast.region, framework_version=cast.cycle.framework_version)
    Cycle.objects.filter(pk=cast.cycle.pk).update(previous=before)
    cast.cycle.refresh_from_db()
    Observation.objects.bulk_create(
        Observation(
            cycle=before,
            locality=cast.locality,
            indicator=code,
            status="value",
            value=Decimal(value),
            source="submissions",
            recorded_at=NOW,
        )
        for code, value in values.items()
    )
    return before


def ruled_cast() -> Cast:
    """The cast with both rules in its framework, after a cycle with S1 at 60 and S2 at 65."""
    found = make_cast(document=ruled_document(CHANGE, ORDER))
    cycle_before(found, S1="60", S2="65")
    return found


# What is found in the form that ``conftest.fill`` fills.
WARNING = (
    "Found 81.5 after 60 in the cycle before (+21.5, +35.8 %); expected a change of at most 10 "
    "percentage points. Check the figure and how it was counted. "
    "If the figure is right, explain why."
)
