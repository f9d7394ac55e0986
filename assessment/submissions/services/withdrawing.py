"""What a locality does about a form it signed off: take it back, or ask to unlock it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import User
from accounts.text import MAX_REASON, refuse_long_texts
from assessment.cycles.calendar import local_date
from assessment.submissions.conflicts import require_step
from assessment.submissions.models import Submission
from assessment.submissions.permissions import can_ask_unlock, can_withdraw_submission
from assessment.submissions.queries import last_version
from assessment.submissions.services.locking import lock_submission, record_change, take_step
from assessment.submissions.workflow import (
    SubmissionAction,
    SubmissionState,
    next_state,
    require_in_time,
    require_open_stage,
    require_unlock_needed,
)


@transaction.atomic
def withdraw_submission(
    *,
    submission: Submission,
    reason: str,
    step: int | None = None,
    by: User | None,
    at: datetime,
) -> Submission:
    """Take back what was signed off, as long as nobody has begun to review it.

    Until the last day (inclusive): a form taken back later could not be handed in again
    (``LastDayPassed``; its unlocking can be asked for). The version taken back stays in the
    history. ``PermissionDenied`` for others than the locality's approvers, ``ValidationError``
    on ``reason``, or on ``step`` if the form took another than the one looked at.
    """
    submission = lock_submission(submission)
    if by is not None:
        require(can_withdraw_submission, by, submission)
    require_step(submission, step)
    next_state(SubmissionState(submission.state), SubmissionAction.WITHDRAW)
    require_open_stage(submission.cycle.stage, SubmissionAction.WITHDRAW)
    require_in_time(local_date(at), submission.end_date, SubmissionAction.WITHDRAW)
    reason = _checked(reason, _("Write why you take the form back: the reason is recorded."))
    before, version = submission.state, last_version(submission)
    take_step(submission, SubmissionAction.WITHDRAW, by=by, at=at, reason=reason, version=version)
    record_change(
        submission,
        "withdraw",
        by=by,
        at=at,
        before={"state": before},
        after={
            "state": submission.state,
            "reason": reason,
            "version": version.number if version is not None else 0,
        },
    )
    return submission


@transaction.atomic
def ask_unlock(*, submission: Submission, reason: str, by: User | None, at: datetime) -> Submission:
    """Ask the coordinating body to unlock the form, with the reason it decides on.

    ``AlreadyAsked`` while a request waits, ``StillWithdrawable`` as long as the approver can
    take the form back. ``PermissionDenied`` for others than people of the locality,
    ``ValidationError`` on ``reason``.
    """
    submission = lock_submission(submission)
    if by is not None:
        require(can_ask_unlock, by, submission)
    state = SubmissionState(submission.state)
    next_state(state, SubmissionAction.ASK_UNLOCK)
    require_open_stage(submission.cycle.stage, SubmissionAction.ASK_UNLOCK)
    is_asked = submission.unlock_request_id is not None
    require_unlock_needed(state, local_date(at), submission.end_date, is_asked=is_asked)
    text = _("Write what has to be corrected: the coordinating body decides on it.")
    reason = _checked(reason, text)
    submission.unlock_request = take_step(
        submission, SubmissionAction.ASK_UNLOCK, by=by, at=at, reason=reason
    )
    submission.save(update_fields=["unlock_request"])
    record_change(submission, "ask_unlock", by=by, at=at, before={}, after={"reason": reason})
    return submission


def _checked(reason: str, missing: str) -> str:
    """The reason without the space around it; ``ValidationError`` where there is none."""
    if not reason.strip():
        raise ValidationError({"reason": [missing]})
    refuse_long_texts({"reason": reason}, MAX_REASON)
    return reason.strip()
