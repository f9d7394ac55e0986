"""My localities' forms, the coordinator's board, and more time for one locality."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import DeskRequest, desk_view
from accounts.queries import locality_ids
from accounts.roles import LOCALITY_ROLES
from accounts.trail import trail
from assessment.cycles import queries as cycle_queries
from assessment.cycles.calendar import local_date
from assessment.cycles.permissions import can_coordinate_cycle, can_list_cycles
from assessment.cycles.trail import cycle_trail
from assessment.cycles.wording import day_note
from assessment.submissions import permissions, queries
from assessment.submissions.form_rows import (
    board_csv,
    form_rows,
    forms_csv,
    read_forms,
    section_filter,
)
from assessment.submissions.forms import ExtendForm
from assessment.submissions.services import URGED_AGAIN_AFTER, extend_deadline
from assessment.submissions.steps import attempt, page_after
from assessment.submissions.views.lookup import find_submission, page_context
from assessment.submissions.waiting import late_and_not_urged
from assessment.submissions.wording import decision_refusal
from assessment.submissions.workflow import EDITABLE, OPEN_STAGES, UNDECIDED, SubmissionAction

_BOARD_COLUMNS = ("code", "state", "progress", "last_day", "late", "waiting", "urged", "updated")


@require_safe
@desk_view
def form_list(request: DeskRequest) -> HttpResponse:
    """The forms of the reader's localities; for people of the region, those they may see."""
    if not can_list_cycles(request.user):
        raise PermissionDenied
    forms = queries.visible_to(request.user)
    own = locality_ids(request.user, LOCALITY_ROLES)
    if own:
        forms = forms.filter(locality_id__in=own)
    today = local_date(timezone.now())
    columns = ("cycle", "code", "state", "progress", "last_day")
    listed = read_forms(forms, request.GET, today, columns=columns, sort="-cycle")
    if listed.wants_csv:
        return forms_csv("forms.csv", listed, today)
    context = {
        "list": listed,
        "rows": form_rows(listed.page.object_list, today),
        "breadcrumbs": trail((_("Our forms"), "")),
    }
    return render(request, "submissions/list.html", context)


@require_safe
@desk_view
def board(request: DeskRequest, cycle: str) -> HttpResponse:
    """All forms of a cycle: state, progress, lateness, what they lack and of whom, urging."""
    found = get_object_or_404(cycle_queries.visible_to(request.user), code=cycle)
    if not permissions.can_view_board(request.user, found):
        raise PermissionDenied
    forms = found.submissions.select_related("cycle__region", "locality")
    now = timezone.now()
    today = local_date(now)
    can_extend = bool(can_coordinate_cycle(request.user, found))
    listed = read_forms(
        forms,
        request.GET,
        today,
        columns=_BOARD_COLUMNS,
        sort="code",
        more_filters=[section_filter(forms, found.framework_version.parsed)],
        with_actions=can_extend,
    )
    if listed.wants_csv:
        return board_csv(f"{found.code}-forms.csv", listed, today)
    may_urge = can_extend and found.stage in OPEN_STAGES
    context = {
        "cycle": found,
        "list": listed,
        "rows": form_rows(listed.page.object_list, today, with_waiting=True),
        "may_urge": may_urge,
        "urged_before": now - URGED_AGAIN_AFTER,
        "to_urge": late_and_not_urged(found, today, now - URGED_AGAIN_AFTER) if may_urge else 0,
        "figures": _figures(queries.state_counts(found, today)),
        "can_extend": can_extend,
        "breadcrumbs": cycle_trail(found, (_("Forms"), "")),
    }
    return render(request, "submissions/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def extend(request: DeskRequest, pk: int) -> HttpResponse:
    """Give one locality more time, with the reason."""
    submission = find_submission(request, pk)
    if not permissions.can_decide_submission(request.user, submission):
        raise PermissionDenied
    today = local_date(timezone.now())
    form = ExtendForm(
        request.POST or None,
        submission=submission,
        today=today,
        initial={"step": queries.step_of(submission)},
    )

    def act() -> str:
        extended = extend_deadline(
            submission=submission,
            end_date=form.cleaned_data["end_date"],
            reason=form.cleaned_data["reason"],
            step=form.cleaned_data["step"],
            by=request.user,
            at=timezone.now(),
        )
        return _("%(locality)s may submit until %(day)s.") % {
            "locality": extended.locality.name,
            "day": extended.end_date.isoformat(),
        }

    tried = attempt(form, act)
    if tried.done:
        messages.success(request, tried.done)
        if note := day_note(form.cleaned_data["end_date"], cycle_queries.working_calendar()):
            messages.warning(request, note)
        return redirect("submissions:board", submission.cycle.code)
    if form.is_bound:
        submission = find_submission(request, pk)
    # That the last day is over is what an extension is for.
    closed = queries.closed_to(submission, SubmissionAction.EXTEND)
    locked_text = decision_refusal(closed, submission) if closed is not None else ""
    shown, status = page_after(form, submission, tried, locked_text)
    context = page_context(request, submission, "extend", _("Extend the last day")) | shown
    return render(request, "submissions/extend.html", context, status=status)


def _figures(counts: dict[str, int]) -> list[dict[str, Any]]:
    """The numbers above the board."""
    late, asked = counts["overdue"], counts["unlock"]
    shown: list[dict[str, Any]] = [
        {"label": _("Accepted"), "value": counts["accepted"], "tone": "success"},
        {
            "label": _("Waiting for a decision"),
            "value": sum(counts[state] for state in UNDECIDED),
            "tone": "info",
        },
        {"label": _("With the locality"), "value": sum(counts[state] for state in EDITABLE)},
        {"label": _("Overdue"), "value": late, "tone": "danger" if late else ""},
    ]
    if asked:
        shown.append({"label": _("Requests to unlock"), "value": asked, "tone": "warning"})
    return shown
