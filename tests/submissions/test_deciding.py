"""Return, accept, extend, and what the history says of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assessment.cycles.calendar import LOCAL_ZONE
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.observations.models import Observation
from assessment.submissions.models import Submission
from assessment.submissions.queries import changes_since_signed, differences, overdue_on
from assessment.submissions.services import (
    AnswerInput,
    accept_submission,
    extend_deadline,
    open_collection,
    return_submission,
    save_answers,
)
from assessment.submissions.versions import Difference
from assessment.submissions.workflow import LastDayPassed, StageClosed
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions.conftest import sign

AFTER = datetime(2017, 3, 20, 2, 0, tzinfo=UTC)


def test_open_collection_gives_every_participant_a_form(cast: Cast) -> None:
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    forms = Submission.objects.filter(cycle=cast.cycle)
    assert [form.locality for form in forms] == [cast.locality, cast.neighbour]
    assert {(form.state, form.revision, form.created_at) for form in forms} == {("draft", 0, NOW)}


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        (datetime(2017, 1, 31, 23, 59, 59, tzinfo=LOCAL_ZONE), False),
        (datetime(2017, 1, 31, 15, 59, 59, tzinfo=UTC), False),
        (datetime(2017, 1, 31, 16, 0, tzinfo=UTC), True),
        (datetime(2017, 2, 1, 0, 0, tzinfo=LOCAL_ZONE), True),
    ],
)
def test_collection_opens_on_its_first_day_in_china(cast: Cast, at: datetime, opens: bool) -> None:
    assert cast.cycle.collection_start_date == date(2017, 2, 1)
    if opens:
        open_collection(cycle=cast.cycle, by=cast.coordinator, at=at)
    else:
        with pytest.raises(ValidationError) as refused, translation.override("en"):
            open_collection(cycle=cast.cycle, by=cast.coordinator, at=at)
        assert refused.value.messages == [
            "The collection opens on 2017-02-01. Change the timetable to open it earlier."
        ]
    assert Cycle.objects.get(pk=cast.cycle.pk).stage == ("collecting" if opens else "draft")
    assert Submission.objects.exists() is opens


@pytest.mark.parametrize(
    ("at", "is_in_time"),
    [
        (datetime(2017, 3, 15, 23, 59, 59, tzinfo=LOCAL_ZONE), True),
        (datetime(2017, 3, 16, 0, 0, tzinfo=LOCAL_ZONE), False),
    ],
)
def test_the_last_day_of_the_collection_counts_to_its_end(
    cast: Cast, at: datetime, is_in_time: bool
) -> None:
    assert cast.cycle.collection_end_date == date(2017, 3, 15)
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    form = Submission.objects.get(cycle=cast.cycle, locality=cast.locality)
    if is_in_time:
        save_answers(submission=form, answers={}, by=cast.contributor, at=at)
    else:
        with pytest.raises(LastDayPassed):
            save_answers(submission=form, answers={}, by=cast.contributor, at=at)


def test_open_collection_only_by_the_coordinator(cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        open_collection(cycle=cast.cycle, by=cast.contributor, at=NOW)
    assert not Submission.objects.exists()


def test_return_needs_a_reason(signed: Submission, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        return_submission(submission=signed, reason="  ", by=cast.coordinator, at=NOW)
    assert list(refused.value.message_dict) == ["reason"]
    signed.refresh_from_db()
    assert signed.state == "submitted"


def test_return_keeps_the_reason_and_the_day(signed: Submission, cast: Cast) -> None:
    return_submission(
        submission=signed,
        reason="Add the ledger.",
        end_date=date(2017, 3, 30),
        by=cast.coordinator,
        at=AFTER,
    )
    signed.refresh_from_db()
    step = signed.steps.get(action="return")
    assert (step.reason, step.by, step.from_state, step.to_state) == (
        "Add the ledger.",
        cast.coordinator,
        "submitted",
        "returned",
    )
    assert signed.end_date == date(2017, 3, 30)


def test_return_after_the_last_day_needs_a_new_one(signed: Submission, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        return_submission(submission=signed, reason="Add it.", by=cast.coordinator, at=AFTER)
    assert list(refused.value.message_dict) == ["end_date"]


@pytest.mark.parametrize("day", [date(2017, 3, 19), date(2017, 5, 1)])
def test_return_refuses_days_in_the_past_or_after_the_objections(
    signed: Submission, cast: Cast, day: date
) -> None:
    with pytest.raises(ValidationError) as refused:
        return_submission(
            submission=signed, reason="Add it.", end_date=day, by=cast.coordinator, at=AFTER
        )
    assert list(refused.value.message_dict) == ["end_date"]


def test_decisions_on_a_version_nobody_looked_at_are_refused(
    signed: Submission, cast: Cast
) -> None:
    by = cast.coordinator
    return_submission(submission=signed, reason="Check S1.", step=1, by=by, at=NOW)
    sign(signed, cast.approver)
    with pytest.raises(ValidationError) as refused:
        accept_submission(submission=signed, step=1, by=by, at=NOW)
    assert list(refused.value.message_dict) == ["step"]
    with pytest.raises(ValidationError) as refused:
        return_submission(submission=signed, reason="Again.", step=1, by=by, at=NOW)
    assert list(refused.value.message_dict) == ["step"]
    signed.refresh_from_db()
    assert signed.state == "submitted"
    accept_submission(submission=signed, step=3, by=by, at=NOW)
    signed.refresh_from_db()
    assert signed.state == "accepted"


def test_every_change_of_a_form_asks_for_the_cycle_first(signed: Submission, cast: Cast) -> None:
    """One order of locks: publication holds the cycle while it looks at the forms."""
    steps: list[Callable[[], object]] = [
        lambda: return_submission(submission=signed, reason="No.", by=cast.coordinator, at=NOW),
        lambda: save_answers(
            submission=signed, answers={"S1": AnswerInput(value="1")}, by=cast.contributor, at=NOW
        ),
        lambda: extend_deadline(
            submission=signed,
            end_date=date(2017, 3, 20),
            reason="No.",
            by=cast.coordinator,
            at=NOW,
        ),
        lambda: sign(signed, cast.approver),
        lambda: accept_submission(submission=signed, by=cast.coordinator, at=NOW),
    ]
    if not connection.features.has_select_for_update:
        del steps[1]  # one writer is let in at a time: there is nothing to hold
    for step in steps:
        signed.refresh_from_db()
        with CaptureQueriesContext(connection) as queries:
            step()
        read = [query["sql"] for query in queries if query["sql"].startswith("SELECT")]
        own = [s for s in read if 'FROM "submissions_submission"' in s or _is_cycle(s)]
        # sign() reads the form's revision before it asks for the signature.
        own = own[1:] if own and not _is_cycle(own[0]) and step is steps[-2] else own
        assert _is_cycle(own[0]), own[0]


def _is_cycle(sql: str) -> bool:
    return 'FROM "cycles_cycle"' in sql


@pytest.mark.parametrize("stage", [Stage.PRELIMINARY, Stage.FINAL, Stage.PUBLISHED])
def test_a_page_that_still_knows_the_old_stage_moves_nothing(
    signed: Submission, cast: Cast, stage: Stage
) -> None:
    assert signed.cycle.stage == Stage.COLLECTING
    Cycle.objects.filter(pk=signed.cycle_id).update(stage=stage)
    with pytest.raises(StageClosed):
        return_submission(submission=signed, reason="No.", by=cast.coordinator, at=NOW)
    with pytest.raises(StageClosed):
        accept_submission(submission=signed, by=cast.coordinator, at=NOW)
    signed.refresh_from_db()
    assert signed.state == "submitted"


def test_resubmission_shows_the_differences(signed: Submission, cast: Cast) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    revisions = {answer.indicator: answer.revision for answer in signed.answers.all()}
    save_answers(
        submission=signed,
        answers={
            "S1": AnswerInput(value="82", note="ledger of June", revision=revisions["S1"]),
            "S2": AnswerInput(
                status="not_applicable", reason="no alerts", revision=revisions["S2"]
            ),
        },
        by=cast.contributor,
        at=NOW,
    )
    expected = [
        Difference("S1", "value", "81.5", "82"),
        Difference("S1", "note", "", "ledger of June"),
        Difference("S2", "status", "value", "not_applicable"),
        Difference("S2", "value", "70", ""),
        Difference("S2", "reason", "", "no alerts"),
    ]
    assert changes_since_signed(signed) == expected
    sign(signed, cast.approver)
    second, first = signed.versions.all()
    assert (first.number, second.number) == (1, 2)
    assert differences(first, second) == expected
    assert changes_since_signed(signed) == []
    assert len(differences(None, first)) == 7


def test_accept_records_the_signed_answers(signed: Submission, cast: Cast) -> None:
    accept_submission(submission=signed, by=cast.coordinator, at=NOW)
    version = signed.versions.get()
    found = {o.indicator: o for o in Observation.objects.filter(locality=cast.locality)}
    assert {code: o.value for code, o in found.items()} == {
        "S1": Decimal("81.5"),
        "S2": Decimal("70"),
        "S3": Decimal("60.2"),
    }
    assert found["S1"].source == "submissions"
    assert found["S1"].provenance == {
        "submission": signed.pk,
        "version": 1,
        "sha256": version.sha256,
    }


@pytest.mark.parametrize("name", ["contributor", "approver", "auditor", "other_coordinator"])
def test_decisions_only_by_the_coordinator_of_the_region(
    signed: Submission, cast: Cast, name: str
) -> None:
    by = getattr(cast, name)
    with pytest.raises(PermissionDenied):
        accept_submission(submission=signed, by=by, at=NOW)
    with pytest.raises(PermissionDenied):
        return_submission(submission=signed, reason="No.", by=by, at=NOW)
    with pytest.raises(PermissionDenied):
        extend_deadline(submission=signed, end_date=date(2017, 3, 20), reason="No.", by=by, at=NOW)


def test_extend_lets_the_locality_save_again(submission: Submission, cast: Cast) -> None:
    extend_deadline(
        submission=submission,
        end_date=date(2017, 3, 31),
        reason="Platform moved.",
        by=cast.coordinator,
        at=AFTER,
    )
    outcome = save_answers(
        submission=submission, answers={"S1": AnswerInput(value="5")}, by=cast.contributor, at=AFTER
    )
    assert outcome.saved == ("S1",)
    step = submission.steps.get()
    assert step.reason == "2017-03-15 → 2017-03-31\nPlatform moved."


@pytest.mark.parametrize(
    ("day", "reason", "field"),
    [
        (date(2017, 3, 15), "Flood.", "end_date"),
        (date(2017, 3, 18), "Flood.", "end_date"),
        (date(2017, 5, 1), "Flood.", "end_date"),
        (date(2017, 3, 31), "", "reason"),
    ],
)
def test_extend_refuses_useless_days_and_missing_reasons(
    submission: Submission, cast: Cast, day: date, reason: str, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        extend_deadline(
            submission=submission, end_date=day, reason=reason, by=cast.coordinator, at=AFTER
        )
    assert list(refused.value.message_dict) == [field]


def test_an_extension_from_a_page_older_than_another_is_refused_in_words(
    submission: Submission, cast: Cast
) -> None:
    by = cast.coordinator
    day = date(2017, 3, 20)
    extend_deadline(submission=submission, end_date=day, reason="Flood.", step=0, by=by, at=NOW)
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        extend_deadline(
            submission=submission,
            end_date=date(2017, 3, 25),
            reason="Snow.",
            step=0,
            by=by,
            at=NOW,
        )
    assert refused.value.message_dict == {
        "step": [
            f"This form was given another last day meanwhile by {by} at 2017-03-01 10:00: "
            "look at it before you decide."
        ]
    }
    submission.refresh_from_db()
    assert submission.end_date == day


def test_extend_tells_everything_that_is_wrong_at_once(submission: Submission, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        extend_deadline(
            submission=submission,
            end_date=date(2017, 3, 15),
            reason=" ",
            by=cast.coordinator,
            at=AFTER,
        )
    assert set(refused.value.message_dict) == {"end_date", "reason"}


def test_overdue_only_after_the_last_day_and_only_with_the_locality(
    signed: Submission, cast: Cast
) -> None:
    late = Submission.objects.get(locality=cast.neighbour)
    assert list(cast.cycle.submissions.filter(overdue_on(date(2017, 3, 15)))) == []
    assert list(cast.cycle.submissions.filter(overdue_on(date(2017, 3, 16)))) == [late]
    extend_deadline(
        submission=late, end_date=date(2017, 3, 18), reason="Flood.", by=cast.coordinator, at=NOW
    )
    assert list(cast.cycle.submissions.filter(overdue_on(date(2017, 3, 18)))) == []
    assert list(cast.cycle.submissions.filter(overdue_on(date(2017, 3, 19)))) == [late]
