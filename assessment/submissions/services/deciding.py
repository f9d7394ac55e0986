"""What the coordinating body decides on a form: review, return, accept, more time, unlock."""

from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.authorization import require
from accounts.models import User
from accounts.text import MAX_REASON, MAX_REMARK, length_faults
from assessment.cycles.calendar import local_date
from assessment.observations.services import ObservationInput, record_observations
from assessment.observations.validity import Fault
from assessment.submissions.conflicts import require_step
from assessment.submissions.models import Submission, Version
from assessment.submissions.permissions import can_decide_submission
from assessment.submissions.queries import last_version, unresolved_remarks
from assessment.submissions.services.locking import lock_submission, record_change, take_step
from assessment.submissions.services.separation import require_not_own
from assessment.submissions.workflow import (
    NothingAsked,
    SubmissionAction,
    SubmissionState,
    next_state,
    require_open_stage,
)


@transaction.atomic
def begin_review(
    *, submission: Submission, step: int | None = None, by: User | None, at: datetime
) -> Submission:
    """Take a form up that was signed off: from now on its locality cannot take it back.

    ``step`` as for ``accept_submission``.
    """
    submission = _open_for_decision(submission, SubmissionAction.REVIEW, by, step)
    before = submission.state
    take_step(submission, SubmissionAction.REVIEW, by=by, at=at)
    record_change(
        submission,
        "begin_review",
        by=by,
        at=at,
        before={"state": before},
        after={"state": submission.state},
    )
    return submission


@transaction.atomic
def return_submission(
    *,
    submission: Submission,
    reason: str,
    end_date: date | None = None,
    step: int | None = None,
    by: User | None,
    at: datetime,
) -> Submission:
    """Give the form back to its locality, with the reason it will read.

    ``end_date`` is the new last day (inclusive); without one the day set before stays, which
    must not be over. ``step`` is the form's step that was looked at (``queries.step_of``).
    ``ValidationError`` on ``reason``, ``end_date``, or on ``step`` if it took another since.
    """
    submission = _open_for_decision(submission, SubmissionAction.RETURN, by, step)
    faults = {"end_date": return_faults(submission, end_date, local_date(at))}
    if not reason.strip():
        faults["reason"] = [_("Write what has to be corrected: the locality reads it.")]
    else:
        faults["reason"] = length_faults(reason, MAX_REMARK)
    if any(faults.values()):
        raise ValidationError({name: texts for name, texts in faults.items() if texts})
    if end_date is not None:
        submission.extended_end_date, submission.extension_reason = end_date, reason.strip()
    before = submission.state
    take_step(submission, SubmissionAction.RETURN, by=by, at=at, reason=reason.strip())
    record_change(
        submission,
        "return",
        by=by,
        at=at,
        before={"state": before},
        after={
            "state": submission.state,
            "reason": reason.strip(),
            "last_day": submission.end_date.isoformat(),
            **_send_remarks(submission, at),
        },
    )
    return submission


@transaction.atomic
def accept_submission(
    *,
    submission: Submission,
    step: int | None = None,
    open_remarks: int = 0,
    by: User | None,
    at: datetime,
) -> Submission:
    """Accept the version signed last and record its answers as observations of the cycle.

    ``open_remarks`` is how many remarks that are not resolved the person knows of and leaves
    open: ``ValidationError`` on it if there is another number.

    ``step`` is the form's step that was looked at (``queries.step_of``): ``ValidationError``
    on it if it took another since. Commands, which look at nothing, leave it out.
    """
    submission = _open_for_decision(submission, SubmissionAction.ACCEPT, by, step)
    signed = last_version(submission)
    if signed is None:  # a submitted form always has one; the database alone cannot say so
        raise ValidationError({"submission": [_("The form has no signed version.")]})
    left_open = unresolved_remarks(submission)
    if left_open != open_remarks:
        text = ngettext(
            "%(count)d remark is not resolved: confirm that it stays open.",
            "%(count)d remarks are not resolved: confirm that they stay open.",
            left_open,
        )
        raise ValidationError({"open_remarks": [text % {"count": left_open}]})
    before = submission.state
    take_step(submission, SubmissionAction.ACCEPT, by=by, at=at, version=signed)
    record_observations(
        cycle=submission.cycle,
        rows=observation_rows(submission, signed),
        source="submissions",
        by=by,
        at=at,
    )
    record_change(
        submission,
        "accept",
        by=by,
        at=at,
        before={"state": before},
        after={
            "state": submission.state,
            "version": signed.number,
            "sha256": signed.sha256,
            **_send_remarks(submission, at),
            **({"open_remarks": left_open} if left_open else {}),
        },
    )
    return submission


@transaction.atomic
def extend_deadline(
    *,
    submission: Submission,
    end_date: date,
    reason: str,
    step: int | None = None,
    by: User | None,
    at: datetime,
) -> Submission:
    """Give one locality more time, as a recorded exception with its reason.

    The new last day (inclusive) must lie after the present one, not in the past, and not
    after the cycle's last day to object. ``ValidationError`` on ``end_date`` or ``reason``, or on
    ``step`` if the form took another than the one looked at.
    """
    submission = _open_for_decision(submission, SubmissionAction.EXTEND, by, step)
    faults = {"end_date": extension_faults(submission, end_date, local_date(at))}
    if not reason.strip():
        text = _("Write why the locality gets more time: the reason is recorded.")
        faults["reason"] = [text]
    else:
        faults["reason"] = length_faults(reason, MAX_REASON)
    if any(faults.values()):
        raise ValidationError({name: texts for name, texts in faults.items() if texts})
    before = submission.end_date
    submission.extended_end_date, submission.extension_reason = end_date, reason.strip()
    text = _with_days(before, end_date, reason)
    take_step(submission, SubmissionAction.EXTEND, by=by, at=at, reason=text)
    record_change(
        submission,
        "extend_deadline",
        by=by,
        at=at,
        before={"last_day": before.isoformat()},
        after={"last_day": end_date.isoformat(), "reason": reason.strip()},
    )
    return submission


@transaction.atomic
def unlock_submission(
    *,
    submission: Submission,
    reason: str,
    end_date: date | None = None,
    step: int | None = None,
    by: User | None,
    at: datetime,
) -> Submission:
    """Grant the request of the locality: it may change the form and signs it off anew.

    ``end_date`` as for ``return_submission``: after the last day a form is unlocked together
    with a recorded extension, or it would be locked again at once. ``NothingAsked`` where no
    request waits. ``ValidationError`` on ``reason``, ``end_date`` or ``step``.
    """
    submission = _open_request(submission, SubmissionAction.UNLOCK, by, step)
    faults = {
        "reason": _reason_faults(reason),
        "end_date": return_faults(submission, end_date, local_date(at)),
    }
    if any(faults.values()):
        raise ValidationError({name: texts for name, texts in faults.items() if texts})
    text = reason.strip()
    if end_date is not None:
        text = _with_days(submission.end_date, end_date, text)
        submission.extended_end_date, submission.extension_reason = end_date, reason.strip()
    before = submission.state
    take_step(submission, SubmissionAction.UNLOCK, by=by, at=at, reason=text)
    record_change(
        submission,
        "unlock",
        by=by,
        at=at,
        before={"state": before},
        after={
            "state": submission.state,
            "reason": reason.strip(),
            "last_day": submission.end_date.isoformat(),
            **_send_remarks(submission, at),
        },
    )
    return submission


@transaction.atomic
def refuse_unlock(
    *,
    submission: Submission,
    reason: str,
    step: int | None = None,
    by: User | None,
    at: datetime,
) -> Submission:
    """Leave the form locked, with the reason its locality reads; it may ask again.

    ``NothingAsked`` where no request waits. ``ValidationError`` on ``reason`` or ``step``.
    """
    submission = _open_request(submission, SubmissionAction.REFUSE_UNLOCK, by, step)
    if faults := _reason_faults(reason):
        raise ValidationError({"reason": faults})
    take_step(submission, SubmissionAction.REFUSE_UNLOCK, by=by, at=at, reason=reason.strip())
    record_change(
        submission, "refuse_unlock", by=by, at=at, before={}, after={"reason": reason.strip()}
    )
    return submission


def return_faults(submission: Submission, end_date: date | None, today: date) -> list[str]:
    """What speaks against returning the form until that day, or until the day set before."""
    if end_date is not None:
        return _day_faults(submission, end_date, today)
    return [_day_over(submission.end_date)] if submission.end_date < today else []


def extension_faults(submission: Submission, end_date: date, today: date) -> list[str]:
    """What speaks against the day as a later last day; empty where it may be one."""
    before = submission.end_date
    if end_date > before:
        return _day_faults(submission, end_date, today)
    fault = Fault(
        end_date.isoformat(),
        _("a day after the present last day, %(day)s") % {"day": before.isoformat()},
        _("Choose a later day."),
    )
    return [str(fault)]


def observation_rows(submission: Submission, version: Version) -> list[ObservationInput]:
    """The signed answers as observations, each naming the version it comes from."""
    provenance = {
        "submission": submission.pk,
        "version": version.number,
        "sha256": version.sha256,
    }
    return [
        ObservationInput(
            locality_id=submission.locality_id,
            indicator=code,
            status=answer["status"],
            value=None if answer["value"] is None else Decimal(answer["value"]),
            provenance=provenance,
        )
        for code, answer in version.content["answers"].items()
    ]


def _open_for_decision(
    submission: Submission, action: SubmissionAction, by: User | None, step: int | None
) -> Submission:
    """The form, locked with its cycle, once person, state and stage allow the decision.

    ``OwnWorkError`` for somebody who filled or signed it. What another decided meanwhile is
    told before what the state allows: it is the reason of it.
    """
    submission = lock_submission(submission)
    if by is not None:
        require(can_decide_submission, by, submission)
        require_not_own(Submission.objects.filter(pk=submission.pk), by)
    require_step(submission, step)
    next_state(SubmissionState(submission.state), action)
    require_open_stage(submission.cycle.stage, action)
    return submission


def _open_request(
    submission: Submission, action: SubmissionAction, by: User | None, step: int | None
) -> Submission:
    """As ``_open_for_decision``, for a form whose locality asks to unlock it."""
    submission = _open_for_decision(submission, action, by, step)
    if submission.unlock_request_id is None:
        raise NothingAsked(submission.state, action)
    return submission


def _send_remarks(submission: Submission, at: datetime) -> dict[str, int]:
    """Let the locality read the remarks written since the last decision; how many, for the log."""
    sent = submission.remarks.filter(sent_at__isnull=True).update(sent_at=at)
    return {"remarks": sent} if sent else {}


def _reason_faults(reason: str) -> list[str]:
    if not reason.strip():
        return [_("Write the reason: the locality reads it.")]
    return length_faults(reason, MAX_REASON)


def _day_faults(submission: Submission, end_date: date, today: date) -> list[str]:
    last = submission.cycle.objection_end_date
    if today <= end_date <= last:
        return []
    fault = Fault(
        end_date.isoformat(),
        _("a day from %(first)s (today) to %(last)s (last day to object)")
        % {"first": today.isoformat(), "last": last.isoformat()},
        _("Choose a day in between, or change the dates of the cycle first."),
    )
    return [str(fault)]


def _with_days(before: date, after: date, reason: str) -> str:
    """What a step keeps of a new last day: the days on a line of their own, then the reason."""
    return f"{before.isoformat()} → {after.isoformat()}\n{reason.strip()}"


def _day_over(day: date) -> str:
    fault = Fault(
        _("no new last day, and the present one, %(day)s, is over") % {"day": day.isoformat()},
        _("a last day on which the locality can still submit"),
        _("Set a new last day."),
    )
    return str(fault)
