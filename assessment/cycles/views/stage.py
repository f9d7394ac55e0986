"""Moving a cycle to its next stage."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import DeskRequest, desk_view
from accounts.text import join_sentences
from assessment.cycles.models import Cycle
from assessment.cycles.services import move_stage
from assessment.cycles.steps import STEPS, Step
from assessment.cycles.trail import cycle_trail
from assessment.cycles.views.editing import coordinated_or_404
from assessment.cycles.wording import stage_refusal
from assessment.cycles.workflow import TRANSITIONS, NotAllowedNow, Stage, StageAction


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def stage(request: DeskRequest, cycle: str) -> HttpResponse:
    """Take one of the steps that need nothing from other rooms; by GET, ask first."""
    found = coordinated_or_404(request, cycle)
    asked = request.POST if request.method == "POST" else request.GET
    step = _step_or_404(asked.get("action", ""))
    reason, reason_error = asked.get("reason", ""), ""
    if request.method == "POST":
        try:
            move_stage(
                cycle=found, action=step.action, by=request.user, at=timezone.now(), reason=reason
            )
        except NotAllowedNow as error:
            if not reason.strip():
                messages.error(request, _not_now(step, error.state))
                return redirect("desk:cycle", found.code)
            found = coordinated_or_404(request, cycle)
            context = _context(found, step, reason, "") | {
                "closed_text": _not_now(step, error.state),
                "kept": [(_("Reason"), reason.strip())],
            }
            return render(request, "cycles/stage.html", context, status=409)
        except ValidationError as error:
            reason_error = join_sentences(error.messages)
        else:
            messages.success(request, str(step.done))
            return redirect("desk:cycle", found.code)
    return render(request, "cycles/stage.html", _context(found, step, reason, reason_error))


def _step_or_404(code: str) -> Step:
    if code not in {action.value for action in STEPS}:
        raise Http404
    return STEPS[StageAction(code)]


def _not_now(step: Step, stage: str) -> str:
    possible = [each for each in Stage if (each, step.action) in TRANSITIONS]
    return stage_refusal(stage, possible)


def _context(cycle: Cycle, step: Step, reason: str, reason_error: str) -> dict[str, object]:
    cycle_url = reverse("desk:cycle", args=[cycle.code])
    return {
        "cycle": cycle,
        "cycle_url": cycle_url,
        "step": step,
        "action_url": reverse("cycles:stage", args=[cycle.code]),
        "reason": reason,
        "reason_error": reason_error,
        "breadcrumbs": cycle_trail(cycle, (str(step.label), "")),
    }
