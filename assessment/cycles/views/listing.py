"""The list of cycles."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import DeskRequest, desk_view
from accounts.lists import Column, Filter, Search, field_choices, list_csv, read_stored
from accounts.queries import region_ids
from accounts.roles import Role
from assessment.cycles import queries
from assessment.cycles.calendar import local_date
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import STAGE_LABELS, Cycle
from assessment.cycles.permissions import can_list_cycles
from assessment.cycles.timetable import DATES
from assessment.cycles.trail import cycles_trail


def _day(name: str) -> Callable[[Cycle], str]:
    return lambda cycle: getattr(cycle, name).isoformat()


CSV: Mapping[str, Callable[[Cycle], object]] = {
    "cycle": lambda cycle: cycle.code,
    "name_zh": lambda cycle: cycle.name_zh,
    "name_en": lambda cycle: cycle.name_en,
    "stage": lambda cycle: cycle.stage,
    **{name: _day(name) for name in DATES},
    "framework": lambda cycle: cycle.framework_version.framework.code,
    "version": lambda cycle: cycle.framework_version.number,
    "localities": lambda cycle: cast(Any, cycle).locality_count,
    "notice": notice_of,
}


@desk_view
@require_safe
def cycle_list(request: DeskRequest) -> HttpResponse:
    """Every cycle the reader may see, searched, filtered by stage, sorted, paged."""
    if not can_list_cycles(request.user):
        raise PermissionDenied
    coordinated = region_ids(request.user, [Role.COORDINATOR])
    listed = read_stored(
        queries.listed_cycles(request.user),
        request.GET,
        columns=_columns(bool(coordinated)),
        sort="-period",
        ties=("code",),
        search=Search(_("Search cycles"), ("name_zh", "name_en", "code")),
        filters=[
            Filter("stage", _("Stage"), field_choices("stage", STAGE_LABELS), hides_empty=True)
        ],
    )
    if listed.wants_csv:
        return list_csv("cycles.csv", listed.rows, CSV)
    context = {
        "list": listed,
        "can_start": bool(coordinated),
        "today": local_date(timezone.now()),
        "coordinated": coordinated,
        "breadcrumbs": cycles_trail(),
    }
    return render(request, "cycles/list.html", context)


def _columns(has_actions: bool) -> list[Column[Cycle]]:
    columns: list[Column[Cycle]] = [
        Column(_("Cycle"), "code", ("code",)),
        Column(_("Stage")),
        Column(_("Period"), "period", ("period_end_date",), descending_first=True),
        Column(_("Last day to submit"), "submit", ("collection_end_date",)),
        Column(_("Last day to object"), "object", ("objection_end_date",)),
        Column(_("Localities"), "localities", ("locality_count",), is_numeric=True),
        Column(_("Framework"), "framework", ("framework_version__framework__code",)),
    ]
    return [*columns, Column(_("Actions"), is_unseen=True)] if has_actions else columns
