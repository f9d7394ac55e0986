"""Have reports made, and keep what was made."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import Locality, User
from accounts.stored_files import removed_on_rollback
from assessment.audit.services import record_event
from assessment.engine import FrameworkError
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.workflow import VersionState
from assessment.jobs.models import Job
from assessment.jobs.services import enqueue_job
from assessment.publication.models import Publication
from assessment.reports.commended import commended
from assessment.reports.models import Document, IssuedFile, Rendered, Report, report_path
from assessment.reports.permissions import (
    ReportOf,
    can_print_framework,
    can_request_all_reports,
    can_request_report,
)
from assessment.reports.queries import LANGUAGES, reports_of
from assessment.submissions.models import Submission, Version
from assessment.submissions.permissions import can_have_receipt, can_print_form

JOB_KIND = "reports.locality"
DOCUMENT_JOBS = {kind: f"reports.{kind}" for kind in Document.Kind.values}


@transaction.atomic
def request_reports(
    *,
    publication: Publication,
    localities: Sequence[Locality],
    languages: Sequence[str],
    by: User | None,
    at: datetime,
    only_missing: bool = False,
) -> list[Job]:
    """Queue one job per locality and language; return the jobs, one for each pair.

    With ``only_missing`` pairs whose report is made or under way are passed over; always for
    people of a locality: a published report is made anew by the coordinator alone.

    A report that is being made already keeps its job; where all are, nothing is recorded.
    A finished report stays available
    until the new one replaces it. ``ValidationError`` for a publication that is withdrawn or
    not public yet, a locality without results in it, an unknown language, or nothing chosen.
    """
    publication = (
        Publication.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cycle__region")
        .get(pk=publication.pk)
    )
    if by is not None:
        for locality in localities:
            require(can_request_report, by, ReportOf(publication, locality))
    _check_request(publication, localities, languages)
    may_repeat = by is None or can_request_all_reports(by, publication.cycle)
    present = _present(publication) if only_missing or not may_repeat else set()
    pairs = [
        (locality, language)
        for locality in localities
        for language in languages
        if (locality.pk, language) not in present
    ]
    asked = [_request_one(publication, *pair, by, at) for pair in pairs]
    queued = [pair for pair, (_job, is_new) in zip(pairs, asked, strict=True) if is_new]
    if queued:
        _record_request(publication, queued, by, at)
    return [job for job, _is_new in asked]


def _present(publication: Publication) -> set[tuple[int, str]]:
    """Locality and language of each report that is made or under way."""
    return {
        (report.locality_id, report.language)
        for report in reports_of(publication)
        if report.is_ready or (report.job is not None and not report.job.is_finished)
    }


def _record_request(
    publication: Publication,
    queued: Sequence[tuple[Locality, str]],
    by: User | None,
    at: datetime,
) -> None:
    places = {locality.code: locality for locality, _language in queued}
    record_event(
        action="reports.request",
        by=by,
        at=at,
        target=publication,
        after={"reports": [f"{locality.code} {language}" for locality, language in queued]},
        region=publication.cycle.region,
        locality=next(iter(places.values())) if len(places) == 1 else None,
    )


def _unpublished() -> str:
    return _(
        "These results are not public yet. Reports state the day of publication: publish first."
    )


def _check_request(
    publication: Publication, localities: Sequence[Locality], languages: Sequence[str]
) -> None:
    errors: dict[str, str] = {}
    if publication.withdrawn_at is not None:
        errors["publication"] = _("This publication was withdrawn; reports are no longer made.")
    elif publication.published_at is None:
        errors["publication"] = _unpublished()
    if not languages or set(languages) - set(LANGUAGES):
        errors["languages"] = _("Choose Chinese, English or both.")
    wanted = {locality.pk for locality in localities}
    assessed = set(
        publication.run.results.filter(locality__in=wanted).values_list("locality", flat=True)
    )
    if not wanted or wanted - assessed:
        errors["localities"] = _("Choose localities that have results in this publication.")
    if errors:
        raise ValidationError(errors)


def _request_one(
    publication: Publication, locality: Locality, language: str, by: User | None, at: datetime
) -> tuple[Job, bool]:
    """The job of the report, and whether it is a new one."""
    report, _created = Report.objects.select_related("job").get_or_create(
        publication=publication, locality=locality, language=language
    )
    if report.job is not None and not report.job.is_finished:
        return report.job, False
    report.job = enqueue_job(
        kind=JOB_KIND,
        parameters={
            "publication": publication.pk,
            "locality": locality.pk,
            "language": language,
            "region": publication.cycle.region_id,
            "cycle": publication.cycle.code,
            "report": report.pk,
            "name_zh": locality.name_zh,
            "name_en": locality.name_en,
        },
        by=by,
        at=at,
    )
    report.save(update_fields=["job"])
    return report.job, True


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

    A document that is being made keeps its job. ``ValidationError`` for a publication that is
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

    One that is under way is returned as it is; one that is made is kept where nothing in it can
    have changed, which is so for a frozen version as such. ``ValidationError`` for an unknown
    language or a version that cannot be used yet.
    """
    if by is not None and submission is not None:
        require(can_print_form, by, submission)
    if framework_version is not None:
        if by is not None:
            require(can_print_framework, by, framework_version)
        _check_usable(framework_version)
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
    if (
        document.is_ready
        and framework_version is not None
        and framework_version.state == VersionState.FROZEN
    ):
        return document
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


def _check_usable(version: FrameworkVersion) -> None:
    try:
        _parsed = version.parsed
    except FrameworkError as error:
        sentence = _("This version cannot be printed before its problems are solved.")
        raise ValidationError({"framework_version": [sentence]}) from error


def _request_document(
    document: Document, names: dict[str, object], by: User | None, at: datetime
) -> tuple[Job, bool]:
    """The job of the document, and whether it is a new one."""
    if document.job is not None and not document.job.is_finished:
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
        errors["publication"] = _unpublished()
    if not languages or set(languages) - set(LANGUAGES):
        errors["languages"] = _("Choose Chinese, English or both.")
    if kind not in Document.PUBLIC_KINDS:
        errors["kind"] = _("There is no such document.")
    elif kind == Document.Kind.COMMENDATION:
        if publication.kind != Publication.Kind.FINAL:
            errors["kind"] = _("Only final results are a reason to commend.")
        elif not commended(publication):
            errors["kind"] = _("No locality reached the highest grade.")
    if errors:
        raise ValidationError(errors)


def keep_report(*, report: Report, content: bytes, at: datetime) -> Report:
    """Store the finished PDF in place of an earlier one; the same bytes are stored once.

    The file is complete before the row names it, and the earlier file goes only after the
    row is committed: a reader always gets a whole report, wherever a worker dies. The
    system is on record as the one who stored it; equal bytes are no new event.
    """
    with _stored(report, content) as (name, digest):
        return _name_report(report, name, digest, len(content), at)


def keep_document(*, document: Document, content: bytes, at: datetime) -> Document:
    """The same for a document."""
    with _stored(document, content) as (name, digest), transaction.atomic():
        kept = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
        earlier = _name_file(kept, name, digest, len(content), at)
        if earlier != digest:
            IssuedFile.objects.get_or_create(
                document=kept, sha256=digest, defaults={"issued_at": at}
            )
            record_event(
                action="reports.keep_document",
                by=None,
                at=at,
                target=kept,
                before={"sha256": earlier} if earlier else {},
                after={"kind": kept.kind, "language": kept.language, "sha256": digest},
                region=kept.region,
                locality=kept.locality,
            )
    return kept


@contextmanager
def _stored(rendered: Rendered, content: bytes) -> Iterator[tuple[str, str]]:
    """Name and SHA-256 of the stored file, which goes again if the block fails."""
    digest = hashlib.sha256(content).hexdigest()
    storage, name = rendered.file.storage, rendered.file.name or ""
    if rendered.sha256 != digest or not name or not storage.exists(name):
        name = report_path(rendered, "")
    with removed_on_rollback(storage, name):
        if not storage.exists(name):
            storage.save(name, ContentFile(content))
        yield name, digest


@transaction.atomic
def _name_report(report: Report, name: str, digest: str, size: int, at: datetime) -> Report:
    # One at a time, so that exactly one of a batch is the last.
    Publication.objects.select_for_update(no_key=True).get(pk=report.publication_id)
    stored = (
        Report.objects.select_for_update(of=("self",), no_key=True)
        .select_related("publication__cycle__region", "locality")
        .get(pk=report.pk)
    )
    earlier = _name_file(stored, name, digest, size, at)
    if earlier != digest:
        IssuedFile.objects.get_or_create(report=stored, sha256=digest, defaults={"issued_at": at})
        _record_kept(stored, earlier, at)
    return stored


def _name_file(stored: Rendered, name: str, digest: str, size: int, at: datetime) -> str:
    """Let the locked row name the stored file; an earlier one goes once that is committed.

    Returns the SHA-256 of the earlier one.
    """
    storage, earlier, earlier_digest = stored.file.storage, stored.file.name, stored.sha256
    stored.file.name, stored.sha256, stored.size = name, digest, size
    stored.rendered_at = at
    stored.save(update_fields=["file", "sha256", "size", "rendered_at"])
    if earlier and earlier != name:
        # The file is stored by then: an old one that stays is logged, and fails nothing.
        transaction.on_commit(lambda: storage.delete(earlier), robust=True)
    return earlier_digest


def outstanding(publication: Publication) -> int:
    """How many reports of the publication are asked for and not made since."""
    waiting = Q(rendered_at__isnull=True) | Q(rendered_at__lt=F("job__created_at"))
    unfinished = Q(job__finished_at__isnull=True, job__isnull=False)
    return Report.objects.filter(waiting & unfinished, publication=publication).count()


def _record_kept(report: Report, earlier: str, at: datetime) -> None:
    record_event(
        action="reports.keep",
        by=None,
        at=at,
        target=report,
        before={"sha256": earlier} if earlier else {},
        after={
            "language": report.language,
            "sha256": report.sha256,
            "outstanding": outstanding(report.publication),
        },
        region=report.publication.cycle.region,
        locality=report.locality,
    )
