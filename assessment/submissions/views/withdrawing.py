"""Pages of a locality whose form is locked: take it back, or ask to unlock it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import DeskRequest, desk_view
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions import permissions, queries
from assessment.submissions.forms import ReasonForm
from assessment.submissions.models import Submission
from assessment.submissions.services import ask_unlock, withdraw_submission
from assessment.submissions.steps import attempt, page_after
from assessment.submissions.views.lookup import (
    find_submission,
    page_context,
    why_closed,
    why_no_request,
)
from assessment.submissions.wording import refusal
from assessment.submissions.workflow import SubmissionAction


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def withdraw(request: DeskRequest, pk: int) -> HttpResponse:
    """The approver takes the form back before anybody reviews it."""
    submission = find_submission(request, pk)
    if not permissions.can_withdraw_submission(request.user, submission):
        raise PermissionDenied

    def act(form: ReasonForm) -> str:
        withdraw_submission(
            submission=submission,
            reason=form.cleaned_data["reason"],
            step=form.cleaned_data["step"],
            by=request.user,
            at=timezone.now(),
        )
        return _("The form is yours again. Correct it, then sign it off anew.")

    words = {
        "heading": _("Take the form back"),
        "intro": _(
            "The form can be changed again, and has to be signed off anew by its last day. "
            "The version signed off stays in the history."
        ),
        "submit_label": _("Take the form back"),
    }

    def closed(form_of: Submission) -> NotAllowedNow | None:
        return why_closed(form_of, SubmissionAction.WITHDRAW, timezone.now())

    return _page(request, submission, words, act, closed)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def unlock_request(request: DeskRequest, pk: int) -> HttpResponse:
    """The locality asks the coordinating body to unlock the form."""
    submission = find_submission(request, pk)
    if not permissions.can_ask_unlock(request.user, submission):
        raise PermissionDenied

    def act(form: ReasonForm) -> str:
        ask_unlock(
            submission=submission,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
        text = _("The request is with %(body)s. You are told when it is decided.")
        return text % {"body": submission.cycle.region.body_name}

    words = {
        "heading": _("Request unlocking"),
        "intro": _(
            "The coordinating body reads your reason and decides. When it unlocks the form, you "
            "correct it and the approver signs it off anew."
        ),
        "submit_label": _("Send the request"),
    }

    def closed(form_of: Submission) -> NotAllowedNow | None:
        return why_no_request(form_of, timezone.now())

    return _page(request, submission, words, act, closed)


def _page(
    request: DeskRequest,
    submission: Submission,
    words: dict[str, str],
    act: Callable[[ReasonForm], str],
    closed_to: Callable[[Submission], NotAllowedNow | None],
) -> HttpResponse:
    """Ask for the reason; ``act`` does it and says what was done."""
    form = ReasonForm(request.POST or None, initial={"step": queries.step_of(submission)})
    tried = attempt(form, lambda: act(form))
    if tried.done:
        messages.success(request, tried.done)
        return redirect("submissions:form", submission.pk)
    if form.is_bound:
        submission = find_submission(request, submission.pk)
    closed = closed_to(submission)
    locked_text = refusal(closed, submission) if closed is not None else ""
    shown, status = page_after(form, submission, tried, locked_text)
    context = page_context(request, submission, "form", words["heading"]) | words | shown
    return render(request, "submissions/reason.html", context, status=status)
