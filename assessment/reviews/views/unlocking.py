"""The page on which the coordinating body answers a request to unlock a form."""

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import DeskRequest, desk_view
from assessment.cycles.calendar import local_date
from assessment.cycles.workflow import NotAllowedNow
from assessment.reviews.forms import UnlockForm
from assessment.reviews.views.lookup import find_form, reviews_trail
from assessment.submissions import queries
from assessment.submissions.models import Submission
from assessment.submissions.permissions import can_decide_submission
from assessment.submissions.services import refuse_unlock, unlock_submission
from assessment.submissions.steps import attempt, page_after
from assessment.submissions.wording import decision_refusal
from assessment.submissions.workflow import NothingAsked, SubmissionAction

# Offered as the new last day where the present one is over.
DAYS_OFFERED = 7


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def unlock(request: DeskRequest, cycle: str, locality: str) -> HttpResponse:
    """Unlock the form, together with a new last day where it needs one, or leave it locked."""
    submission = find_form(request, cycle, locality)
    if not can_decide_submission(request.user, submission):
        raise PermissionDenied
    today = local_date(timezone.now())
    form = UnlockForm(
        request.POST or None,
        submission=submission,
        today=today,
        initial=_initial(submission, today),
    )
    tried = attempt(form, lambda: _decide(request, submission, form))
    if tried.done:
        messages.success(request, tried.done)
        return redirect("reviews:submission", cycle, locality)
    if form.is_bound:
        submission = find_form(request, cycle, locality)
    closed = _closed(submission)
    locked_text = decision_refusal(closed, submission) if closed is not None else ""
    shown, status = page_after(form, submission, tried, locked_text)
    context = shown | {
        "submission": submission,
        "cycle": submission.cycle,
        "breadcrumbs": reviews_trail(
            submission.cycle,
            (submission.locality.name, reverse("reviews:submission", args=[cycle, locality])),
            (_("Request to unlock"), ""),
        ),
    }
    return render(request, "reviews/unlock.html", context, status=status)


def _initial(submission: Submission, today: date) -> dict[str, object]:
    """A week from today where the last day is over, within what the cycle allows."""
    offered = min(today + timedelta(days=DAYS_OFFERED), submission.cycle.objection_end_date)
    is_over = submission.end_date < today
    return {"step": queries.step_of(submission), "end_date": offered if is_over else None}


def _decide(request: DeskRequest, submission: Submission, form: UnlockForm) -> str:
    """Do what was chosen and say it."""
    name, given = {"locality": submission.locality.name}, form.cleaned_data
    if form.is_refusal:
        refuse_unlock(
            submission=submission,
            reason=given["reason"],
            step=given["step"],
            by=request.user,
            at=timezone.now(),
        )
        return _("Left locked: %(locality)s reads your reason.") % name
    unlock_submission(
        submission=submission,
        reason=given["reason"],
        end_date=given["end_date"],
        step=given["step"],
        by=request.user,
        at=timezone.now(),
    )
    return _("Unlocked: %(locality)s can correct its form.") % name


def _closed(submission: Submission) -> NotAllowedNow | None:
    closed = queries.closed_to(submission, SubmissionAction.UNLOCK)
    if closed is None and not submission.asks_unlock:
        return NothingAsked(submission.state, SubmissionAction.UNLOCK)
    return closed
