"""The remarks on one answer, as its locality reads and answers them."""

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
from assessment.audit.staleness import seen_in
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions import permissions, queries
from assessment.submissions.answers import reported_nodes
from assessment.submissions.models import RemarkEntry
from assessment.submissions.remarks import Thread, threads_of
from assessment.submissions.sections import card_in
from assessment.submissions.services import answer_remark, deal_with_remark, reopen_remark
from assessment.submissions.views.lookup import find_submission, page_context
from assessment.submissions.wording import read, thread_refusal
from assessment.submissions.workflow import RemarkAction

# What the page's buttons are called, and what each does.
MOVES: dict[str, Callable[..., RemarkEntry]] = {
    RemarkAction.ANSWER: answer_remark,
    RemarkAction.DEAL: deal_with_remark,
    RemarkAction.REOPEN: reopen_remark,
}


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def remarks(request: DeskRequest, pk: int, indicator: str) -> HttpResponse:
    """The remarks on one answer with their threads; the locality's people write in them."""
    submission = find_submission(request, pk)
    nodes = reported_nodes(queries.document_of(submission))
    if indicator not in nodes or not permissions.can_read_remarks(request.user, submission):
        raise Http404
    threads = threads_of(submission, request.user, indicator)
    status = 200
    if request.method == "POST":
        if not permissions.can_answer_remark(request.user, submission):
            raise PermissionDenied
        status = _write(request, threads)
        if status == 302:
            return redirect(_back(request, pk, indicator))
    node = nodes[indicator]
    context = page_context(request, submission, "form", read(node.title)) | {
        "card": card_in(submission, indicator),
        "threads": threads,
        "is_localitys": permissions.is_of_locality(request.user, submission),
    }
    return render(request, "submissions/remarks.html", context, status=status)


def _write(request: DeskRequest, threads: list[Thread]) -> int:
    """Do what the button said; the status of the page that follows, 302 when it is done."""
    found = [each for each in threads if str(each.remark.pk) == request.POST.get("remark")]
    wanted = request.POST.get("do", "")
    if not found or wanted not in MOVES:
        raise Http404
    thread = found[0]
    thread.typed = request.POST.get("text", "")
    try:
        MOVES[wanted](
            remark=thread.remark,
            text=thread.typed,
            seen=seen_in(request.POST.get("seen", "")),
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        thread.errors = error.messages
        return 200
    except NotAllowedNow:
        thread.errors = [thread_refusal()]
        return 409
    said: dict[str, str] = {
        RemarkAction.DEAL: _("Marked as dealt with."),
        RemarkAction.REOPEN: _("Opened again."),
    }
    messages.success(request, said.get(wanted, _("Your reply is sent.")))
    return 302


def _back(request: DeskRequest, pk: int, indicator: str) -> str:
    """To the answer in the form where the button stood there, else to the thread."""
    if request.POST.get("back") == "form":
        return reverse("submissions:form", args=[pk]) + f"?part=all#card-{indicator}"
    remark = int(request.POST["remark"])
    return reverse("submissions:remarks", args=[pk, indicator]) + f"#remark-{remark}"
