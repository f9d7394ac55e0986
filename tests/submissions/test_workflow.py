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
    extend_deadline,
    return_submission,
    save_answers,
)
from assessment.submissions.workflow import (
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
    ("submitted", "return"): "returned",
    ("submitted", "accept"): "accepted",
    ("accepted", "return"): "returned",
}
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
    }
    deeds[action]()


def _revision(submission: Submission) -> int:
    answer = submission.answers.filter(indicator="S3").first()
    return answer.revision if answer else 0


def _bring_to(state: SubmissionState, submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    if state != SubmissionState.DRAFT:
        _do(SubmissionAction.SUBMIT, submission, cast)
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
    steps = Step.objects.count()
    expected = ALLOWED.get((state, action))
    # The same approver signing the same revision again is harmless, not refused.
    is_repeat = (state, action) == (SubmissionState.SUBMITTED, SubmissionAction.SUBMIT)
    if expected is None and not is_repeat:
        with pytest.raises(NotAllowedNow):
            _do(action, submission, cast)
        expected = state
    else:
        _do(action, submission, cast)
    submission.refresh_from_db()
    assert submission.state == (expected or state)
    is_step = (state, action) in ALLOWED and action != SubmissionAction.SAVE
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
