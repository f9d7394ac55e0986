"""Evaluation reports are asked for: one job for each locality and language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import Locality, User
from assessment.audit.services import record_event
from assessment.jobs.models import Job
from assessment.jobs.services import enqueue_jobs
from assessment.jobs.workflow import JobState
from assessment.publication.models import Publication
from assessment.reports.models import Batch, Rendered, Report
from assessment.reports.permissions import (
    ReportOf,
    can_request_all_reports,
    can_request_report,
)
from assessment.reports.queries import LANGUAGES, reports_of
from assessment.reports.services.batches import hand_over

JOB_KIND = "reports.locality"
_Pair = tuple[Locality, str]


class Wanted(StrEnum):
    """Which of the reports named are to be made."""

    ALL = "all"
    MISSING = "missing"
    FAILED = "failed"


@transaction.atomic
def request_reports(
    *,
    publication: Publication,
    localities: Sequence[Locality],
    languages: Sequence[str],
    by: User | None,
    at: datetime,
    wanted: Wanted = Wanted.ALL,
) -> list[Job]:
    """Queue one job per locality and language; return the jobs, one for each pair.

    Of what is ``MISSING``, pairs whose report is made or under way are passed over; always for
    people of a locality: a published report is made anew by the coordinator alone. Of what
    ``FAILED``, all are whose last attempt did not. Where nothing a report is made of has changed,
    its job finds that out and keeps the file.

    A report that waits to be made keeps its job; where all do, nothing is recorded. One that is
    being made may have been read before what it is asked for anew for: it gets another job, which
    takes the place of the first (``keeping``). What is asked for in one go is a batch, of whose
    end people are told. A finished report stays available
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
    known = {(report.locality_id, report.language): report for report in reports_of(publication)}
    pairs = [
        (locality, language)
        for locality in dict.fromkeys(localities)
        for language in dict.fromkeys(languages)
        if _is_wanted(known.get((locality.pk, language)), wanted, may_repeat)
    ]
    reports = _reports(publication, pairs, known)
    idle = [report for report in reports if not is_waiting(report)]
    if idle:
        overtaken = [(report, report.job) for report in idle if _is_under_way(report)]
        _queue(publication, idle, by, at)
        for report, job in overtaken:
            hand_over(job, report.job)
        batch = Batch.objects.create(publication=publication, asked_by=by, asked_at=at)
        batch.jobs.add(*(report.job for report in reports if report.job is not None))
        _record_request(publication, [(each.locality, each.language) for each in idle], by, at)
    return [report.job for report in reports if report.job is not None]


def _is_wanted(report: Report | None, wanted: Wanted, may_repeat: bool) -> bool:
    if wanted == Wanted.FAILED and (
        report is None or report.job is None or report.job.state != JobState.FAILED
    ):
        return False
    if wanted == Wanted.MISSING or not may_repeat:
        return report is None or not (report.is_ready or _is_under_way(report))
    return True


def _is_under_way(report: Report) -> bool:
    return report.job is not None and not report.job.is_finished


def is_waiting(rendered: Rendered) -> bool:
    """Whether its job has not begun: it will find all there is to be read by now."""
    return rendered.job is not None and rendered.job.state == JobState.QUEUED


def _reports(
    publication: Publication, pairs: Sequence[_Pair], known: Mapping[tuple[int, str], Report]
) -> list[Report]:
    """The reports of the pairs in their order, made where there are none yet."""
    made = Report.objects.bulk_create(
        Report(publication=publication, locality=locality, language=language)
        for locality, language in pairs
        if (locality.pk, language) not in known
    )
    found = {**known, **{(report.locality_id, report.language): report for report in made}}
    return [found[locality.pk, language] for locality, language in pairs]


def _queue(
    publication: Publication, reports: Sequence[Report], by: User | None, at: datetime
) -> None:
    """One new job for each of the reports, which thereby has it."""
    cycle = publication.cycle
    parameters = [
        {
            "publication": publication.pk,
            "locality": report.locality_id,
            "language": report.language,
            "region": cycle.region_id,
            "cycle": cycle.code,
            "report": report.pk,
            "name_zh": report.locality.name_zh,
            "name_en": report.locality.name_en,
        }
        for report in reports
    ]
    jobs = enqueue_jobs(kind=JOB_KIND, parameters=parameters, by=by, at=at)
    for report, job in zip(reports, jobs, strict=True):
        report.job = job
    Report.objects.bulk_update(reports, ["job"])


def _record_request(
    publication: Publication,
    queued: Sequence[_Pair],
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
