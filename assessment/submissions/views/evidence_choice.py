"""Evidence that is there already: chosen for another answer, and what days a file proves."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.form_words import typed_texts
from accounts.http import DeskRequest, desk_view
from accounts.service_errors import add_service_errors
from assessment.cycles.workflow import NotAllowedNow
from assessment.engine.texts import inner_quotes
from assessment.submissions import permissions, queries
from assessment.submissions.answers import reported_nodes
from assessment.submissions.division import division_of
from assessment.submissions.forms import PeriodForm
from assessment.submissions.models import Submission
from assessment.submissions.our_files import own_files, read_own_files
from assessment.submissions.services import date_evidence, link_evidence
from assessment.submissions.views.lookup import (
    find_submission,
    locked_text,
    page_context,
    why_closed,
)
from assessment.submissions.wording import read
from assessment.submissions.workflow import SubmissionAction


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def choose(request: DeskRequest, pk: int, indicator: str) -> HttpResponse:
    """The locality's files, to attach one of them to another answer."""
    submission = find_submission(request, pk)
    node = reported_nodes(queries.document_of(submission)).get(indicator)
    if node is None:
        raise Http404
    _require_filling(request, submission, indicator)
    problems: list[str] = []
    if request.method == "POST":
        try:
            return _link(request, submission, indicator)
        except ValidationError as error:
            problems = error.messages
        except NotAllowedNow:
            pass  # The page made below says why.
        submission = find_submission(request, pk)
    closed = why_closed(submission, SubmissionAction.SAVE, timezone.now())
    listed = read_own_files(own_files(submission, indicator), request.GET)
    title = _("Our files for “%(title)s”") % {"title": inner_quotes(read(node.title))}
    context = page_context(request, submission, "evidence", _("Our files")) | {
        "title": title,
        "indicator": indicator,
        "list": listed,
        "rows": listed.page.object_list,
        "problems": problems,
        "may_attach": closed is None,
        "locked_text": locked_text(request, submission, closed),
    }
    status = 409 if closed is not None and request.method == "POST" else 200
    return render(request, "submissions/evidence_choose.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def period(request: DeskRequest, evidence: UUID) -> HttpResponse:
    """The days an attached file proves."""
    found = get_object_or_404(queries.evidence_visible_to(request.user), pk=evidence)
    submission = find_submission(request, found.submission_id)
    _require_filling(request, submission, found.indicator)
    form = PeriodForm(
        request.POST or None,
        cycle=submission.cycle,
        initial={"period_from": found.period_from, "period_to": found.period_to},
    )
    is_refused = False
    if request.method == "POST" and form.is_valid():
        try:
            date_evidence(evidence=found, period=form.period, by=request.user, at=timezone.now())
            text = _("%(name)s proves %(period)s.")
            messages.success(request, text % {"name": found.name, "period": form.period})
            return redirect(_card(submission, found.indicator))
        except ValidationError as error:
            add_service_errors(form, error, {"evidence": ""})
        except NotAllowedNow:
            is_refused = True
            submission = find_submission(request, found.submission_id)
    closed = why_closed(submission, SubmissionAction.SAVE, timezone.now())
    context = page_context(request, submission, "evidence", _("Days a file proves")) | {
        "evidence": found,
        "form": form,
        "locked_text": locked_text(request, submission, closed),
        "kept": typed_texts(form) if is_refused else [],
    }
    status = 409 if is_refused else 200
    return render(request, "submissions/evidence_period.html", context, status=status)


def _link(request: DeskRequest, submission: Submission, indicator: str) -> HttpResponse:
    seen = queries.evidence_visible_to(request.user)
    source = queries.find_visible_evidence(seen, request.POST.get("evidence", ""))
    if source is None:
        raise ValidationError({"evidence": [_("This file is not one of yours. Choose another.")]})
    linked = link_evidence(
        submission=submission,
        indicator=indicator,
        evidence=source,
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("%(name)s attached.") % {"name": linked.name})
    return redirect(_card(submission, indicator))


def _require_filling(request: DeskRequest, submission: Submission, indicator: str) -> None:
    if not permissions.can_edit_submission(request.user, submission):
        raise PermissionDenied
    if not division_of(submission).opens(indicator, request.user):
        raise PermissionDenied


def _card(submission: Submission, indicator: str) -> str:
    return f"{reverse('submissions:form', args=[submission.pk])}#card-{indicator}"
