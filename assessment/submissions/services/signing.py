"""Sign-off: the approver submits exactly what they saw."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.authorization import require
from accounts.models import User
from accounts.text import MAX_REASON, join_items, refuse_long_texts
from assessment.cycles.calendar import local_date
from assessment.submissions.authorship import own_answers
from assessment.submissions.division import division_of
from assessment.submissions.models import Submission, Version
from assessment.submissions.permissions import can_sign_submission
from assessment.submissions.queries import (
    current_content,
    is_uncorrected,
    last_version,
    missing_in,
)
from assessment.submissions.services.locking import lock_submission, record_change, take_step
from assessment.submissions.versions import content_hash, signed_content
from assessment.submissions.workflow import (
    UNDECIDED,
    SubmissionAction,
    SubmissionState,
    next_state,
    require_in_time,
    require_open_stage,
)


class OwnAnswersError(PermissionDenied):
    """The approver answered or proved part of the form; ``indicators`` names it."""

    def __init__(self, indicators: Sequence[str]) -> None:
        super().__init__(", ".join(indicators))
        self.indicators = list(indicators)


@transaction.atomic
def submit_submission(
    *,
    submission: Submission,
    revision: int,
    statement: str,
    reason: str = "",
    by: User | None,
    at: datetime,
) -> Version:
    """Freeze the form as a signed version and hand it to the coordinating body.

    Only an approver of the locality who wrote none of the answers and attached none of the
    evidence (``PermissionDenied``, ``OwnAnswersError``; see ``authorship.own_answers``).
    ``revision`` is the one the approver saw: a form changed since is refused, as is an
    incomplete one or a missing statement (``ValidationError``). A returned form that says
    what was signed before needs a ``reason`` why it stays, kept with the step
    (``ValidationError`` on ``reason``); of any other form it is not asked and not kept. Sent
    twice by the same person for the same revision, the second call returns the version of the
    first and changes nothing.
    """
    submission = lock_submission(submission)
    if by is not None:
        require(can_sign_submission, by, submission)
    already = _signed_just_now(submission, revision, by)
    if already is not None:
        return already
    _require_signing(submission, by, at)
    _check_content(submission, revision, statement)
    reason = _checked_reason(submission, reason)
    content = signed_content(
        submission, _content_of(submission), statement=statement.strip(), by=by, at=at
    )
    previous = last_version(submission)
    version = Version.objects.create(
        submission=submission,
        number=previous.number + 1 if previous else 1,
        content=content,
        sha256=content_hash(content),
        statement=statement.strip(),
        signed_by=by,
        signed_at=at,
    )
    before = submission.state
    take_step(submission, SubmissionAction.SUBMIT, by=by, at=at, reason=reason, version=version)
    signed = {"version": version.number, "sha256": version.sha256}
    record_change(
        submission,
        "submit",
        by=by,
        at=at,
        before={"state": before},
        after={"state": submission.state, **signed, **({"reason": reason} if reason else {})},
    )
    return version


def _content_of(submission: Submission) -> dict[str, Any]:
    """What the form says now, with who answers for what where it is divided."""
    content = current_content(submission)
    responsible = division_of(submission).responsible
    if responsible:
        content["responsible"] = {code: str(each) for code, each in responsible.items()}
    return content


def _signed_just_now(submission: Submission, revision: int, by: User | None) -> Version | None:
    """The version of the same signature, if this call repeats it."""
    if submission.state not in UNDECIDED or submission.revision != revision:
        return None
    version = last_version(submission)
    return version if version is not None and version.signed_by == by else None


def _require_signing(submission: Submission, by: User | None, at: datetime) -> None:
    next_state(SubmissionState(submission.state), SubmissionAction.SUBMIT)
    require_open_stage(submission.cycle.stage, SubmissionAction.SUBMIT)
    require_in_time(local_date(at), submission.end_date, SubmissionAction.SUBMIT)
    own = own_answers(submission, by) if by is not None else []
    if own:
        raise OwnAnswersError(own)


def _check_content(submission: Submission, revision: int, statement: str) -> None:
    if revision != submission.revision:
        message = _("The form was changed after you opened this page. Read it again, then sign.")
        raise ValidationError({"revision": [message]})
    missing = list(dict.fromkeys(item.node.code for item in missing_in(submission)))
    if missing:
        text = ngettext(
            "%(count)d indicator is not complete: %(codes)s.",
            "%(count)d indicators are not complete: %(codes)s.",
            len(missing),
        ) % {"count": len(missing), "codes": join_items(missing)}
        raise ValidationError({"answers": [text]})
    if not statement.strip():
        raise ValidationError({"statement": [_("Confirm the statement before you sign.")]})
    refuse_long_texts({"statement": statement}, MAX_REASON)


def _checked_reason(submission: Submission, reason: str) -> str:
    """Why a returned form is signed as it was; nothing where something was corrected."""
    if not is_uncorrected(submission):
        return ""
    reason = reason.strip()
    if not reason:
        message = _("Write why nothing was changed: the coordinating body reads it.")
        raise ValidationError({"reason": [message]})
    refuse_long_texts({"reason": reason}, MAX_REASON)
    return reason
