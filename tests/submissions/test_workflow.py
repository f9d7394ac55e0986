"""The state × action grid, in the table and through the services."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from assessment.cycles.models import Cycle
from assessment.cycles.workflow import NotAllowedNow, Stage
from assessment.submissions.models import Step, Submission
from assessment.submissions.services import (
    AnswerInput,
    accept_submission,
    ask_unlock,
    begin_review,
    extend_deadline,
    pin_remark,
    refuse_unlock,
    return_submission,
    save_answers,
    unlock_submission,
    withdraw_submission,
)
from assessment.submissions.workflow import (
    UNDECIDED,
    LastDayPassed,
    StageClosed,
    SubmissionAction,
    SubmissionState,
    next_state,
)
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions.conftest import fill, sign

ALLOWED = {
    ("draft", "save"): "draft",
    ("draft", "submit"): "submitted",
    ("draft", "extend"): "draft",
    ("returned", "save"): "returned",
    ("returned", "submit"): "submitted",
    ("returned", "extend"): "returned",
    ("reopened", "save"): "reopened",
    ("reopened", "submit"): "submitted",
    ("reopened", "extend"): "reopened",
    ("submitted", "withdraw"): "reopened",
    ("submitted", "review"): "in_review",
    ("submitted", "return"): "returned",
    ("submitted", "accept"): "accepted",
    ("in_review", "remark"): "in_review",
    ("in_review", "return"): "returned",
    ("in_review", "accept"): "accepted",
    ("accepted", "return"): "returned",
    # Asked once the form cannot be taken back: after the last day, too.
    ("submitted", "ask_unlock"): "submitted",
    ("submitted", "unlock"): "reopened",
    ("submitted", "refuse"): "submitted",
    ("in_review", "ask_unlock"): "in_review",
    ("in_review", "unlock"): "reopened",
    ("in_review", "refuse"): "in_review",
    ("accepted", "ask_unlock"): "accepted",
    ("accepted", "unlock"): "reopened",
    ("accepted", "refuse"): "accepted",
}
AFTER_LAST_DAY = datetime(2017, 3, 16, 4, tzinfo=UTC)
GRID = [(state, action) for state in SubmissionState for action in SubmissionAction]


@pytest.mark.parametrize(("state", "action"), GRID)
def test_next_state_on_the_whole_grid(state: SubmissionState, action: SubmissionAction) -> None:
    expected = ALLOWED.get((state, action))
    if expected is None:
        with pytest.raises(NotAllowedNow):
            next_state(state, action)
    else:
        assert next_state(state, action) == expected


def _do(action: SubmissionAction, submission: Submission, cast: Cast, at: datetime = NOW) -> None:
    deeds: dict[SubmissionAction, Callable[[], object]] = {
        SubmissionAction.SAVE: lambda: save_answers(
            submission=submission,
            answers={"S3": AnswerInput(value="1", revision=_revision(submission))},
            by=cast.contributor,
            at=at,
        ),
        SubmissionAction.SUBMIT: lambda: sign(submission, cast.approver, at),
        SubmissionAction.RETURN: lambda: return_submission(
            submission=submission, reason="Check S1.", by=cast.coordinator, at=at
        ),
        SubmissionAction.ACCEPT: lambda: accept_submission(
            submission=submission, by=cast.coordinator, at=at
        ),
        SubmissionAction.EXTEND: lambda: extend_deadline(
            submission=submission,
            end_date=date(2017, 3, 20),
            reason="Flood.",
            by=cast.coordinator,
            at=at,
        ),
        SubmissionAction.WITHDRAW: lambda: withdraw_submission(
            submission=submission, reason="S1 is wrong.", by=cast.approver, at=at
        ),
        SubmissionAction.REVIEW: lambda: begin_review(
            submission=submission, by=cast.coordinator, at=at
        ),
        SubmissionAction.REMARK: lambda: pin_remark(
            submission=submission,
            indicator="S1",
            kind="note",
            text="Check S1.",
            by=cast.coordinator,
            at=at,
        ),
        SubmissionAction.ASK_UNLOCK: lambda: ask_unlock(
            submission=submission, reason="S1 is wrong.", by=cast.contributor, at=at
        ),
        SubmissionAction.UNLOCK: lambda: unlock_submission(
            submission=submission,
            reason="Agreed.",
            end_date=date(2017, 3, 25),
            by=cast.coordinator,
            at=at,
        ),
        SubmissionAction.REFUSE_UNLOCK: lambda: refuse_unlock(
            submission=submission, reason="Too late.", by=cast.coordinator, at=at
        ),
    }
    deeds[action]()


def _revision(submission: Submission) -> int:
    answer = submission.answers.filter(indicator="S3").first()
    return answer.revision if answer else 0


def _bring_to(state: SubmissionState, submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    if state != SubmissionState.DRAFT:
        _do(SubmissionAction.SUBMIT, submission, cast)
    if state == SubmissionState.IN_REVIEW:
        _do(SubmissionAction.REVIEW, submission, cast)
    if state == SubmissionState.REOPENED:
        _do(SubmissionAction.WITHDRAW, submission, cast)
    if state == SubmissionState.RETURNED:
        _do(SubmissionAction.RETURN, submission, cast)
    if state == SubmissionState.ACCEPTED:
        _do(SubmissionAction.ACCEPT, submission, cast)
    submission.refresh_from_db()
    assert submission.state == state


@pytest.mark.parametrize(("state", "action"), GRID)
def test_services_follow_the_grid(
    submission: Submission, cast: Cast, state: SubmissionState, action: SubmissionAction
) -> None:
    _bring_to(state, submission, cast)
    # Whoever asks, asks when taking back is over; whoever answers was asked.
    asking, at = SubmissionAction.ASK_UNLOCK, NOW
    if action in {asking, SubmissionAction.UNLOCK, SubmissionAction.REFUSE_UNLOCK}:
        at = AFTER_LAST_DAY
        if action != asking and (state, asking) in ALLOWED:
            _do(asking, submission, cast, at)
    steps = Step.objects.count()
    expected = ALLOWED.get((state, action))
    # The same approver signing the same revision again is harmless, not refused.
    is_repeat = state in UNDECIDED and action == SubmissionAction.SUBMIT
    # A first remark takes the form up that waited for it.
    if (state, action) == (SubmissionState.SUBMITTED, SubmissionAction.REMARK):
        expected, steps = SubmissionState.IN_REVIEW, steps + 1
    if expected is None and not is_repeat:
        with pytest.raises(NotAllowedNow):
            _do(action, submission, cast, at)
        expected = state
    else:
        _do(action, submission, cast, at)
    submission.refresh_from_db()
    assert submission.state == (expected or state)
    is_step = (state, action) in ALLOWED and action not in {
        SubmissionAction.SAVE,
        SubmissionAction.REMARK,
    }
    assert Step.objects.count() == steps + is_step


@pytest.mark.parametrize("stage", list(Stage))
def test_forms_move_only_while_collecting_and_reviewing(
    submission: Submission, cast: Cast, stage: Stage
) -> None:
    fill(submission, cast.contributor)
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=stage)
    if stage in {Stage.COLLECTING, Stage.REVIEWING}:
        _do(SubmissionAction.SAVE, submission, cast)
        _do(SubmissionAction.SUBMIT, submission, cast)
    else:
        for action in (SubmissionAction.SAVE, SubmissionAction.SUBMIT, SubmissionAction.EXTEND):
            with pytest.raises(StageClosed):
                _do(action, submission, cast)


def test_sign_off_on_the_last_day_and_not_after(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    midnight = datetime(2017, 3, 15, 16, 0, tzinfo=UTC)
    with pytest.raises(LastDayPassed):
        _do(SubmissionAction.SUBMIT, submission, cast, midnight)
    _do(SubmissionAction.SUBMIT, submission, cast, midnight - timedelta(seconds=1))
    submission.refresh_from_db()
    assert submission.state == SubmissionState.SUBMITTED
