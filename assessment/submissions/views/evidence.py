"""Evidence: the list, removal, and the one way a file leaves."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.downloads import attachment, stored_file
from accounts.http import DeskRequest, desk_view
from assessment.cycles.demonstration import notice_of
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions import permissions, queries
from assessment.submissions.answers import reported_nodes
from assessment.submissions.division import division_of
from assessment.submissions.evidence_archive import archive_of
from assessment.submissions.evidence_files import CONTENT_TYPES, INLINE_TYPES, room_text
from assessment.submissions.evidence_list import evidence_csv, evidence_rows, read_evidence
from assessment.submissions.services import attach_evidence, remove_evidence
from assessment.submissions.taking import read_periods, undated_text
from assessment.submissions.views.lookup import (
    find_submission,
    locked_text,
    page_context,
    why_closed,
)
from assessment.submissions.wording import refusal
from assessment.submissions.workflow import SubmissionAction

# A file is shown without the right to run, load or embed anything. Browsers refuse to open
# their PDF viewer in a sandboxed document, so PDF (proved by content) goes without that word.
# It alone may stand in a frame, on pages of this site: the preview beside its name. No policy
# governs links in it: viewers follow them, Firefox's in place of the page (docs/operations.md).
_NOTHING = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
FILE_POLICY = f"sandbox; {_NOTHING}; frame-ancestors 'none'"
PDF_POLICY = f"object-src 'self'; {_NOTHING}; frame-ancestors 'self'"


@require_safe
@desk_view
def evidence_list(request: DeskRequest, pk: int) -> HttpResponse:
    """All files of a form by indicator, removed ones included."""
    submission = find_submission(request, pk)
    nodes = reported_nodes(queries.document_of(submission))
    files = queries.evidence_visible_to(request.user).filter(submission=submission)
    listed = read_evidence(evidence_rows(files, nodes), request.GET)
    if listed.wants_csv:
        return evidence_csv(submission, listed)
    stored = queries.stored_files(submission)
    context = page_context(request, submission, "evidence") | {
        "list": listed,
        "rows": listed.page.object_list,
        "room": room_text(stored.attached, stored.size),
        "may_pack": stored.attached > 0,
    }
    return render(request, "submissions/evidence.html", context)


@require_safe
@desk_view
def archive(request: DeskRequest, pk: int) -> HttpResponseBase:
    """All files attached to the form in one ZIP; removed ones stay out."""
    submission = find_submission(request, pk)
    visible = queries.evidence_visible_to(request.user).filter(submission=submission)
    files = visible.filter(removed_at__isnull=True).select_related("uploaded_by")
    nodes = reported_nodes(queries.document_of(submission))
    parts = archive_of(list(files), nodes, notice_of(submission.cycle) or None)
    name = f"{submission.cycle.code}-{submission.locality.code}-evidence.zip"
    response = attachment(StreamingHttpResponse(parts, content_type="application/zip"), name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@desk_view
def attach(request: DeskRequest, pk: int, indicator: str) -> JsonResponse:
    """JSON for the form's script: the indicator's files after one was sent, or why it was refused.

    ``html``: the list; ``problems``: sentences; ``room``: how full the form is. 400 without a
    file, 403 for who may not fill in, 423 where the form is closed.
    """
    submission = find_submission(request, pk)
    if not permissions.can_edit_submission(request.user, submission):
        return _not_yours()
    if indicator not in reported_nodes(queries.document_of(submission)):
        raise Http404
    upload = request.FILES.get("upload")
    if upload is None:
        return JsonResponse({"problems": [_("Choose a file.")]}, status=400)
    problems: list[str] = []
    period = read_periods(submission, [indicator], request.POST).get(indicator)
    try:
        if period is not None and not period.is_valid():
            problems = [undated_text()]
        else:
            attach_evidence(
                submission=submission,
                indicator=indicator,
                upload=upload,
                period=None if period is None else period.period,
                by=request.user,
                at=timezone.now(),
            )
    except ValidationError as error:
        problems = error.messages
    except PermissionDenied:
        return _not_yours()
    except NotAllowedNow as error:
        submission.refresh_from_db()
        return JsonResponse({"problems": [refusal(error, submission)]}, status=423)
    files = [each for each in queries.current_evidence(submission) if each.indicator == indicator]
    stored = queries.stored_files(submission)
    return JsonResponse(
        {
            "html": render_to_string("submissions/card_files_edit.html", {"files": files}, request),
            "problems": problems,
            "room": room_text(stored.attached, stored.size),
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _not_yours() -> JsonResponse:
    return JsonResponse({"problems": [_("You no longer fill in this form.")]}, status=403)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def remove(request: DeskRequest, evidence: UUID) -> HttpResponse:
    """Ask, then take the file off the form."""
    found = get_object_or_404(queries.evidence_visible_to(request.user), pk=evidence)
    submission = find_submission(request, found.submission_id)
    if not permissions.can_edit_submission(request.user, submission):
        raise PermissionDenied
    if not division_of(submission).opens(found.indicator, request.user):
        raise PermissionDenied
    if request.method == "POST":
        try:
            remove_evidence(evidence=found, by=request.user, at=timezone.now())
            text = _("%(name)s removed; it stays in the history.")
            messages.success(request, text % {"name": found.name})
        except NotAllowedNow as error:
            messages.error(request, refusal(error, submission))
        address = reverse("submissions:form", args=[submission.pk])
        return redirect(f"{address}#card-{found.indicator}")
    closed = why_closed(submission, SubmissionAction.SAVE, timezone.now())
    context = page_context(request, submission, "evidence", _("Remove")) | {
        "evidence": found,
        "can_remove": closed is None and found.removed_at is None,
        "locked_text": locked_text(request, submission, closed),
    }
    return render(request, "submissions/evidence_remove.html", context)


@require_safe
@desk_view
def download(request: DeskRequest, evidence: UUID) -> HttpResponseBase:
    """The file itself, for people who may see its form; shown in place only if harmless."""
    found = get_object_or_404(queries.evidence_visible_to(request.user), pk=evidence)
    is_inline = found.content_type in INLINE_TYPES and "download" not in request.GET
    response = stored_file(
        request,
        found.file,
        found.name,
        found.content_type,
        sha256=found.sha256,
        is_inline=is_inline,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    is_pdf = found.content_type == CONTENT_TYPES["pdf"]
    response.headers["Content-Security-Policy"] = PDF_POLICY if is_pdf else FILE_POLICY
    if is_pdf:
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Cache-Control"] = "private, no-store"
    return response
