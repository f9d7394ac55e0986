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

from accounts.form_words import typed_texts
from accounts.http import DeskRequest, desk_view
from accounts.lists import list_csv
from accounts.moments import time_text
from accounts.service_errors import add_service_errors
from accounts.text import join_sentences
from assessment.audit.staleness import seen_in
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import Cycle
from assessment.cycles.wording import stage_refusal
from assessment.cycles.workflow import NotAllowedNow
from assessment.engine.document import Node
from assessment.engine.figures import signed_number
from assessment.scores import queries
from assessment.scores.conflicts import last_adjustment, last_change
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
    if request.method == "POST" and not can_adjust_scores(request.user, found):
        raise PermissionDenied
    # Read before the list: nobody's adjustment falls between the two.
    newest = last_adjustment(found)
    seen = seen_in(request.POST.get("seen", "")) if request.method == "POST" else newest
    form = AdjustmentForm(request.POST or None, cycle=found)
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        if "confirmed" not in request.POST:
            if _fits(request, found, form, seen):
                return _ask(request, found, form, seen)
        elif _made(request, found, form, seen):
            messages.success(request, _("The adjustment is made. It counts from the next run on."))
            return redirect("scores:adjust", found.code)
        found = visible_cycle(request, cycle)
    is_open = bool(can_adjust_scores(request.user, found)) and found.stage in ADJUSTING_STAGES
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
        "form": form if is_open else None,
        # Told of what they had not seen, they may send the same words again.
        "seen": newest if form.is_stale else seen,
        "closed_text": _closed_text(found),
        "kept": typed_texts(form) if form.is_bound and not is_open else [],
        "is_open": is_open,
        "list": listed,
        "adjustments": [(each, nodes.get(each.node)) for each in listed.page.object_list],
        "breadcrumbs": breadcrumbs(found, (_("Adjustments"), "")),
    }
    return render(request, "scores/adjustments.html", context, status=422 if form.errors else 200)


def _ask(request: DeskRequest, cycle: Cycle, form: AdjustmentForm, seen: int) -> HttpResponse:
    """The question before an adjustment: what will count, and what will be published."""
    given = form.cleaned_data
    node = cycle.framework_version.parsed.by_code[given["node"]]
    adjust_url = reverse("scores:adjust", args=[cycle.code])
    context = {
        "cycle": cycle,
        "form": form,
        "seen": seen,
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
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        errors = _withdrawn(request, adjustment)
        if not errors:
            messages.success(
                request, _("The adjustment is withdrawn. It no longer counts from the next run on.")
            )
            return redirect("scores:adjust", found.code)
        found = visible_cycle(request, cycle)
        adjustment.refresh_from_db()
    closed = _why_not_withdrawable(found, adjustment)
    reason = request.POST.get("reason", "").strip()
    adjust_url = reverse("scores:adjust", args=[found.code])
    context = {
        "cycle": found,
        "adjustment": adjustment,
        "node": _node_of(found, adjustment),
        "seen": last_change(adjustment),
        "changed_meanwhile": join_sentences(errors.get("seen", [])),
        "closed_text": closed,
        "error": join_sentences(errors.get("reason", [])),
        "reason": reason,
        "kept": [(_("Reason"), reason)] if closed and reason else [],
        "breadcrumbs": breadcrumbs(found, (_("Adjustments"), adjust_url), (_("Withdraw"), "")),
    }
    return render(request, "scores/withdraw.html", context, status=422 if errors else 200)


def _withdrawn(request: DeskRequest, adjustment: Adjustment) -> dict[str, list[str]]:
    """Withdraw it; the sentences that refuse it by field, none when it is done."""
    try:
        withdraw_adjustment(
            adjustment=adjustment,
            reason=request.POST.get("reason", ""),
            seen=seen_in(request.POST.get("seen", "")),
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as refusal:
        return refusal.message_dict
    except NotAllowedNow:
        return {"closed": []}  # The page says why, beside what was typed.
    return {}


def _why_not_withdrawable(cycle: Cycle, adjustment: Adjustment) -> str:
    if closed := _closed_text(cycle):
        return closed
    if adjustment.withdrawn_at is not None:
        text = _("The adjustment was withdrawn by %(person)s at %(time)s: %(reason)s")
        return text % {
            "person": adjustment.withdrawn_by or _("the system"),
            "time": time_text(adjustment.withdrawn_at),
            "reason": adjustment.withdrawal_reason,
        }
    return ""


def _closed_text(cycle: Cycle) -> str:
    is_open = cycle.stage in ADJUSTING_STAGES
    return "" if is_open else stage_refusal(cycle.stage, ADJUSTING_STAGES)


def _fits(request: DeskRequest, cycle: Cycle, form: AdjustmentForm, seen: int) -> bool:
    """Whether the service would make it; what it would refuse stands at the fields."""
    return _accepted(
        form,
        lambda: check_adjustment(cycle=cycle, seen=seen, by=request.user, **form.cleaned_data),
    )


def _made(request: DeskRequest, cycle: Cycle, form: AdjustmentForm, seen: int) -> bool:
    return _accepted(
        form,
        lambda: make_adjustment(
            cycle=cycle, seen=seen, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )


def _accepted(form: AdjustmentForm, act: Callable[[], object]) -> bool:
    try:
        act()
    except ValidationError as error:
        add_service_errors(form, error)
        form.is_stale = "seen" in error.message_dict
    except NotAllowedNow as error:
        form.add_error(None, stage_refusal(error.state, ADJUSTING_STAGES))
    return not form.errors


def _node_of(cycle: Cycle, adjustment: Adjustment) -> Node | None:
    return cycle.framework_version.parsed.by_code.get(adjustment.node)
