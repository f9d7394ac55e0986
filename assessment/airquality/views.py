"""Annual means of a cycle's localities and the reductions they give."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import DeskRequest, desk_view
from accounts.text import join_sentences
from assessment.airquality import queries
from assessment.airquality.means_list import has_risen, is_complete, means_csv, read_means
from assessment.airquality.permissions import can_derive_reductions, can_view_means
from assessment.airquality.queries import LocalityReductions
from assessment.airquality.services import derive_reductions
from assessment.cycles.models import Cycle
from assessment.cycles.queries import visible_to
from assessment.cycles.trail import cycle_trail
from assessment.cycles.workflow import NotAllowedNow
from assessment.observations.provenance import data_source
from assessment.observations.workflow import is_recording_stage


@dataclass(frozen=True)
class Summary:
    """How far the means go."""

    localities: int
    complete: int
    risen: int


@require_GET
@desk_view
def means(request: DeskRequest, cycle: str) -> HttpResponse:
    """Means of base year and year assessed, the fall between them, and what is missing."""
    found = _visible_cycle(request, cycle)
    lines = queries.reductions_of(found)
    base_year, now_year = queries.years_of(found)
    nodes = queries.derived_indicators(found)
    listed = read_means(lines, nodes, (base_year, now_year), request.GET)
    if listed.wants_csv:
        return means_csv(found, nodes, listed.rows)
    context = {
        "cycle": found,
        "nodes": nodes,
        "list": listed,
        "summary": _summary(lines),
        "base_year": base_year,
        "now_year": now_year,
        "sources": sorted(
            {
                data_source(mean.source)
                for line in lines
                for _node, reduction in line.reductions
                for mean in (reduction.base, reduction.now)
                if mean is not None
            }
        ),
        "consequences": _consequences(lines),
        "covers_year": queries.covers_calendar_year(found),
        "can_derive": can_derive_reductions(request.user, found)
        and is_recording_stage(found.stage)
        and queries.covers_calendar_year(found),
        "breadcrumbs": cycle_trail(
            found,
            (_("Observations"), reverse("observations:matrix", args=[found.code])),
            (_("Annual means"), ""),
        ),
    }
    return render(request, "airquality/means.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def derive(request: DeskRequest, cycle: str) -> HttpResponse:
    """Ask first, then record the reductions as observations of the cycle."""
    found = _visible_cycle(request, cycle)
    if request.method != "POST":
        return _ask(request, found)
    try:
        outcome = derive_reductions(cycle=found, by=request.user, at=timezone.now())
    except ValidationError as error:
        messages.error(request, join_sentences(error.messages))
    except NotAllowedNow:
        messages.error(request, _("Observations of this cycle are closed."))
    else:
        messages.success(
            request,
            _("Reductions recorded: %(created)s new, %(changed)s changed, %(unchanged)s unchanged.")
            % {
                "created": outcome.created,
                "changed": outcome.changed,
                "unchanged": outcome.unchanged,
            },
        )
    return redirect("airquality:means", found.code)


def _ask(request: DeskRequest, cycle: Cycle) -> HttpResponse:
    """The question before the recording, for those without scripts."""
    if not can_derive_reductions(request.user, cycle):
        raise PermissionDenied
    means_url = reverse("airquality:means", args=[cycle.code])
    context = {
        "cycle": cycle,
        "consequences": _consequences(queries.reductions_of(cycle)),
        "breadcrumbs": cycle_trail(
            cycle,
            (_("Observations"), reverse("observations:matrix", args=[cycle.code])),
            (_("Annual means"), means_url),
            (_("Confirm"), ""),
        ),
    }
    return render(request, "airquality/derive.html", context)


def _consequences(lines: list[LocalityReductions]) -> list[str]:
    """What recording brings about, with the counts of today's table."""
    falls = [reduction.percent for line in lines for _node, reduction in line.reductions]
    known = sum(fall is not None for fall in falls)
    return [
        _("Recorded as values: %(known)s; as missing: %(missing)s.")
        % {"known": known, "missing": len(falls) - known},
        _("Earlier recorded reductions that differ are replaced; the change stays in the history."),
        _("Score runs computed before are then out of date: compute the scores again."),
    ]


def _visible_cycle(request: DeskRequest, code: str) -> Cycle:
    cycle = get_object_or_404(visible_to(request.user), code=code)
    if not can_view_means(request.user, cycle):
        raise PermissionDenied
    return cycle


def _summary(lines: list[LocalityReductions]) -> Summary:
    return Summary(
        localities=len(lines),
        complete=sum(map(is_complete, lines)),
        risen=sum(map(has_risen, lines)),
    )
