"""Have reports made, and keep what was made."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import Locality, User
from assessment.audit.services import record_event
from assessment.jobs.models import Job
from assessment.jobs.services import enqueue_job
from assessment.publication.models import Publication
from assessment.reports.models import Report
from assessment.reports.permissions import ReportOf, can_request_report
from assessment.reports.queries import LANGUAGES

JOB_KIND = "reports.locality"


@transaction.atomic
def request_reports(
    *,
    publication: Publication,
    localities: Sequence[Locality],
    languages: Sequence[str],
    by: User | None,
    at: datetime,
) -> list[Job]:
    """Queue one job per locality and language; return the jobs, one for each pair.

    A report that is being made already keeps its job. A finished report stays available
    until the new one replaces it. ``ValidationError`` for a withdrawn publication, a
    locality without results in it, an unknown language, or nothing chosen.
    """
    publication = (
        Publication.objects.select_for_update(of=("self",))
        .select_related("cycle__region")
        .get(pk=publication.pk)
    )
    if by is not None:
        for locality in localities:
            require(can_request_report, by, ReportOf(publication, locality))
    _check_request(publication, localities, languages)
    jobs = [
        _request_one(publication, locality, language, by, at)
        for locality in localities
        for language in languages
    ]
    record_event(
        action="reports.request",
        by=by,
        at=at,
        target=publication,
        after={
            "localities": [locality.code for locality in localities],
            "languages": list(languages),
        },
        region=publication.cycle.region,
        locality=localities[0] if len(localities) == 1 else None,
    )
    return jobs


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
) -> Job:
    report, _created = Report.objects.select_related("job").get_or_create(
        publication=publication, locality=locality, language=language
    )
    if report.job is not None and not report.job.is_finished:
        return report.job
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
    return report.job


def keep_report(*, report: Report, content: bytes, at: datetime) -> Report:
    """Store the finished PDF in place of an earlier one; the same bytes are stored once.

    The file is complete before the row names it, and the earlier file goes only after the
    row is committed: a reader always gets a whole report, wherever a worker dies.
    """
    digest = hashlib.sha256(content).hexdigest()
    file = report.file
    if report.sha256 != digest or not file or not file.storage.exists(file.name or ""):
        file.save("report.pdf", ContentFile(content), save=False)
    with transaction.atomic():
        stored = Report.objects.select_for_update().get(pk=report.pk)
        earlier = stored.file.name
        stored.file, stored.sha256, stored.size = file.name, digest, len(content)
        stored.rendered_at = at
        stored.save(update_fields=["file", "sha256", "size", "rendered_at"])
        if earlier and earlier != file.name:
            storage = file.storage
            transaction.on_commit(lambda: storage.delete(earlier))
    return stored
