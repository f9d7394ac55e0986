"""The list of cycles."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.addresses import query_url
from accounts.downloads import csv_download
from accounts.http import DeskRequest, desk_view
from accounts.queries import region_ids
from accounts.roles import Role
from assessment.cycles import queries
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import STAGE_LABELS, Cycle
from assessment.cycles.permissions import can_list_cycles
from assessment.cycles.timetable import DATES
from assessment.cycles.trail import cycles_trail

PAGE_SIZE = 50
_SORTS = {
    "code": ("code",),
    "-code": ("-code",),
    "period": ("period_end_date", "code"),
    "-period": ("-period_end_date", "code"),
    "submit": ("collection_end_date", "code"),
    "-submit": ("-collection_end_date", "code"),
}


@desk_view
@require_safe
def cycle_list(request: DeskRequest) -> HttpResponse:
    """Every cycle the reader may see, searched, filtered by stage, sorted, paged."""
    if not can_list_cycles(request.user):
        raise PermissionDenied
    stage, words = request.GET.get("stage", ""), request.GET.get("q", "").strip()
    sort = request.GET.get("sort", "-period")
    sort = sort if sort in _SORTS else "-period"
    found = _searched(queries.listed_cycles(request.user), words)
    shown = found.filter(stage=stage) if stage in STAGE_LABELS else found
    shown = shown.order_by(*_SORTS[sort])
    if request.GET.get("format") == "csv":
        return _csv(shown)
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    coordinated = region_ids(request.user, [Role.COORDINATOR])
    context = {
        "page": page,
        "sort": sort,
        "chips": _chips(request, found, stage),
        "is_filtered": bool(words or stage),
        "can_start": bool(coordinated),
        "coordinated": coordinated,
        "breadcrumbs": cycles_trail(),
    }
    return render(request, "cycles/list.html", context)


def _csv(cycles: QuerySet[Cycle]) -> HttpResponse:
    rows = [
        [
            cycle.code,
            cycle.name_zh,
            cycle.name_en,
            cycle.stage,
            *(getattr(cycle, name).isoformat() for name in DATES),
            cycle.framework_version.framework.code,
            cycle.framework_version.number,
            cast(Any, cycle).locality_count,
            notice_of(cycle),
        ]
        for cycle in cycles
    ]
    head = ("cycle", "name_zh", "name_en", "stage", *DATES)
    more = ("framework", "version", "localities", "notice")
    return csv_download("cycles.csv", [*head, *more], rows)


def _searched(found: QuerySet[Cycle], words: str) -> QuerySet[Cycle]:
    for word in words.split():
        found = found.filter(
            Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(code__icontains=word)
        )
    return found


def _chips(request: DeskRequest, found: QuerySet[Cycle], current: str) -> list[dict[str, object]]:
    counts: dict[str, int] = {}
    for stage in found.order_by().values_list("stage", flat=True):
        counts[stage] = counts.get(stage, 0) + 1
    entries: list[tuple[str, object, int]] = [("", _("All"), sum(counts.values()))]
    entries += [
        (stage, label, counts[stage]) for stage, label in STAGE_LABELS.items() if stage in counts
    ]
    chips = []
    for stage, label, count in entries:
        url = query_url(request.GET, stage=stage)
        chips.append({"label": label, "url": url, "is_current": stage == current, "count": count})
    return chips
