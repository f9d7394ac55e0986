"""What every page of the room begins with."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.http import DeskRequest
from assessment.cycles.models import Cycle
from assessment.cycles.queries import visible_to
from assessment.cycles.trail import cycle_trail
from assessment.scores import queries
from assessment.scores.models import ScoreRun
from assessment.scores.permissions import can_view_runs


def visible_cycle(request: DeskRequest, code: str) -> Cycle:
    """The cycle, if the reader may see it and its runs: 404 and 403 otherwise."""
    cycle = get_object_or_404(visible_to(request.user), code=code)
    if not can_view_runs(request.user, cycle):
        raise PermissionDenied
    return cycle


def run_of(cycle: Cycle, number: int) -> ScoreRun:
    """The cycle's run with this number, or 404."""
    run = queries.run_numbered(cycle, number)
    if run is None:
        raise Http404
    return run


def breadcrumbs(cycle: Cycle, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to the runs of the cycle, and further."""
    return cycle_trail(cycle, (_("Score runs"), reverse("scores:list", args=[cycle.code])), *more)
