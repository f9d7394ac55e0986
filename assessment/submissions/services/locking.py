"""What every change of a form begins and ends with: the locked rows, the step, the event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.authorization import require
from accounts.compiled import CompiledQuery
from accounts.models import User
from assessment.audit.services import record_event
from assessment.cycles.calendar import local_date
from assessment.cycles.services import hold_stage, lock_cycle
from assessment.submissions.models import Step, Submission, Version
from assessment.submissions.permissions import can_edit_submission
from assessment.submissions.workflow import (
    EDITABLE,
    SubmissionAction,
    SubmissionState,
    next_state,
    require_in_time,
    require_open_stage,
)

_LOCKING = Submission.objects.select_for_update(of=("self",), no_key=True)
_TO_EDIT = CompiledQuery(
    lambda key: (
        _LOCKING.filter(pk=key)
        .select_related("locality", "cycle__region", "cycle__framework_version")
        .defer("cycle__framework_version__document")
    )
)


def lock_submission(submission: Submission) -> Submission:
    """The form with its cycle, both rows locked until the transaction ends.

    The cycle's row comes first, here as in publication and in everything else that writes to
    a cycle: its stage cannot change while a form moves, and no two writers block one another.
    """
    cycle = lock_cycle(submission.cycle)
    locked = _LOCKING.select_related("locality").get(pk=submission.pk)
    locked.cycle = cycle
    return locked


def lock_for_editing(submission: Submission) -> Submission:
    """The form locked, its cycle held: the localities of a cycle fill their forms side by side.

    For what changes the form and nothing of the cycle; sign-off and decisions lock the cycle.
    """
    hold_stage(submission.cycle_id)
    # Read after the cycle is held: as it is found here it stays.
    for locked in _TO_EDIT(submission.pk):
        return locked
    raise Submission.DoesNotExist


def require_editing(submission: Submission, by: User | None, at: datetime) -> None:
    """Assert that the person may change the form now: role, state, stage, last day."""
    if by is not None:
        require(can_edit_submission, by, submission)
    next_state(SubmissionState(submission.state), SubmissionAction.SAVE)
    require_open_stage(submission.cycle.stage, SubmissionAction.SAVE)
    require_in_time(local_date(at), submission.end_date, SubmissionAction.SAVE)


def touch(submission: Submission, at: datetime) -> None:
    """Give the form its next revision."""
    submission.revision += 1
    submission.updated_at = at
    Submission.objects.filter(pk=submission.pk).update(revision=submission.revision, updated_at=at)


def take_step(
    submission: Submission,
    action: SubmissionAction,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    version: Version | None = None,
) -> Step:
    """Move the form as the table says and write the step; the caller saves other fields."""
    before = SubmissionState(submission.state)
    after = next_state(before, action)
    submission.state = after
    submission.updated_at = at
    if after in EDITABLE or action == SubmissionAction.REFUSE_UNLOCK:
        submission.unlock_request = None  # answered, or what was asked for has come about
    submission.save()
    return Step.objects.create(
        submission=submission,
        action=action,
        from_state=before,
        to_state=after,
        reason=reason,
        version=version,
        by=by,
        at=at,
    )


def record_change(
    submission: Submission,
    action: str,
    *,
    by: User | None,
    at: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """One audit event of the form, placed in its region and locality."""
    record_event(
        action=f"submissions.{action}",
        by=by,
        at=at,
        target=submission,
        before=before,
        after=after,
        region=submission.cycle.region,
        locality=submission.locality,
    )
