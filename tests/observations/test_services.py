"""Recording: what is written, what is refused, in which stage, by whom."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from accounts.models import Locality
from assessment.audit.models import Event
from assessment.cycles.workflow import NotAllowedNow, Stage
from assessment.observations.models import Observation
from assessment.observations.services import (
    ObservationInput,
    RecordOutcome,
    record_observations,
)
from assessment.observations.statuses import Status
from assessment.observations.workflow import RECORDING_STAGES
from tests.cast import Cast
from tests.factories import NOW, LocalityFactory
from tests.observations.scene import at_stage, record

Row = ObservationInput


def attempt(cast: Cast, *rows: ObservationInput, name: str = "coordinator") -> RecordOutcome:
    return record_observations(
        cycle=cast.cycle, rows=rows, source="import", by=getattr(cast, name), at=NOW
    )


def refused(cast: Cast, *rows: ObservationInput) -> list[str]:
    """The sentences of the refusal; nothing may have been written."""
    with pytest.raises(ValidationError) as caught, translation.override("en"):
        attempt(cast, *rows)
    assert not Observation.objects.exists()
    return list(caught.value.message_dict["rows"])


def test_record_writes_value_with_provenance_and_one_event(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    row = Row(cast.locality.pk, "S1", "value", Decimal("87.5"), {"version": 2})
    assert attempt(cast, row) == RecordOutcome(1, 0, 0)
    observation = Observation.objects.get()
    assert (observation.value, observation.status) == (Decimal("87.5"), Status.VALUE)
    assert observation.provenance == {"version": 2}
    assert (observation.recorded_by, observation.recorded_at) == (cast.coordinator, NOW)
    event = Event.objects.get(action="observations.record")
    assert event.before == {}
    assert event.after == {f"{cast.locality.code} S1": "87.5 (import)"}
    assert event.locality == cast.locality


def test_record_again_changes_in_place_and_says_before(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    attempt(cast, Row(cast.locality.pk, "S1", "value", Decimal(80)))
    outcome = attempt(cast, Row(cast.locality.pk, "S1", "missing"))
    assert outcome == RecordOutcome(0, 1, 0)
    assert Observation.objects.get().value is None
    event = Event.objects.filter(action="observations.record").first()
    assert event is not None
    assert event.before == {f"{cast.locality.code} S1": "80 (import)"}
    assert event.after == {f"{cast.locality.code} S1": "missing (import)"}


def test_record_same_content_writes_no_event(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    row = Row(cast.locality.pk, "S1", "value", Decimal("80.0"))
    attempt(cast, row)
    assert attempt(cast, row) == RecordOutcome(0, 0, 1)
    assert Event.objects.filter(action="observations.record").count() == 1


def test_record_all_or_none(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    good = Row(cast.locality.pk, "S1", "value", Decimal(80))
    bad = Row(cast.locality.pk, "S3", "value", Decimal(101))
    assert refused(cast, good, bad) == [
        f"{cast.locality.code} S3: Found 101; expected a number from 0 to 100. "
        "A share cannot exceed 100 %: check numerator and denominator."
    ]


@pytest.mark.parametrize(
    ("indicator", "status", "value", "sentence"),
    [
        ("NONE", "value", Decimal(1), "NONE is not an indicator of the framework."),
        ("sharing", "value", Decimal(1), "sharing is not an indicator of the framework."),
        ("S1", "value", None, "Found no value; expected a number."),
        ("S1", "", None, "Found an empty status; expected value, nothing_to_report,"),
        ("S1", "missing", Decimal(1), "Found value 1 with status missing; expected no value."),
        ("S1", "not_applicable", None, "the framework does not allow this status here."),
        ("S1", "value", Decimal(-1), "Found -1; expected a number from 0 to 100."),
        ("S1", "value", Decimal("NaN"), "expected a number of at most 15 digits."),
        ("S1", "value", Decimal("1e20"), "expected a number of at most 15 digits."),
        ("S1", "value", Decimal("0.123456789"), "expected at most 8 decimals."),
    ],
)
def test_record_bad_row_is_named(
    cast: Cast, indicator: str, status: str, value: Decimal | None, sentence: str
) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    (found,) = refused(cast, Row(cast.locality.pk, indicator, status, value))
    assert sentence in found


def test_record_locality_outside_the_cycle(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    stranger: Locality = LocalityFactory()
    assert refused(cast, Row(stranger.pk, "S1", "missing")) == [
        f"Locality {stranger.pk} does not take part in the cycle."
    ]


def test_record_same_place_twice(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    row = Row(cast.locality.pk, "S1", "missing")
    assert refused(cast, row, row) == [f"{cast.locality.code} S1 is given twice."]


def test_record_statuses_the_framework_allows(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    for status in ("nothing_to_report", "not_applicable", "missing", "excluded"):
        attempt(cast, Row(cast.locality.pk, "S2", status))
        assert Observation.objects.get().status == status


@pytest.mark.parametrize("stage", list(Stage))
def test_record_in_every_stage(cast: Cast, stage: Stage) -> None:
    at_stage(cast.cycle, stage)
    row = Row(cast.locality.pk, "S1", "value", Decimal(1))
    if stage in {Stage.COLLECTING, Stage.REVIEWING, Stage.PRELIMINARY}:
        assert attempt(cast, row).created == 1
    else:
        with pytest.raises(NotAllowedNow):
            attempt(cast, row)
        assert not Observation.objects.exists()


def test_recording_stages_are_these_three() -> None:
    assert {Stage.COLLECTING, Stage.REVIEWING, Stage.PRELIMINARY} == RECORDING_STAGES


@pytest.mark.parametrize(
    "name",
    [
        "contributor",
        "approver",
        "other_coordinator",
        "reviewer",
        "auditor",
        "security_administrator",
    ],
)
def test_record_by_others_is_refused(cast: Cast, name: str) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    with pytest.raises(PermissionDenied):
        attempt(cast, Row(cast.locality.pk, "S1", "missing"), name=name)


def test_values_are_kept_apart_by_cycle_and_place(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.COLLECTING)
    record(cast.cycle, cast.locality, {"S1": "10", "S3": "20"})
    record(cast.cycle, cast.neighbour, {"S1": "30"})
    stored = Observation.objects.values_list("locality__code", "indicator", "value")
    assert set(stored) == {
        (cast.locality.code, "S1", Decimal(10)),
        (cast.locality.code, "S3", Decimal(20)),
        (cast.neighbour.code, "S1", Decimal(30)),
    }
