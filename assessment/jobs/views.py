"""Pages of long work: the list, one job, its live panel, cancel and retry."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.addresses import query_url
from accounts.http import DeskRequest, desk_view, is_own_address
from accounts.trail import trail
from assessment.jobs.models import STATE_LABELS, Job
from assessment.jobs.panels import panel_for
from assessment.jobs.queries import visible_to
from assessment.jobs.services import request_cancel, retry_job
from assessment.jobs.workflow import JobState, NotAllowedNow

PAGE_SIZE = 50


@require_GET
@desk_view
def job_list(request: DeskRequest) -> HttpResponse:
    """The reader's jobs, newest first, filtered by state."""
    jobs = visible_to(request.user)
    counts = dict(jobs.order_by().values_list("state").annotate(Count("pk")))
    state = request.GET.get("state", "")
    shown = jobs.filter(state=state) if state in counts else jobs
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [(job, panel_for(job=job, reader=request.user, at=now)) for job in page]
    context = {
        "rows": rows,
        "page": page,
        "chips": _chips(request, counts, state),
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


def _chips(request: DeskRequest, counts: dict[str, int], current: str) -> list[dict[str, object]]:
    url = query_url(request.GET, state="")
    total = sum(counts.values())
    every = {"label": _("All"), "url": url, "is_current": current not in counts, "count": total}
    return [every] + [
        {
            "label": STATE_LABELS[state],
            "url": query_url(request.GET, state=state),
            "is_current": current == state,
            "count": counts[state],
        }
        for state in JobState
        if state in counts
    ]
