"""Remarks pinned to answers: written by the coordinating body, answered by the locality."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import User
from accounts.text import MAX_REASON, length_faults, refuse_long_texts
from assessment.audit.services import record_event
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions.answers import reported_nodes
from assessment.submissions.division import division_of
from assessment.submissions.models import AnswerRemark, RemarkEntry, RemarkKind, Submission
from assessment.submissions.permissions import (
    can_answer_remark,
    can_pin_remark,
    can_sign_submission,
)
from assessment.submissions.queries import document_of, last_version
from assessment.submissions.services.deciding import begin_review
from assessment.submissions.services.dividing import whose
from assessment.submissions.services.locking import lock_for_editing, lock_submission
from assessment.submissions.services.separation import require_not_own
from assessment.submissions.workflow import (
    EDITABLE,
    RemarkAction,
    RemarkState,
    SubmissionAction,
    SubmissionState,
    next_remark_state,
    next_state,
    require_open_stage,
)


@transaction.atomic
def pin_remark(
    *, submission: Submission, indicator: str, kind: str, text: str, by: User, at: datetime
) -> AnswerRemark:
    """Pin a remark to an answer of the version under review; the locality reads it once sent.

    It is sent with the decision on the form. Who remarks has begun to review: a form that
    waited is taken up. ``NotAllowedNow`` while the form is not under review,
    ``ValidationError`` on ``indicator``, ``kind`` or ``text``.
    """
    submission = lock_submission(submission)
    require(can_pin_remark, by, submission)
    _check(submission, indicator, kind, text)
    if submission.state == SubmissionState.SUBMITTED:
        submission = begin_review(submission=submission, by=by, at=at)
    next_state(SubmissionState(submission.state), SubmissionAction.REMARK)
    require_open_stage(submission.cycle.stage, SubmissionAction.REMARK)
    require_not_own(Submission.objects.filter(pk=submission.pk), by)
    version = last_version(submission)
    if version is None:  # a form under review always has one; the database alone cannot say so
        raise ValidationError({"submission": [_("The form has no signed version.")]})
    remark = AnswerRemark.objects.create(
        submission=submission,
        indicator=indicator,
        kind=kind,
        text=_plain(text),
        version=version,
        by=by,
        at=at,
    )
    after = {"indicator": indicator, "kind": kind, "text": remark.text, "version": version.number}
    _record_remark("submissions.pin_remark", remark, by, at, {}, after)
    return remark


@transaction.atomic
def discard_remark(*, remark: AnswerRemark, by: User, at: datetime) -> None:
    """Take a remark back that the locality has not been sent; ``NotAllowedNow`` once it was."""
    form, remark = _locked(remark)
    require(can_pin_remark, by, form)
    if remark.sent_at is not None:
        raise NotAllowedNow("sent", "discard")
    before = {"indicator": remark.indicator, "kind": remark.kind, "text": remark.text}
    _record_remark("submissions.discard_remark", remark, by, at, before, {})
    remark.delete()


@transaction.atomic
def answer_remark(
    *, remark: AnswerRemark, text: str, seen: int | None = None, by: User, at: datetime
) -> RemarkEntry:
    """Answer in the thread of a remark, from either side.

    ``seen`` is how many entries the thread had on the page: ``ValidationError`` on it if
    there are others. ``ValidationError`` on ``text``; ``NotAllowedNow`` once it is resolved,
    and before the locality was sent the remark.
    """
    return _discuss("submissions.answer_remark", remark, RemarkAction.ANSWER, text, seen, by, at)


@transaction.atomic
def deal_with_remark(
    *, remark: AnswerRemark, text: str = "", seen: int | None = None, by: User, at: datetime
) -> RemarkEntry:
    """Mark a remark as dealt with, while the form is with its locality; words are optional.

    By who may fill in the answer, or the approver. Otherwise as ``answer_remark``.
    """
    return _discuss("submissions.deal_with_remark", remark, RemarkAction.DEAL, text, seen, by, at)


@transaction.atomic
def resolve_remark(
    *, remark: AnswerRemark, text: str = "", seen: int | None = None, by: User, at: datetime
) -> RemarkEntry:
    """Say that a remark is settled; the coordinating body alone. As ``answer_remark``."""
    return _discuss("submissions.resolve_remark", remark, RemarkAction.RESOLVE, text, seen, by, at)


@transaction.atomic
def reopen_remark(
    *, remark: AnswerRemark, text: str = "", seen: int | None = None, by: User, at: datetime
) -> RemarkEntry:
    """Open a remark again: the coordinating body with its reason, the locality its own mark.

    As ``answer_remark``.
    """
    return _discuss("submissions.reopen_remark", remark, RemarkAction.REOPEN, text, seen, by, at)


def _discuss(
    action: str,
    remark: AnswerRemark,
    move: RemarkAction,
    text: str,
    seen: int | None,
    by: User,
    at: datetime,
) -> RemarkEntry:
    form, remark = _locked(remark)
    is_localitys = bool(can_answer_remark(by, form))
    if not is_localitys:
        require(can_pin_remark, by, form)
        require_not_own(Submission.objects.filter(pk=form.pk), by)
    elif remark.sent_at is None:
        raise PermissionDenied  # not there for the locality
    _require_move(form, remark, move, by, is_localitys=is_localitys)
    if seen is not None and seen != remark.entries.count():
        told = _("Somebody wrote here after you opened this page: read it, then send yours.")
        raise ValidationError({"seen": [told]})
    before = remark.state
    after = next_remark_state(RemarkState(before), move, is_localitys=is_localitys)
    words = _plain(text)
    needs_words = move == RemarkAction.ANSWER or (move == RemarkAction.REOPEN and not is_localitys)
    faults = length_faults(words, MAX_REASON)
    if not words and needs_words:
        faults = [_("Write your reply first.")]
    if faults:
        raise ValidationError({"text": faults})
    entry = RemarkEntry.objects.create(
        remark=remark, action=move, text=words, is_localitys=is_localitys, by=by, at=at
    )
    remark.state = after
    remark.save(update_fields=["state"])
    changed = before != after
    said = {"indicator": remark.indicator, **({"text": words} if words else {})}
    _record_remark(
        action,
        remark,
        by,
        at,
        {"remark_state": before} if changed else {},
        {**said, **({"remark_state": str(after)} if changed else {})},
    )
    return entry


def _require_move(
    form: Submission, remark: AnswerRemark, move: RemarkAction, by: User, *, is_localitys: bool
) -> None:
    """Assert that stage, form and division let the person do this about the remark now."""
    require_open_stage(form.cycle.stage, SubmissionAction.REMARK)
    if remark.sent_at is None:
        raise NotAllowedNow("not sent", move)
    if not is_localitys or move == RemarkAction.ANSWER:
        return
    if form.state not in EDITABLE:
        raise NotAllowedNow(form.state, move)
    division = division_of(form)
    if not (division.opens(remark.indicator, by) or can_sign_submission(by, form)):
        raise ValidationError({"text": [whose(division.of(remark.indicator))]})


def _check(submission: Submission, indicator: str, kind: str, text: str) -> None:
    if indicator not in reported_nodes(document_of(submission)):
        raise ValidationError({"indicator": [_("The form does not ask this indicator.")]})
    if kind not in RemarkKind.values:
        raise ValidationError({"kind": [_("Choose whether a change is required.")]})
    if not _plain(text):
        raise ValidationError({"text": [_("Write the remark first.")]})
    refuse_long_texts({"text": _plain(text)}, MAX_REASON)


def _plain(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _locked(remark: AnswerRemark) -> tuple[Submission, AnswerRemark]:
    """The form locked, its cycle held, and the remark as it is now; the form's lock guards it."""
    form = lock_for_editing(remark.submission)
    found = form.remarks.get(pk=remark.pk)
    found.submission = form
    return form, found


def _record_remark(
    action: str,
    remark: AnswerRemark,
    by: User,
    at: datetime,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    form = remark.submission
    record_event(
        action=action,
        by=by,
        at=at,
        target=remark,
        before=before,
        after=after,
        region=form.cycle.region,
        locality=form.locality,
    )
