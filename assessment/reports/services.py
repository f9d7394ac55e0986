"""Have reports made, and keep what was made."""

import hashlib
from collections.abc import Sequence
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
from assessment.jobs.models import Job
from assessment.jobs.services import enqueue_job
from assessment.publication.models import Publication
from assessment.reports.models import IssuedFile, Report, report_path
from assessment.reports.permissions import ReportOf, can_request_report
from assessment.reports.queries import LANGUAGES, reports_of

JOB_KIND = "reports.locality"


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

    With ``only_missing`` pairs whose report is made or under way are passed over.

    A report that is being made already keeps its job; where all are, nothing is recorded.
    A finished report stays available
    until the new one replaces it. ``ValidationError`` for a withdrawn publication, a
    locality without results in it, an unknown language, or nothing chosen.
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
    present = _present(publication) if only_missing else set()
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


def _check_request(
    publication: Publication, localities: Sequence[Locality], languages: Sequence[str]
) -> None:
    errors: dict[str, str] = {}
    if publication.withdrawn_at is not None:
        errors["publication"] = _("This publication was withdrawn; reports are no longer made.")
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


def keep_report(*, report: Report, content: bytes, at: datetime) -> Report:
    """Store the finished PDF in place of an earlier one; the same bytes are stored once.

    The file is complete before the row names it, and the earlier file goes only after the
    row is committed: a reader always gets a whole report, wherever a worker dies. The
    system is on record as the one who stored it; equal bytes are no new event.
    """
    digest = hashlib.sha256(content).hexdigest()
    storage, name = report.file.storage, report.file.name or ""
    if report.sha256 != digest or not name or not storage.exists(name):
        name = report_path(report, "")
    with removed_on_rollback(storage, name):
        if not storage.exists(name):
            storage.save(name, ContentFile(content))
        return _name_file(report, name, digest, len(content), at)


@transaction.atomic
def _name_file(report: Report, name: str, digest: str, size: int, at: datetime) -> Report:
    """Let the row name the stored file; an earlier one goes once that is committed."""
    # One at a time, so that exactly one of a batch is the last.
    Publication.objects.select_for_update(no_key=True).get(pk=report.publication_id)
    stored = (
        Report.objects.select_for_update(of=("self",), no_key=True)
        .select_related("publication__cycle__region", "locality")
        .get(pk=report.pk)
    )
    storage, earlier, earlier_digest = stored.file.storage, stored.file.name, stored.sha256
    stored.file.name, stored.sha256, stored.size = name, digest, size
    stored.rendered_at = at
    stored.save(update_fields=["file", "sha256", "size", "rendered_at"])
    if earlier and earlier != name:
        # The report is stored by then: an old file that stays is logged, and fails nothing.
        transaction.on_commit(lambda: storage.delete(earlier), robust=True)
    if earlier_digest != digest:
        IssuedFile.objects.get_or_create(report=stored, sha256=digest, defaults={"issued_at": at})
        _record_kept(stored, earlier_digest, at)
    return stored


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
