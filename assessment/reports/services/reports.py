"""Evaluation reports are asked for: one job for each locality and language."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import Locality, User
from assessment.audit.services import record_event
from assessment.jobs.models import Job
from assessment.jobs.services import enqueue_job
from assessment.publication.models import Publication
from assessment.reports.models import Report
from assessment.reports.permissions import (
    ReportOf,
    can_request_all_reports,
    can_request_report,
)
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


def unpublished() -> str:
    """Why nothing is printed of results that are not public yet."""
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
        errors["publication"] = unpublished()
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
