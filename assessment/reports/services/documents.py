"""Documents about a publication, receipts and blank forms are asked for."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import User
from assessment.audit.services import record_event
from assessment.engine import FrameworkError
from assessment.frameworks.models import FrameworkVersion
from assessment.jobs.models import Job
from assessment.jobs.services import enqueue_job
from assessment.publication.models import Publication
from assessment.reports.commended import commended
from assessment.reports.models import Document
from assessment.reports.permissions import (
    can_print_framework,
    can_request_all_reports,
)
from assessment.reports.queries import LANGUAGES
from assessment.reports.services.reports import is_waiting, unpublished
from assessment.submissions.models import Submission, Version
from assessment.submissions.permissions import can_have_receipt, can_print_form

DOCUMENT_JOBS = {kind: f"reports.{kind}" for kind in Document.Kind.values}


@transaction.atomic
def request_documents(
    *,
    publication: Publication,
    kind: str,
    languages: Sequence[str],
    by: User | None,
    at: datetime,
) -> list[Job]:
    """Queue the regional summary or the commendation of a publication, one job per language.

    A document that waits to be made keeps its job. ``ValidationError`` for a publication that is
    withdrawn or not public yet, an unknown language or kind, and for a commendation of results
    that are not final or in which nobody reached the highest grade.
    """
    publication = (
        Publication.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cycle__region", "run")
        .get(pk=publication.pk)
    )
    if by is not None:
        require(can_request_all_reports, by, publication.cycle)
    _check_documents(publication, kind, languages)
    names = {"name_zh": "", "name_en": "", "region": publication.cycle.region_id}
    asked = []
    for language in languages:
        document, _created = Document.objects.select_related("job").get_or_create(
            publication=publication, kind=kind, language=language
        )
        asked.append(_request_document(document, names, by, at))
    queued = [job for job, is_new in asked if is_new]
    if queued:
        record_event(
            action="reports.request_document",
            by=by,
            at=at,
            target=publication,
            after={"kind": kind, "languages": list(languages)},
            region=publication.cycle.region,
        )
    return [job for job, _is_new in asked]


@transaction.atomic
def request_receipt(*, version: Version, language: str, by: User | None, at: datetime) -> Document:
    """Have the receipt of a signed form made; one that is made or under way is returned as it is.

    ``ValidationError`` for an unknown language.
    """
    submission = version.submission
    if by is not None:
        require(can_have_receipt, by, submission)
    if language not in LANGUAGES:
        raise ValidationError({"languages": _("Choose Chinese, English or both.")})
    document, _created = Document.objects.select_for_update(
        of=("self",), no_key=True
    ).get_or_create(kind=Document.Kind.RECEIPT, version=version, language=language)
    if document.is_ready:
        return document
    locality = submission.locality
    names = {
        "name_zh": locality.name_zh,
        "name_en": locality.name_en,
        "region": submission.cycle.region_id,
    }
    _job, is_new = _request_document(document, names, by, at)
    if is_new:
        record_event(
            action="reports.request_document",
            by=by,
            at=at,
            target=document,
            after={"kind": document.kind, "languages": [language], "version": version.number},
            region=submission.cycle.region,
            locality=locality,
        )
    return document


@transaction.atomic
def request_blank_form(
    *,
    submission: Submission | None = None,
    framework_version: FrameworkVersion | None = None,
    language: str,
    by: User | None,
    at: datetime,
) -> Document:
    """Have the form set empty, to print: a locality's in its cycle, or a framework version's.

    Whether one that is made would be the same is found by its job, which then keeps the file.
    ``ValidationError`` for an unknown language or a version that cannot be used yet.
    """
    if by is not None and submission is not None:
        require(can_print_form, by, submission)
    if framework_version is not None:
        if by is not None:
            require(can_print_framework, by, framework_version)
        check_printable(framework_version)
    if language not in LANGUAGES:
        raise ValidationError({"languages": _("Choose Chinese, English or both.")})
    document, _created = Document.objects.select_for_update(
        of=("self",), no_key=True
    ).get_or_create(
        kind=Document.Kind.BLANK,
        submission=submission,
        framework_version=framework_version,
        language=language,
    )
    names: dict[str, object] = {"region": document.region.pk}
    if document.whose is not None:
        names |= {"name_zh": document.whose.name_zh, "name_en": document.whose.name_en}
    _job, is_new = _request_document(document, names, by, at)
    if is_new:
        record_event(
            action="reports.request_document",
            by=by,
            at=at,
            target=document,
            after={"kind": document.kind, "languages": [language]},
            region=document.region,
            locality=document.locality,
        )
    return document


def check_printable(version: FrameworkVersion) -> None:
    """``ValidationError`` for a version whose document has faults."""
    try:
        _parsed = version.parsed
    except FrameworkError as error:
        sentence = _("This version cannot be printed before its problems are solved.")
        raise ValidationError({"framework_version": [sentence]}) from error


def _request_document(
    document: Document, names: dict[str, object], by: User | None, at: datetime
) -> tuple[Job, bool]:
    """The job of the document, and whether it is a new one."""
    if document.job is not None and is_waiting(document):
        return document.job, False
    cycle = document.cycle
    document.job = enqueue_job(
        kind=DOCUMENT_JOBS[document.kind],
        parameters={
            "document": document.pk,
            "language": document.language,
            "cycle": cycle.code if cycle is not None else "",
            **names,
        },
        by=by,
        at=at,
    )
    document.save(update_fields=["job"])
    return document.job, True


def _check_documents(publication: Publication, kind: str, languages: Sequence[str]) -> None:
    errors: dict[str, str] = {}
    if publication.withdrawn_at is not None:
        errors["publication"] = _("This publication was withdrawn; reports are no longer made.")
    elif publication.published_at is None:
        errors["publication"] = unpublished()
    if not languages or set(languages) - set(LANGUAGES):
        errors["languages"] = _("Choose Chinese, English or both.")
    fault = document_fault(publication, kind)
    if fault:
        errors["kind"] = fault
    if errors:
        raise ValidationError(errors)


def document_fault(publication: Publication, kind: str) -> str:
    """Why there can be no such document of the publication; empty where there can."""
    if kind not in Document.PUBLIC_KINDS:
        return _("There is no such document.")
    if kind == Document.Kind.COMMENDATION:
        if publication.kind != Publication.Kind.FINAL:
            return _("Only final results are a reason to commend.")
        if not commended(publication):
            return _("No locality reached the highest grade.")
    return ""
