"""Adjustments of a cycle: list, make, withdraw."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import DeskRequest, desk_view
from accounts.lists import list_csv
from accounts.service_errors import add_service_errors
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import NotAllowedNow
from assessment.engine.document import Node
from assessment.engine.figures import signed_number
from assessment.scores import queries
from assessment.scores.forms import PUBLISHED_TEXTS, AdjustmentForm
from assessment.scores.models import Adjustment
from assessment.scores.permissions import can_adjust_scores
from assessment.scores.ranking_list import title_of
from assessment.scores.run_lists import ADJUSTMENTS_CSV, read_adjustments
from assessment.scores.services import check_adjustment, make_adjustment, withdraw_adjustment
from assessment.scores.views.frame import breadcrumbs, visible_cycle
from assessment.scores.workflow import ADJUSTING_STAGES


@require_http_methods(["GET", "POST"])
@desk_view
def adjust(request: DeskRequest, cycle: str) -> HttpResponse:
    """The adjustments of a cycle, and the form for a new one, which is asked about first."""
    found = visible_cycle(request, cycle)
    is_open = bool(can_adjust_scores(request.user, found)) and found.stage in ADJUSTING_STAGES
    if request.method == "POST" and not can_adjust_scores(request.user, found):
        raise PermissionDenied
    form = AdjustmentForm(request.POST or None, cycle=found)
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        if "confirmed" not in request.POST:
            if _fits(request, found, form):
                return _ask(request, found, form)
        elif _made(request, found, form):
            messages.success(request, _("The adjustment is made. It counts from the next run on."))
            return redirect("scores:adjust", found.code)
    nodes = found.framework_version.parsed.by_code
    listed = read_adjustments(
        queries.adjustments_visible_to(request.user)
        .filter(cycle=found)
        .select_related("locality", "made_by", "withdrawn_by"),
        request.GET,
    )
    if listed.wants_csv:
        name = f"{found.code}-adjustments.csv"
        return list_csv(name, listed.rows, ADJUSTMENTS_CSV, notice=notice_of(found))
    context = {
        "cycle": found,
        "form": form if is_open or form.is_bound else None,
        "is_open": is_open,
        "list": listed,
        "adjustments": [(each, nodes.get(each.node)) for each in listed.page.object_list],
        "breadcrumbs": breadcrumbs(found, (_("Adjustments"), "")),
    }
    return render(request, "scores/adjustments.html", context, status=422 if form.errors else 200)


def _ask(request: DeskRequest, cycle: Cycle, form: AdjustmentForm) -> HttpResponse:
    """The question before an adjustment: what will count, and what will be published."""
    given = form.cleaned_data
    node = cycle.framework_version.parsed.by_code[given["node"]]
    adjust_url = reverse("scores:adjust", args=[cycle.code])
    context = {
        "cycle": cycle,
        "form": form,
        "facts": [
            (_("Locality"), given["locality"].name),
            (_("Part of the framework"), f"{title_of(node)} ({node.code})"),
            (_("Points"), signed_number(float(given["points"]))),
            *((form[name].label, given[name]) for name in PUBLISHED_TEXTS),
        ],
        "breadcrumbs": breadcrumbs(cycle, (_("Adjustments"), adjust_url), (_("Confirm"), "")),
    }
    return render(request, "scores/adjust_confirm.html", context)


@require_http_methods(["GET", "POST"])
@desk_view
def withdraw(request: DeskRequest, cycle: str, pk: int) -> HttpResponse:
    """Ask for the reason, then withdraw an adjustment."""
    found = visible_cycle(request, cycle)
    if not can_adjust_scores(request.user, found):
        raise PermissionDenied
    adjustment = get_object_or_404(
        queries.adjustments_visible_to(request.user).select_related("locality", "cycle"),
        pk=pk,
        cycle=found,
    )
    error = ""
    if request.method == "POST":
        try:
            withdraw_adjustment(
                adjustment=adjustment,
                reason=request.POST.get("reason", ""),
                by=request.user,
                at=timezone.now(),
            )
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
        except NotAllowedNow:
            messages.error(request, _("The adjustment cannot be withdrawn now."))
            return redirect("scores:adjust", found.code)
        else:
            messages.success(
                request, _("The adjustment is withdrawn. It no longer counts from the next run on.")
            )
            return redirect("scores:adjust", found.code)
    adjust_url = reverse("scores:adjust", args=[found.code])
    context = {
        "cycle": found,
        "adjustment": adjustment,
        "node": _node_of(found, adjustment),
        "error": error,
        "reason": request.POST.get("reason", ""),
        "breadcrumbs": breadcrumbs(found, (_("Adjustments"), adjust_url), (_("Withdraw"), "")),
    }
    return render(request, "scores/withdraw.html", context, status=422 if error else 200)


def _fits(request: DeskRequest, cycle: Cycle, form: AdjustmentForm) -> bool:
    """Whether the service would make it; what it would refuse stands at the fields."""
    return _accepted(
        form, lambda: check_adjustment(cycle=cycle, by=request.user, **form.cleaned_data)
    )


def _made(request: DeskRequest, cycle: Cycle, form: AdjustmentForm) -> bool:
    return _accepted(
        form,
        lambda: make_adjustment(
            cycle=cycle, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )


def _accepted(form: AdjustmentForm, act: Callable[[], object]) -> bool:
    try:
        act()
    except ValidationError as error:
        add_service_errors(form, error)
    except NotAllowedNow:
        form.add_error(None, _("Adjustments are closed in the present stage of the cycle."))
    return not form.errors


def _node_of(cycle: Cycle, adjustment: Adjustment) -> Node | None:
    return cycle.framework_version.parsed.by_code.get(adjustment.node)
