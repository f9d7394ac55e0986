"""Runs of a cycle, their rankings, traces and differences."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.http import DeskRequest, desk_view
from accounts.lists import list_csv
from accounts.text import join_items
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import NotAllowedNow
from assessment.scores import queries
from assessment.scores.permissions import can_compute_scores
from assessment.scores.ranking_page import ranking_csv, ranking_page
from assessment.scores.run_lists import CHANGES_CSV, RUNS_CSV, read_changes, read_runs
from assessment.scores.services import ScoringProblem, run_scores
from assessment.scores.trace_page import trace_page
from assessment.scores.views.frame import breadcrumbs, run_of, visible_cycle
from assessment.scores.wording import PART_LABELS
from assessment.scores.workflow import SCORING_STAGES


@require_GET
@desk_view
def run_list(request: DeskRequest, cycle: str) -> HttpResponse:
    """The runs of a cycle, newest first, and whether the newest is current."""
    return _run_list(request, visible_cycle(request, cycle), [])


@require_POST
@desk_view
def compute(request: DeskRequest, cycle: str) -> HttpResponse:
    """Compute a run; what prevents it is listed in words."""
    found = visible_cycle(request, cycle)
    try:
        run = run_scores(cycle=found, by=request.user, at=timezone.now())
    except ScoringProblem as error:
        language = get_language() or "zh-hans"
        return _run_list(request, found, [p.text(language) for p in error.problems])
    except NotAllowedNow:
        messages.error(request, _("Scores are not computed in the present stage of the cycle."))
        return redirect("scores:list", found.code)
    messages.success(request, _("Run %(number)s is computed.") % {"number": run.number})
    return redirect("scores:run", found.code, run.number)


@require_GET
@desk_view
def run_detail(request: DeskRequest, cycle: str, number: int) -> HttpResponse:
    """The ranking of one run."""
    found = visible_cycle(request, cycle)
    run = run_of(found, number)
    observations = run.observations_csv.splitlines()[1:]
    context = {
        "cycle": found,
        "run": run,
        "view": ranking_page(
            run, request.GET, export=reverse("scores:export", args=[found.code, number])
        ),
        "missing_count": sum(line.endswith(",missing") for line in observations),
        "total_count": len(observations),
        "previous": queries.runs_of(found).filter(number__lt=number).first(),
        "breadcrumbs": breadcrumbs(found, (_("Run %(number)s") % {"number": number}, "")),
    }
    return render(request, "scores/run.html", context)


@require_GET
@desk_view
def run_export(request: DeskRequest, cycle: str, number: int) -> HttpResponse:
    """The ranking for spreadsheets, as the page shows it."""
    found = visible_cycle(request, cycle)
    return ranking_csv(run_of(found, number), request.GET)


@require_GET
@desk_view
def locality_trace(request: DeskRequest, cycle: str, number: int, code: str) -> HttpResponse:
    """How every score of one locality came about."""
    found = visible_cycle(request, cycle)
    run = run_of(found, number)
    locality = run.places.get(code)
    page = trace_page(run, locality) if locality else None
    if locality is None or page is None:
        raise Http404
    run_url = reverse("scores:run", args=[found.code, number])
    context = {
        "cycle": found,
        "run": run,
        "locality": locality,
        "group": locality.group,
        "view": page,
        "breadcrumbs": breadcrumbs(
            found, (_("Run %(number)s") % {"number": number}, run_url), (locality.name, "")
        ),
    }
    return render(request, "scores/locality.html", context)


@require_GET
@desk_view
def differences(request: DeskRequest, cycle: str, number: int) -> HttpResponse:
    """What changed against an earlier run: the one asked for by ``with``, else the one before."""
    found = visible_cycle(request, cycle)
    run = run_of(found, number)
    earlier = list(queries.runs_of(found).filter(number__lt=number))
    asked = request.GET.get("with", "")
    chosen = next((r for r in earlier if str(r.number) == asked), earlier[0] if earlier else None)
    if chosen is None:
        raise Http404
    listed = read_changes(
        queries.differences(run_of(found, chosen.number), run), request.GET, earlier, chosen
    )
    if listed.wants_csv:
        name = f"{found.code}-runs-{chosen.number}-{number}.csv"
        return list_csv(name, listed.rows, CHANGES_CSV, notice=notice_of(found))
    run_url = reverse("scores:run", args=[found.code, number])
    context = {
        "cycle": found,
        "run": run,
        "other": chosen,
        "list": listed,
        "breadcrumbs": breadcrumbs(
            found, (_("Run %(number)s") % {"number": number}, run_url), (_("Differences"), "")
        ),
    }
    return render(request, "scores/differences.html", context)


def _run_list(request: DeskRequest, cycle: Cycle, problems: list[str]) -> HttpResponse:
    listed = read_runs(queries.runs_of(cycle), request.GET)
    if listed.wants_csv:
        return list_csv(f"{cycle.code}-runs.csv", listed.rows, RUNS_CSV, notice=notice_of(cycle))
    latest = queries.latest_run(cycle)
    changed = [str(PART_LABELS[p]) for p in queries.stale_parts(latest)] if latest else []
    context = {
        "cycle": cycle,
        "list": listed,
        "problems": problems,
        "changed": join_items(changed),
        "adjustment_count": queries.count_adjustments(cycle),
        "can_compute": bool(can_compute_scores(request.user, cycle))
        and cycle.stage in SCORING_STAGES,
        "breadcrumbs": breadcrumbs(cycle),
    }
    return render(request, "scores/list.html", context, status=422 if problems else 200)
