"""Rubric scores and remarks change through their services only, with permission and record."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from assessment.audit.models import Event
from assessment.cycles.workflow import NotAllowedNow, Stage
from assessment.observations.models import Observation
from assessment.observations.statuses import Status
from assessment.reviews.conflicts import last_judgement
from assessment.reviews.forms import RubricForm
from assessment.reviews.models import Remark, RubricScore
from assessment.reviews.services import save_rubric_score, settle_rubric, write_remark
from assessment.reviews.templatetags.rubric import level_title
from tests.cast import Cast
from tests.factories import NOW, CycleFactory, LocalityFactory, member
from tests.flushing import past_triggers


def give(cast: Cast, by: User, **changes: Any) -> RubricScore:
    values: dict[str, Any] = {
        "cycle": cast.cycle,
        "locality": cast.locality,
        "indicator": "DEPTH",
        "level": 2,
        "has_abstained": False,
        "comment": "",
        **changes,
    }
    return save_rubric_score(**values, by=by, at=NOW)


def test_save_rubric_score_stores_one_score_per_reviewer(judged: Cast) -> None:
    give(judged, judged.reviewer, level=2)
    give(judged, judged.reviewer, level=3)
    give(judged, judged.reviewer, level=3)
    score = RubricScore.objects.get()
    assert (score.level, score.has_abstained) == (3, False)
    events = Event.objects.filter(action="reviews.save_rubric_score").order_by("sequence")
    assert [e.after["level"] for e in events] == ["2", "3"]
    assert events[1].before["level"] == "2"


@pytest.mark.parametrize("name", ["coordinator", "auditor", "contributor", "other_coordinator"])
def test_save_rubric_score_by_others_is_refused(judged: Cast, name: str) -> None:
    with pytest.raises(PermissionDenied):
        give(judged, getattr(judged, name))
    assert not RubricScore.objects.exists()


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.PRELIMINARY, Stage.FINAL, Stage.PUBLISHED])
def test_save_rubric_score_outside_the_open_stages_is_refused(judged: Cast, stage: Stage) -> None:
    judged.cycle.stage = stage
    judged.cycle.save()
    with pytest.raises(NotAllowedNow):
        give(judged, judged.reviewer)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"level": 9}, "level"),
        ({"level": None}, "level"),
        ({"indicator": "S1"}, "indicator"),
        ({"has_abstained": True, "comment": "  "}, "comment"),
    ],
)
def test_save_rubric_score_names_the_field_at_fault(
    judged: Cast, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as error:
        give(judged, judged.reviewer, **changes)
    assert list(error.value.message_dict) == [field]


def test_save_rubric_score_for_a_stranger_locality_is_refused(judged: Cast) -> None:
    with pytest.raises(ValidationError) as error:
        give(judged, judged.reviewer, locality=LocalityFactory())
    assert list(error.value.message_dict) == ["locality"]


def test_settle_rubric_takes_the_lower_median(judged: Cast) -> None:
    second = member(Role.REVIEWER, region=judged.region)
    third = member(Role.REVIEWER, region=judged.region)
    give(judged, judged.reviewer, level=3)
    give(judged, second, level=1)
    give(judged, third, level=None, has_abstained=True, comment="Works there")
    assert settle_rubric(cycle=judged.cycle, by=judged.coordinator, at=NOW) == 2
    observation = Observation.objects.get(locality=judged.locality)
    assert (observation.status, observation.value) == (Status.VALUE, Decimal(1))
    assert observation.provenance["reviewers"] == 2
    assert observation.provenance["abstentions"] == 1


def test_levels_are_whatever_numbers_the_framework_writes(judged: Cast) -> None:
    version = judged.cycle.framework_version
    node = next(node for node in version.document["nodes"] if node["code"] == "DEPTH")
    for level, value in zip(node["value"]["levels"], (-1, 0.5, 1), strict=True):
        level["value"] = value
    with past_triggers():
        version.save()
    judged.cycle.refresh_from_db()
    parsed = judged.cycle.framework_version.parsed.node("DEPTH")
    form = RubricForm({"DEPTH-level": "0.5"}, node=parsed, score=None)
    assert [value for value, _label in form.fields["level"].choices] == [  # type: ignore[attr-defined]
        "-1",
        "0.5",
        "1",
        "abstain",
    ]
    assert form.is_valid()
    assert give(judged, judged.reviewer, level=form.level_given).level_text == "0.5"
    give(judged, member(Role.REVIEWER, region=judged.region), level=Decimal(1))
    settle_rubric(cycle=judged.cycle, by=judged.coordinator, at=NOW)
    assert Observation.objects.get(locality=judged.locality).value == Decimal("0.5")
    kept = RubricScore.objects.get(reviewer=judged.reviewer)
    with translation.override("en"):
        assert level_title(kept, parsed) == "Moderate"
    shown = RubricForm(node=parsed, score=kept)
    assert shown["level"].value() == "0.5"


def test_settle_rubric_without_any_level_says_missing(judged: Cast) -> None:
    settle_rubric(cycle=judged.cycle, by=judged.coordinator, at=NOW)
    observation = Observation.objects.get(locality=judged.neighbour)
    assert (observation.status, observation.value) == (Status.MISSING, None)


def test_settling_what_is_settled_records_nothing(judged: Cast) -> None:
    for _time in range(2):
        settle_rubric(cycle=judged.cycle, by=judged.coordinator, at=NOW)
    assert Event.objects.filter(action="reviews.settle_rubric").count() == 1
    assert Event.objects.filter(action="observations.record").count() == 1


def test_settling_from_a_page_older_than_a_score_is_refused_in_words(judged: Cast) -> None:
    seen = last_judgement(judged.cycle)
    give(judged, judged.reviewer, level=3)
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        settle_rubric(cycle=judged.cycle, seen=seen, by=judged.coordinator, at=NOW)
    assert refused.value.message_dict["seen"] == [
        f"Changed after you opened this page: Scored by the rubric ({judged.locality.name_en}) "
        f"by {judged.reviewer} at 2017-03-01 10:00.",
        "Look at the scores again before you settle them.",
    ]
    assert not Observation.objects.exists()
    seen = last_judgement(judged.cycle)
    settle_rubric(cycle=judged.cycle, seen=seen, by=judged.coordinator, at=NOW)
    with pytest.raises(ValidationError):
        settle_rubric(cycle=judged.cycle, seen=seen, by=judged.coordinator, at=NOW)


def test_a_score_of_another_cycle_does_not_hold_up_the_settlement(judged: Cast) -> None:
    seen = last_judgement(judged.cycle)
    other = CycleFactory(region=judged.region, stage=Stage.COLLECTING)
    RubricScore.objects.create(
        cycle=other,
        locality=judged.locality,
        indicator="DEPTH",
        reviewer=judged.reviewer,
        level=3,
        updated_at=NOW,
    )
    assert last_judgement(judged.cycle) == seen
    settle_rubric(cycle=judged.cycle, seen=seen, by=judged.coordinator, at=NOW)


def test_settling_when_scoring_is_over_is_not_allowed_now(judged: Cast) -> None:
    judged.cycle.stage = Stage.PRELIMINARY
    judged.cycle.save()
    with pytest.raises(NotAllowedNow):
        settle_rubric(cycle=judged.cycle, by=judged.coordinator, at=NOW)


def test_settle_rubric_by_a_reviewer_is_refused(judged: Cast) -> None:
    with pytest.raises(PermissionDenied):
        settle_rubric(cycle=judged.cycle, by=judged.reviewer, at=NOW)


def test_write_remark_in_one_language_is_enough(judged: Cast) -> None:
    write_remark(
        cycle=judged.cycle,
        locality=judged.locality,
        text_zh=" 良好 ",
        text_en="",
        by=judged.coordinator,
        at=NOW,
    )
    remark = Remark.objects.get()
    assert (remark.text_zh, remark.text_en, remark.written_by) == ("良好", "", judged.coordinator)


def remark(cast: Cast, **changes: Any) -> Remark:
    given = {"cycle": cast.cycle, "locality": cast.locality, "text_zh": "良好", "text_en": ""}
    return write_remark(**{**given, **changes}, by=cast.coordinator, at=NOW)


def test_write_remark_on_a_stranger_locality_is_refused(judged: Cast) -> None:
    with pytest.raises(ValidationError) as error:
        remark(judged, locality=LocalityFactory())
    assert list(error.value.message_dict) == ["locality"]


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.FINAL, Stage.PUBLISHED, Stage.ARCHIVED])
def test_write_remark_outside_the_open_stages_is_refused(judged: Cast, stage: Stage) -> None:
    judged.cycle.stage = stage
    judged.cycle.save()
    with pytest.raises(NotAllowedNow):
        remark(judged)
    assert not Remark.objects.exists()


def test_write_remark_empty_is_refused(judged: Cast) -> None:
    with pytest.raises(ValidationError):
        write_remark(
            cycle=judged.cycle,
            locality=judged.locality,
            text_zh=" ",
            text_en="",
            by=judged.coordinator,
            at=NOW,
        )
