"""Attaching, linking, dating and removing evidence."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.stored_files import removed_on_rollback
from assessment.observations.numbers import shown
from assessment.observations.validity import Fault
from assessment.submissions.answers import reported_nodes
from assessment.submissions.evidence_files import room_fault
from assessment.submissions.evidence_intake import take_in
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.models.answer import evidence_path
from assessment.submissions.periods import Period, check_period
from assessment.submissions.queries import same_file, stored_files
from assessment.submissions.services.dividing import part_fault
from assessment.submissions.services.locking import (
    lock_for_editing,
    record_change,
    require_editing,
    touch,
)

MAX_FILES = 20


def attach_evidence(
    *,
    submission: Submission,
    indicator: str,
    upload: "UploadedFile[bytes]",
    period: Period | None = None,
    by: User | None,
    at: datetime,
) -> Evidence:
    """Store the file under a random name and attach it to the indicator.

    ``period``: the days it proves (``periods.typed_period``); without one the period of the
    cycle, or what the same file was said to prove before. A file whose content the locality has
    attached anywhere already is not stored a second time: the new row names the stored one.
    ``ValidationError`` on ``upload`` for an unacceptable file, one attached to the indicator
    already, one too many, or one for which the form has no room; on ``indicator`` for one the
    form does not ask, or others answer for. Otherwise the refusals of ``save_answers``.
    """
    with stored_evidence(
        submission=submission, indicator=indicator, upload=upload, period=period, by=by, at=at
    ) as evidence:
        attach(evidence, by, at)
    return evidence


@contextmanager
def stored_evidence(
    *,
    submission: Submission,
    indicator: str,
    upload: "UploadedFile[bytes]",
    period: Period | None = None,
    by: User | None,
    at: datetime,
) -> Iterator[Evidence]:
    """The file inspected and written, for the block to ``attach``; gone again if it does not.

    The file is read, hashed and written before the locks are taken, so that a slow disk holds
    up nobody else; it goes again where the form turns out not to take it. Nothing of its content
    stays in memory while the block runs: many files of one save wait there together.
    """
    _require_place(submission, indicator, by, at)
    if period is not None:
        check_period(period, submission.cycle)
    intake = take_in(upload)
    facts = intake.facts
    same = same_file(submission, facts.sha256)
    proves = period or _proven_before(same, submission) or Period.of(submission.cycle)
    evidence = Evidence(
        submission=submission,
        indicator=indicator,
        name=facts.name,
        content_type=facts.content_type,
        size=facts.size,
        sha256=facts.sha256,
        period_from=proves.first,
        period_to=proves.last,
        uploaded_by=by,
        uploaded_at=at,
    )
    evidence.lost_place = intake.lost_place
    if same is not None:
        _name_stored(evidence, same)
        del intake
        yield evidence
        return
    with removed_on_rollback(evidence.file.storage, evidence_path(evidence, facts.name)):
        evidence.file.save(facts.name, intake.file, save=False)
        del intake
        yield evidence
    if evidence._state.adding:
        evidence.file.delete(save=False)


def link_evidence(
    *, submission: Submission, indicator: str, evidence: Evidence, by: User | None, at: datetime
) -> Evidence:
    """Attach a file the locality has attached before, without storing it a second time.

    The new row is one of its own: taking it off leaves the other where it is. The file proves
    there what it proved before; one of an earlier cycle must cover the whole period assessed
    (``ValidationError`` on ``evidence``), as must not have been taken off or be another
    locality's. Otherwise as ``attach_evidence``.
    """
    _require_place(submission, indicator, by, at)
    _check_link(submission, evidence)
    linked = Evidence(
        submission=submission,
        indicator=indicator,
        name=evidence.name,
        content_type=evidence.content_type,
        size=evidence.size,
        sha256=evidence.sha256,
        period_from=evidence.period_from,
        period_to=evidence.period_to,
        uploaded_by=by,
        uploaded_at=at,
    )
    _name_stored(linked, evidence)
    attach(linked, by, at)
    return linked


@transaction.atomic
def date_evidence(*, evidence: Evidence, period: Period, by: User | None, at: datetime) -> Evidence:
    """Say which days an attached file proves; the same period again changes nothing.

    ``ValidationError`` on ``evidence`` for a file that was taken off. Otherwise as
    ``remove_evidence``.
    """
    submission, evidence = _locked_file(evidence, by, at)
    if evidence.removed_at is not None:
        raise ValidationError({"evidence": [_("This file was taken off the form.")]})
    check_period(period, submission.cycle)
    before = evidence.proves
    if before == period:
        return evidence
    evidence.period_from, evidence.period_to = period.first, period.last
    evidence.save(update_fields=["period_from", "period_to"])
    touch(submission, at)
    about = {"indicator": evidence.indicator, "file": evidence.name}
    record_change(
        submission,
        "date_evidence",
        by=by,
        at=at,
        before={**about, "proves": str(before)},
        after={**about, "proves": str(period)},
    )
    return evidence


@transaction.atomic
def attach(evidence: Evidence, by: User | None, at: datetime) -> None:
    """Write the row; everything that may have changed meanwhile is asked again."""
    evidence.submission = submission = lock_for_editing(evidence.submission)
    _require_place(submission, evidence.indicator, by, at)
    _check_place(submission, evidence)
    evidence.save(force_insert=True)
    touch(submission, at)
    record_change(
        submission,
        "attach_evidence",
        by=by,
        at=at,
        before={},
        after={
            "indicator": evidence.indicator,
            "file": evidence.name,
            "sha256": evidence.sha256,
            "proves": str(evidence.proves),
            **_linked(evidence),
            **({"place_removed": True} if evidence.lost_place else {}),
        },
    )


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User | None, at: datetime) -> Evidence:
    """Take the file off the form; file and row stay as history. A second removal is harmless.

    ``PermissionDenied`` where others answer for the indicator. Otherwise as ``save_answers``.
    """
    submission, evidence = _locked_file(evidence, by, at)
    if evidence.removed_at is not None:
        return evidence
    evidence.removed_by, evidence.removed_at = by, at
    evidence.save(update_fields=["removed_by", "removed_at"])
    touch(submission, at)
    record_change(
        submission,
        "remove_evidence",
        by=by,
        at=at,
        before={
            "indicator": evidence.indicator,
            "file": evidence.name,
            "sha256": evidence.sha256,
        },
        after={},
    )
    return evidence


def _locked_file(evidence: Evidence, by: User | None, at: datetime) -> tuple[Submission, Evidence]:
    """The form and the row of a file, locked, which the person may change."""
    submission = lock_for_editing(evidence.submission)
    require_editing(submission, by, at)
    evidence = Evidence.objects.select_for_update(of=("self",), no_key=True).get(pk=evidence.pk)
    fault = part_fault(submission, evidence.indicator, by)
    if fault is not None and evidence.removed_at is None:
        raise PermissionDenied(fault)
    return submission, evidence


def _name_stored(evidence: Evidence, stored: Evidence) -> None:
    """Let the row name the file that another one stored."""
    evidence.file.name = stored.file.name
    evidence.linked_from_id = stored.linked_from_id or stored.pk


def _proven_before(same: Evidence | None, submission: Submission) -> Period | None:
    """What the same file was said to prove, where that is something of this cycle."""
    before = same.proves if same is not None else None
    return before if before and before.meets(Period.of(submission.cycle)) else None


def _linked(evidence: Evidence) -> dict[str, str]:
    """Where a linked file came in, for the event."""
    source = evidence.linked_from
    if source is None:
        return {}
    return {"linked_from": f"{source.submission.cycle.code} {source.indicator}"}


def _check_link(submission: Submission, evidence: Evidence) -> None:
    if evidence.submission.locality_id != submission.locality_id or evidence.removed_at:
        raise ValidationError({"evidence": [_("This file is not one of yours. Choose another.")]})
    assessed = Period.of(submission.cycle)
    if evidence.submission_id != submission.pk and not evidence.proves.covers(assessed):
        fault = Fault(
            _("%(name)s, which proves %(period)s")
            % {"name": shown(evidence.name), "period": evidence.proves},
            _("a file that proves all of %(period)s") % {"period": assessed},
            _("Upload a file for this period."),
        )
        raise ValidationError({"evidence": [str(fault)]})


def _require_place(submission: Submission, indicator: str, by: User | None, at: datetime) -> None:
    require_editing(submission, by, at)
    if indicator not in reported_nodes(submission.cycle.framework_version.parsed):
        raise ValidationError({"indicator": [_("The form does not ask this indicator.")]})
    fault = part_fault(submission, indicator, by)
    if fault is not None:
        raise ValidationError({"indicator": [fault]})


def _check_place(submission: Submission, evidence: Evidence) -> None:
    attached = submission.evidence.filter(indicator=evidence.indicator, removed_at__isnull=True)
    same = attached.filter(sha256=evidence.sha256).first()
    if same is not None:
        found = (
            _("%(name)s, already attached here")
            if evidence.name == same.name
            else _("%(name)s with the same content as %(other)s, already attached here")
        )
        fault = Fault(
            found % {"name": shown(evidence.name), "other": shown(same.name)},
            _("a file that is not attached yet"),
            _("Nothing to do, or choose the other file."),
        )
        raise ValidationError({"upload": [str(fault)]})
    if attached.count() >= MAX_FILES:
        fault = Fault(
            _("%(count)d files already attached") % {"count": MAX_FILES},
            _("at most %(count)d files per indicator") % {"count": MAX_FILES},
            _("Put several files into one ZIP, or remove one that is not needed."),
        )
        raise ValidationError({"upload": [str(fault)]})
    stored = stored_files(submission)
    added = 0 if evidence.is_linked else evidence.size
    too_much = room_fault(evidence.name, added, stored.attached, stored.size)
    if too_much is not None:
        raise ValidationError({"upload": [str(too_much)]})
