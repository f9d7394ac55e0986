"""Pages of long work: the list, one job, its live panel, cancel and retry."""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import DeskRequest, desk_view, is_own_address
from accounts.lists import Column, Filter, Search, field_choices, list_csv, read_stored
from accounts.moments import time_text
from accounts.trail import trail
from assessment.jobs.models import STATE_LABELS, Job
from assessment.jobs.panels import panel_for, title_of
from assessment.jobs.queries import listed_jobs, visible_to
from assessment.jobs.services import request_cancel, retry_job
from assessment.jobs.workflow import NotAllowedNow

CSV: Mapping[str, Callable[[Job], object]] = {
    "job": lambda job: str(job.pk),
    "kind": lambda job: job.kind,
    "title": title_of,
    "state": lambda job: job.state,
    "percent": lambda job: job.percent,
    "asked_by": lambda job: str(job.created_by or ""),
    "asked_at": lambda job: time_text(job.created_at),
    "finished_at": lambda job: time_text(job.finished_at) if job.finished_at else None,
}


@require_GET
@desk_view
def job_list(request: DeskRequest) -> HttpResponse:
    """The reader's jobs, newest first, filtered by state."""
    listed = read_stored(
        listed_jobs(request.user),
        request.GET,
        columns=_columns(),
        sort="-asked",
        ties=("-created_at", "pk"),
        search=Search(
            _("Place or person"), ("about_cycle", "about_zh", "about_en", "created_by__full_name")
        ),
        filters=[
            Filter("state", _("State"), field_choices("state", STATE_LABELS), hides_empty=True)
        ],
    )
    if listed.wants_csv:
        return list_csv("jobs.csv", listed.rows, CSV)
    now = timezone.now()
    context = {
        "list": listed,
        "rows": [
            (job, panel_for(job=job, reader=request.user, at=now))
            for job in listed.page.object_list
        ],
        "breadcrumbs": trail((_("Jobs"), "")),
    }
    return render(request, "jobs/list.html", context)


@require_GET
@desk_view
def job_detail(request: DeskRequest, pk: UUID) -> HttpResponse:
    """One job with its live panel."""
    job = _visible(request, pk)
    panel = panel_for(job=job, reader=request.user, at=timezone.now())
    crumbs = trail((_("Jobs"), reverse("jobs:list")), (panel.title, ""))
    context = {"job": job, "panel": panel, "breadcrumbs": crumbs}
    return render(request, "jobs/detail.html", context)


@require_GET
@desk_view
def job_panel(request: DeskRequest, pk: UUID) -> HttpResponse:
    """The panel alone, for the page that polls it; the last poll refreshes that page."""
    job = _visible(request, pk)
    panel = panel_for(job=job, reader=request.user, at=timezone.now())
    response = render(request, "jobs/panel.html", {"panel": panel})
    response["Cache-Control"] = "no-store"
    if job.is_finished:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@desk_view
def job_cancel(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Ask the job to stop."""
    return _steer(
        request,
        pk,
        lambda job: request_cancel(job=job, by=request.user, at=timezone.now()),
        done=_("The job was asked to stop."),
        refused=_("This job has already ended; there is nothing to cancel."),
    )


@require_POST
@desk_view
def job_retry(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Queue the job again."""
    return _steer(
        request,
        pk,
        lambda job: retry_job(job=job, by=request.user, at=timezone.now()),
        done=_("The job is queued again."),
        refused=_("Only a failed or cancelled job can be tried again."),
    )


def _steer(
    request: DeskRequest, pk: UUID, act: Callable[[Job], Job], *, done: str, refused: str
) -> HttpResponse:
    job = _visible(request, pk)
    try:
        act(job)
    except NotAllowedNow:
        messages.error(request, refused)
    else:
        messages.success(request, done)
    return redirect(_page_before(request) or reverse("jobs:detail", args=[job.pk]))


def _visible(request: DeskRequest, pk: UUID) -> Job:
    return get_object_or_404(visible_to(request.user), pk=pk)


def _page_before(request: HttpRequest) -> str:
    """The page of this site that the button was on; panels stand on pages of many rooms."""
    referer = request.headers.get("Referer", "")
    return referer if is_own_address(referer, request) else ""


def _columns() -> list[Column[Job]]:
    return [
        Column(_("Job"), "kind", ("kind",)),
        Column(_("State"), "state", ("state",)),
        Column(_("Progress"), "percent", ("percent",), is_numeric=True, unit="%"),
        Column(_("Asked for by"), "by", ("created_by__full_name",)),
        Column(_("Asked for at"), "asked", ("created_at",), descending_first=True),
        Column(_("Result")),
    ]
