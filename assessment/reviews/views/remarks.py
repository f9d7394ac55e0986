"""The remarks on one answer, as the coordinating body pins, answers and resolves them."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import DeskRequest, desk_view
from accounts.service_errors import add_service_errors
from assessment.audit.staleness import seen_in
from assessment.cycles.workflow import NotAllowedNow
from assessment.reviews.forms import PinForm
from assessment.reviews.views.lookup import find_form, reviews_trail
from assessment.submissions import queries
from assessment.submissions.models import RemarkEntry, Submission
from assessment.submissions.permissions import can_pin_remark
from assessment.submissions.remarks import DISCARD, Thread, threads_of
from assessment.submissions.sections import Card, Section, current_sections, signed_sections
from assessment.submissions.services import (
    answer_remark,
    discard_remark,
    pin_remark,
    reopen_remark,
    resolve_remark,
)
from assessment.submissions.wording import decision_refusal, difference_rows, thread_refusal
from assessment.submissions.workflow import UNDECIDED, RemarkAction, SubmissionAction

PIN = "pin"
MOVES: dict[str, Callable[..., RemarkEntry]] = {
    RemarkAction.ANSWER: answer_remark,
    RemarkAction.RESOLVE: resolve_remark,
    RemarkAction.REOPEN: reopen_remark,
}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def remarks(request: DeskRequest, cycle: str, locality: str, indicator: str) -> HttpResponse:
    """One answer as it was signed, what changed of it, its remarks, and a new one."""
    submission = find_form(request, cycle, locality)
    threads = threads_of(submission, request.user, indicator)
    form, status = PinForm(), 200
    if request.method == "POST":
        if not can_pin_remark(request.user, submission):
            raise PermissionDenied
        if request.POST.get("do") == PIN:
            form = PinForm(request.POST)
            status = _pin(request, submission, indicator, form)
        else:
            status = _write(request, threads)
        if status == 302:
            return redirect(_back(request, submission, indicator))
        submission = find_form(request, cycle, locality)
    version = queries.last_version(submission)
    sections = signed_sections(version) if version else current_sections(submission)
    card = _card(sections, indicator)
    earlier = queries.version_before(version) if version else None
    changes = queries.differences(earlier, version) if version and earlier else []
    closed = queries.closed_to(submission, SubmissionAction.REMARK)
    is_waiting = submission.state in UNDECIDED
    context = {
        "submission": submission,
        "cycle": submission.cycle,
        "card": card,
        "threads": threads,
        "form": form,
        "earlier": earlier,
        "differences": difference_rows(
            queries.document_of(submission), [c for c in changes if c.indicator == indicator]
        ),
        "can_pin": can_pin_remark(request.user, submission) and (is_waiting or closed is None),
        "breadcrumbs": reviews_trail(
            submission.cycle,
            (submission.locality.name, reverse("reviews:submission", args=[cycle, locality])),
            (card.title, ""),
        ),
    }
    return render(request, "reviews/remarks.html", context, status=status)


def _card(sections: list[Section], indicator: str) -> Card:
    """The indicator as the sections show it; 404 where the form does not ask it."""
    for section in sections:
        for card in section.cards:
            if card.code == indicator:
                return card
    raise Http404


def _pin(request: DeskRequest, submission: Submission, indicator: str, form: PinForm) -> int:
    """Pin the remark; the status of the page that follows, 302 when it is done."""
    if not form.is_valid():
        return 200
    try:
        pin_remark(
            submission=submission,
            indicator=indicator,
            **form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        add_service_errors(form, error)
        return 200
    except NotAllowedNow as error:
        form.add_error(None, decision_refusal(error, submission))
        return 409
    messages.success(request, _("Kept. The locality reads it when the form goes back to it."))
    return 302


def _write(request: DeskRequest, threads: list[Thread]) -> int:
    """Do what the button said about one of the remarks, as ``_pin``."""
    found = [each for each in threads if str(each.remark.pk) == request.POST.get("remark")]
    wanted = request.POST.get("do", "")
    if not found or wanted not in {*MOVES, DISCARD}:
        raise Http404
    thread, now = found[0], timezone.now()
    thread.typed = request.POST.get("text", "")
    try:
        if wanted == DISCARD:
            discard_remark(remark=thread.remark, by=request.user, at=now)
        else:
            MOVES[wanted](
                remark=thread.remark,
                text=thread.typed,
                seen=seen_in(request.POST.get("seen", "")),
                by=request.user,
                at=now,
            )
    except ValidationError as error:
        thread.errors = error.messages
        return 200
    except NotAllowedNow:
        thread.errors = [thread_refusal()]
        return 409
    said: dict[str, str] = {
        RemarkAction.RESOLVE: _("The remark is resolved."),
        RemarkAction.REOPEN: _("Opened again."),
        DISCARD: _("The remark is discarded: the locality never read it."),
    }
    messages.success(request, said.get(wanted, _("Your reply is sent.")))
    return 302


def _back(request: DeskRequest, submission: Submission, indicator: str) -> str:
    """To the whole form where the button stood there, else to the answer's page."""
    place = (submission.cycle.code, submission.locality.code)
    if request.POST.get("back") == "form":
        return reverse("reviews:submission", args=place) + "#remarks"
    return reverse("reviews:remarks", args=[*place, indicator])
