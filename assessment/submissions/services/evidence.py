"""Attaching and removing evidence."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.stored_files import removed_on_rollback
from assessment.observations.numbers import shown
from assessment.observations.validity import Fault
from assessment.submissions.answers import reported_nodes
from assessment.submissions.evidence_files import inspect_upload, room_fault
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.models.answer import evidence_path
from assessment.submissions.queries import stored_files
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
    by: User | None,
    at: datetime,
) -> Evidence:
    """Store the file under a random name and attach it to the indicator.

    ``ValidationError`` on ``upload`` for an unacceptable file, one attached to the indicator
    already, one too many, or one for which the form has no room; on ``indicator`` for one the
    form does not ask, or others answer for. Otherwise the refusals of ``save_answers``.
    """
    with stored_evidence(
        submission=submission, indicator=indicator, upload=upload, by=by, at=at
    ) as evidence:
        attach(evidence, by, at)
    return evidence


@contextmanager
def stored_evidence(
    *,
    submission: Submission,
    indicator: str,
    upload: "UploadedFile[bytes]",
    by: User | None,
    at: datetime,
) -> Iterator[Evidence]:
    """The file inspected and written, for the block to ``attach``; gone again if it does not.

    The file is read, hashed and written before the locks are taken, so that a slow disk holds
    up nobody else; it goes again where the form turns out not to take it.
    """
    _require_place(submission, indicator, by, at)
    facts = inspect_upload(upload)
    evidence = Evidence(
        submission=submission,
        indicator=indicator,
        name=facts.name,
        content_type=facts.content_type,
        size=facts.size,
        sha256=facts.sha256,
        uploaded_by=by,
        uploaded_at=at,
    )
    with removed_on_rollback(evidence.file.storage, evidence_path(evidence, facts.name)):
        evidence.file.save(facts.name, File(upload), save=False)
        yield evidence
    if evidence._state.adding:
        evidence.file.delete(save=False)


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
        },
    )


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by: User | None, at: datetime) -> Evidence:
    """Take the file off the form; file and row stay as history. A second removal is harmless.

    ``PermissionDenied`` where others answer for the indicator. Otherwise as ``save_answers``.
    """
    submission = lock_for_editing(evidence.submission)
    require_editing(submission, by, at)
    evidence = Evidence.objects.select_for_update(of=("self",), no_key=True).get(pk=evidence.pk)
    if evidence.removed_at is not None:
        return evidence
    fault = part_fault(submission, evidence.indicator, by)
    if fault is not None:
        raise PermissionDenied(fault)
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
    too_much = room_fault(evidence.name, evidence.size, stored.attached, stored.size)
    if too_much is not None:
        raise ValidationError({"upload": [str(too_much)]})
