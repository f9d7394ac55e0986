"""Brings the cast's cycle to where the tests of values, scores and publication begin."""

from datetime import datetime
from decimal import Decimal

from accounts.models import Locality
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.observations.services import ObservationInput, record_observations
from tests.factories import NOW

INDICATORS = ("S1", "S2", "PM25_CHANGE", "S3")


def at_stage(cycle: Cycle, stage: Stage) -> Cycle:
    """The cycle put into a stage, as if its steps had been taken."""
    Cycle.objects.filter(pk=cycle.pk).update(stage=stage)
    cycle.refresh_from_db()
    return cycle


def record(
    cycle: Cycle,
    locality: Locality,
    values: dict[str, str],
    at: datetime = NOW,
    source: str = "submissions",
) -> None:
    """Record values by indicator for one locality, as the system."""
    rows = [
        ObservationInput(locality.pk, code, "value", Decimal(value), {"version": 1})
        for code, value in values.items()
    ]
    record_observations(cycle=cycle, rows=rows, source=source, by=None, at=at)


def fill(cycle: Cycle) -> None:
    """Every value of every participant: 90, 80, 70 … by locality, the same for each indicator."""
    for place, participant in enumerate(cycle.participants.select_related("locality")):
        value = str(90 - 10 * place)
        record(cycle, participant.locality, dict.fromkeys(INDICATORS, value))
