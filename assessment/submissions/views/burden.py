"""What the collection of a cycle costs its localities."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import DeskRequest, desk_view
from assessment.cycles import queries as cycle_queries
from assessment.cycles.trail import cycle_trail
from assessment.submissions import permissions
from assessment.submissions.burden import (
    PAUSE_MINUTES,
    Burden,
    burden_csv,
    burdens,
    read_burdens,
)


@require_safe
@desk_view
def burden(request: DeskRequest, cycle: str) -> HttpResponse:
    """Fields, what was taken over, files and minutes by locality, and in all."""
    found = get_object_or_404(cycle_queries.visible_to(request.user), code=cycle)
    if not permissions.can_view_board(request.user, found):
        raise PermissionDenied
    rows = burdens(found)
    listed = read_burdens(rows, request.GET)
    if listed.wants_csv:
        return burden_csv(found, listed)
    board = reverse("submissions:board", args=[found.code])
    context = {
        "cycle": found,
        "list": listed,
        "rows": listed.page.object_list,
        "figures": _figures(rows),
        "pause": PAUSE_MINUTES,
        "breadcrumbs": cycle_trail(found, (_("Forms"), board), (_("Burden"), "")),
    }
    return render(request, "submissions/burden.html", context)


def _figures(rows: Sequence[Burden]) -> list[dict[str, Any]]:
    """The same of all localities together."""
    return [
        {"label": _("Fields asked"), "value": sum(row.asked for row in rows)},
        {"label": _("Typed"), "value": sum(row.typed for row in rows)},
        {"label": _("Taken over"), "value": sum(row.taken for row in rows)},
        {"label": _("Taken over, then changed"), "value": sum(row.changed for row in rows)},
        {"label": _("Minutes"), "value": sum(row.minutes for row in rows)},
    ]
