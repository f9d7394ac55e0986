"""The form as a workbook: downloaded, uploaded, looked at, taken over."""

from collections.abc import Iterator
from typing import IO, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.downloads import CSV_TYPE, StoredFileMissingError, attachment, stored_file
from accounts.http import DeskRequest, desk_view
from accounts.text import is_chinese
from assessment.cycles import queries as cycle_queries
from assessment.cycles.models import Cycle
from assessment.cycles.trail import cycle_trail
from assessment.cycles.workflow import NotAllowedNow
from assessment.jobs.panels import panel_for
from assessment.jobs.workflow import JobState
from assessment.submissions import permissions, queries
from assessment.submissions.answers import reported_nodes
from assessment.submissions.division import division_of
from assessment.submissions.exporting import kept_region_workbook
from assessment.submissions.forms import WorkbookForm
from assessment.submissions.models import KeptWorkbook, Submission
from assessment.submissions.services import (
    KEPT,
    SaveOutcome,
    discard_workbook,
    keep_workbook,
    request_region_workbook,
)
from assessment.submissions.views.lookup import (
    find_submission,
    locked_text,
    page_context,
    why_closed,
)
from assessment.submissions.wording import refusal
from assessment.submissions.workbooks.comparison import hold_against, read_file, take_over
from assessment.submissions.workbooks.container import FileError, read_upload
from assessment.submissions.workbooks.layout import file_stem
from assessment.submissions.workbooks.region import is_made_at_once, region_workbook
from assessment.submissions.workbooks.table import form_table
from assessment.submissions.workbooks.writing import CONTENT_TYPE, form_workbook
from assessment.submissions.workflow import SubmissionAction

_PART_BYTES = 64 * 1024


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def workbook(request: DeskRequest, pk: int) -> HttpResponse:
    """Both files of the form, and the way back for those who may fill it in."""
    submission = find_submission(request, pk)
    if request.method != "POST":
        return _show(request, submission)
    if not permissions.can_edit_submission(request.user, submission):
        raise PermissionDenied
    form = WorkbookForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, submission, form, status=422)
    try:
        name, content = read_upload(form.cleaned_data["upload"])
        read_file(submission, name, content)
        keep_workbook(
            submission=submission, name=name, content=content, by=request.user, at=timezone.now()
        )
    except FileError as error:
        form.add_error("upload", str(error))
        return _show(request, submission, form, status=422)
    except NotAllowedNow as error:
        messages.error(request, refusal(error, submission))
        return redirect("submissions:workbook", submission.pk)
    return redirect("submissions:workbook-check", submission.pk)


@require_safe
@desk_view
def download(request: DeskRequest, pk: int, kind: str) -> HttpResponse:
    """The form as .xlsx or .csv, to fill in where the reader may, else to read."""
    submission = find_submission(request, pk)
    if kind == "csv":
        response = HttpResponse(form_table(submission), content_type=CSV_TYPE)
    elif kind == "xlsx":
        now = timezone.now()
        content = form_workbook(submission, fillable=_fillable(request, submission), at=now)
        response = HttpResponse(content, content_type=CONTENT_TYPE)
    else:
        raise Http404
    response.headers["Cache-Control"] = "private, no-store"
    return attachment(response, f"{file_stem(submission)}.{kind}")


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def check(request: DeskRequest, pk: int) -> HttpResponse:
    """What the file chosen last would change now; take over what is ticked, or put it away."""
    submission = find_submission(request, pk)
    if not permissions.can_edit_submission(request.user, submission):
        raise PermissionDenied
    kept = queries.kept_workbook(submission, request.user)
    if kept is None:
        messages.info(request, _("No file waits to be taken over. Choose one."))
        return redirect("submissions:workbook", submission.pk)
    try:
        if request.method == "POST":
            return _decide(request, submission, kept)
        return _show_check(request, submission, kept)
    except (FileError, NotAllowedNow) as error:
        text = refusal(error, submission) if isinstance(error, NotAllowedNow) else str(error)
        messages.error(request, text)
        return redirect("submissions:workbook", submission.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def region(request: DeskRequest, cycle: str) -> HttpResponseBase:
    """All forms of a cycle as one workbook to read: a small one at once, a large one by a job."""
    found = _board_cycle(request, cycle)
    now = timezone.now()
    if is_made_at_once(found):
        parts = _sent(region_workbook(found, at=now))
        response = StreamingHttpResponse(parts, content_type=CONTENT_TYPE)
        response.headers["Cache-Control"] = "private, no-store"
        return attachment(response, _region_name(found))
    language = "zh-hans" if is_chinese() else "en"
    if request.method == "POST":
        request_region_workbook(cycle=found, language=language, by=request.user, at=now)
        return redirect("submissions:board-workbook", found.code)
    kept = kept_region_workbook(found, language)
    job = kept.job if kept is not None else None
    is_told = job is not None and job.state != JobState.SUCCEEDED
    context = {
        "cycle": found,
        "kept": kept,
        "kept_days": KEPT.days,
        "panel": panel_for(job=job, reader=request.user, at=now) if job and is_told else None,
        "breadcrumbs": cycle_trail(
            found,
            (_("Forms"), reverse("submissions:board", args=[found.code])),
            (_("All forms (Excel)"), ""),
        ),
    }
    return render(request, "submissions/region_workbook.html", context)


@require_safe
@desk_view
def region_file(request: DeskRequest, cycle: str, language: str) -> HttpResponseBase:
    """The workbook that a job made, while it is kept."""
    found = _board_cycle(request, cycle)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    try:
        response = _kept_file(request, found, language)
    except StoredFileMissingError:  # a newer one took its place since the row was read
        response = _kept_file(request, found, language)
    if response is None:
        messages.info(request, _("This workbook is no longer kept. Ask for it again."))
        return redirect("submissions:board", found.code)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _kept_file(request: DeskRequest, cycle: Cycle, language: str) -> HttpResponseBase | None:
    kept = kept_region_workbook(cycle, language)
    if kept is None or not kept.file:
        return None
    return stored_file(request, kept.file, _region_name(cycle), CONTENT_TYPE, changed_at=kept.as_of)


def _board_cycle(request: DeskRequest, code: str) -> Cycle:
    found = get_object_or_404(cycle_queries.visible_to(request.user), code=code)
    if not permissions.can_view_board(request.user, found):
        raise PermissionDenied
    return found


def _region_name(cycle: Cycle) -> str:
    return f"{cycle.code}-forms.xlsx"


def _fillable(request: DeskRequest, submission: Submission) -> list[str]:
    """The indicators the reader may answer now."""
    is_contributor = bool(permissions.can_edit_submission(request.user, submission))
    closed = why_closed(submission, SubmissionAction.SAVE, timezone.now())
    if not is_contributor or closed is not None:
        return []
    division = division_of(submission)
    nodes = reported_nodes(queries.document_of(submission))
    return [code for code in nodes if division.opens(code, request.user)]


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    """The open file in parts; closed, and so removed, behind the last one."""
    with file:
        while part := file.read(_PART_BYTES):
            yield part


def _show(
    request: DeskRequest,
    submission: Submission,
    form: WorkbookForm | None = None,
    status: int = 200,
) -> HttpResponse:
    closed = why_closed(submission, SubmissionAction.SAVE, timezone.now())
    is_contributor = bool(permissions.can_edit_submission(request.user, submission))
    is_open = is_contributor and closed is None
    context = page_context(request, submission, "workbook") | {
        "form": form or WorkbookForm(),
        "is_open": is_open,
        "may_print": permissions.can_print_form(request.user, submission),
        "locked_text": locked_text(request, submission, closed) if is_contributor else "",
        "kept": queries.kept_workbook(submission, request.user) if is_open else None,
    }
    return render(request, "submissions/workbook.html", context, status=status)


def _show_check(request: DeskRequest, submission: Submission, kept: KeptWorkbook) -> HttpResponse:
    found = read_file(submission, kept.name, bytes(kept.content))
    dry_run = hold_against(submission, found, by=request.user, at=timezone.now())
    context = page_context(request, submission, "workbook", _("Check")) | {
        "kept": kept,
        "dry_run": dry_run,
        "figures": _figures(dry_run.count, dry_run.unchanged, len(dry_run.problems)),
    }
    return render(request, "submissions/workbook_check.html", context)


def _figures(count: Any, unchanged: int, problems: int) -> list[dict[str, Any]]:
    conflicts, cleared = count("conflict"), count("cleared")
    return [
        {"label": _("New"), "value": count("new")},
        {"label": _("Changed"), "value": count("changed")},
        {"label": _("Taken back"), "value": cleared, "tone": "warning" if cleared else ""},
        {"label": _("Conflicts"), "value": conflicts, "tone": "warning" if conflicts else ""},
        {"label": _("Problems"), "value": problems, "tone": "danger" if problems else ""},
        {"label": _("Unchanged"), "value": unchanged},
    ]


def _decide(request: DeskRequest, submission: Submission, kept: KeptWorkbook) -> HttpResponse:
    if "discard" in request.POST:
        discard_workbook(submission=submission, by=request.user)
        messages.info(request, _("The file was put away. Nothing was changed."))
        return redirect("submissions:workbook", submission.pk)
    here = redirect("submissions:workbook-check", submission.pk)
    if request.POST.get("sha256") != kept.sha256:
        text = _("You chose another file meanwhile. These are its changes; nothing was saved.")
        messages.warning(request, text)
        return here
    chosen = request.POST.getlist("take")
    if not chosen:
        messages.warning(request, _("Nothing was ticked, and nothing was saved."))
        return here
    found = read_file(submission, kept.name, bytes(kept.content))
    now = timezone.now()
    outcome = take_over(
        submission, found, chosen=chosen, overwritten=_seen(request), by=request.user, at=now
    )
    _say(request, outcome)
    left = hold_against(submission, found, by=request.user, at=now)
    if left.proposals or left.problems:
        return here
    discard_workbook(submission=submission, by=request.user)
    return redirect(reverse("submissions:form", args=[submission.pk]))


def _seen(request: DeskRequest) -> dict[str, int]:
    """The revisions of other people's answers that ticked ones are meant to replace."""
    seen = {code: request.POST.get(f"{code}-theirs", "") for code in request.POST.getlist("take")}
    return {code: int(text) for code, text in seen.items() if text.isdecimal() and len(text) < 10}


def _say(request: DeskRequest, outcome: SaveOutcome) -> None:
    changed = len(outcome.saved) + len(outcome.cleared)
    if changed:
        text = ngettext("%(count)d answer saved.", "%(count)d answers saved.", changed)
        messages.success(request, text % {"count": changed})
    if outcome.conflicts:
        text = ngettext(
            "%(count)d answer was changed by somebody else meanwhile. It stays as it is.",
            "%(count)d answers were changed by somebody else meanwhile. They stay as they are.",
            len(outcome.conflicts),
        )
        messages.warning(request, text % {"count": len(outcome.conflicts)})
    if not changed and not outcome.conflicts:
        messages.info(request, _("Nothing was changed."))
