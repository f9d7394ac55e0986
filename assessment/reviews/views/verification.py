"""Pages on which the coordinating body verifies forms: accept, return, remark."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.form_words import typed_texts
from accounts.http import DeskRequest, desk_view
from accounts.moments import time_text
from accounts.service_errors import add_service_errors
from accounts.text import join_items
from assessment.audit.staleness import seen_in
from assessment.cycles.calendar import local_date
from assessment.cycles.wording import stage_refusal
from assessment.cycles.workflow import NotAllowedNow
from assessment.engine.document import FrameworkDocument
from assessment.reviews import permissions
from assessment.reviews.forms import RemarkForm, ReturnForm
from assessment.reviews.queries import remarks_of
from assessment.reviews.services import write_remark
from assessment.reviews.views.lookup import find_form, reviews_trail, visible_cycle
from assessment.submissions import queries as submission_queries
from assessment.submissions.form_rows import form_rows, forms_csv, read_forms
from assessment.submissions.models import Submission, Version
from assessment.submissions.permissions import can_decide_submission
from assessment.submissions.remarks import Thread, by_indicator, threads_of
from assessment.submissions.sections import current_sections, pin_threads, signed_sections
from assessment.submissions.services import accept_submission, begin_review, return_submission
from assessment.submissions.steps import attempt, page_after
from assessment.submissions.wording import DifferenceRow, decision_refusal, difference_rows
from assessment.submissions.workflow import OPEN_STAGES, UNDECIDED, SubmissionAction, allows


@require_safe
@desk_view
def submission_list(request: DeskRequest, cycle: str) -> HttpResponse:
    """The forms of a cycle by state, those waiting for verification first."""
    found = visible_cycle(request, cycle)
    forms = submission_queries.visible_to(request.user).filter(cycle=found)
    today = local_date(timezone.now())
    columns = ("code", "state", "progress", "last_day", "updated")
    listed = read_forms(forms, request.GET, today, columns=columns, sort="code")
    if listed.wants_csv:
        return forms_csv(f"{found.code}-verification.csv", listed, today)
    context = {
        "cycle": found,
        "list": listed,
        "rows": form_rows(listed.page.object_list, today),
        "breadcrumbs": reviews_trail(found),
    }
    return render(request, "reviews/list.html", context)


@require_safe
@desk_view
def detail(request: DeskRequest, cycle: str, locality: str) -> HttpResponse:
    """One form: what changed since it was last returned, every answer, the decision."""
    return _show(request, find_form(request, cycle, locality))


@require_POST
@desk_view
def begin(request: DeskRequest, cycle: str, locality: str) -> HttpResponse:
    """Take the form up: its locality can no longer take it back by itself."""
    submission = find_form(request, cycle, locality)
    try:
        begin_review(
            submission=submission, step=_step_seen(request), by=request.user, at=timezone.now()
        )
    except NotAllowedNow as error:
        submission = find_form(request, cycle, locality)
        messages.error(request, decision_refusal(error, submission))
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    else:
        messages.success(request, _("The review of this form has started."))
    return redirect("reviews:submission", cycle, locality)


@require_POST
@desk_view
def accept(request: DeskRequest, cycle: str, locality: str) -> HttpResponse:
    """Accept the version the page showed; its answers become observations."""
    submission = find_form(request, cycle, locality)
    try:
        accept_submission(
            submission=submission,
            step=_step_seen(request),
            open_remarks=seen_in(request.POST.get("open_remarks", "")),
            by=request.user,
            at=timezone.now(),
        )
    except NotAllowedNow as error:
        submission = find_form(request, cycle, locality)
        messages.error(request, decision_refusal(error, submission))
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    else:
        text = _("%(locality)s accepted: its answers are now observations.")
        messages.success(request, text % {"locality": submission.locality.name})
    return redirect("reviews:submission", cycle, locality)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def return_form(request: DeskRequest, cycle: str, locality: str) -> HttpResponse:
    """Return the form with a reason and, where needed, a new last day."""
    submission = find_form(request, cycle, locality)
    if not can_decide_submission(request.user, submission):
        raise PermissionDenied
    step = submission_queries.step_of(submission)
    threads = threads_of(submission, request.user)
    unsent = [each for each in threads if each.remark.sent_at is None]
    form = ReturnForm(
        request.POST or None,
        submission=submission,
        today=local_date(timezone.now()),
        initial={"step": step, "reason": _reason_offered(unsent)},
    )
    tried = attempt(form, lambda: _return(request, submission, form))
    if tried.done:
        messages.success(request, tried.done)
        return redirect("reviews:submission", cycle, locality)
    if form.is_bound:
        submission = find_form(request, cycle, locality)
    closed = submission_queries.closed_to(submission, SubmissionAction.RETURN)
    locked_text = decision_refusal(closed, submission) if closed is not None else ""
    shown, status = page_after(form, submission, tried, locked_text)
    context = shown | {
        "unsent": unsent,
        "changes": _changes_since(request, submission) if tried.is_stale else [],
        "is_stale": tried.is_stale,
        "submission": submission,
        "cycle": submission.cycle,
        "breadcrumbs": reviews_trail(
            submission.cycle,
            (submission.locality.name, reverse("reviews:submission", args=[cycle, locality])),
            (_("Return"), ""),
        ),
    }
    return render(request, "reviews/return.html", context, status=status)


@require_POST
@desk_view
def remark(request: DeskRequest, cycle: str, locality: str) -> HttpResponse:
    """Add a remark that the locality's report prints."""
    submission = find_form(request, cycle, locality)
    form = RemarkForm(request.POST)
    if form.is_valid():
        try:
            write_remark(
                cycle=submission.cycle,
                locality=submission.locality,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except ValidationError as error:
            add_service_errors(form, error)
        except NotAllowedNow:
            form.add_error(None, remarks_closed())
            submission = find_form(request, cycle, locality)
        else:
            messages.success(request, _("The remark is kept and appears in the report."))
            return redirect("reviews:submission", cycle, locality)
    return _show(request, submission, form)


def remarks_closed() -> str:
    """Why no remark can be added any more."""
    return _("Remarks can be added until the result is final: the report prints those.")


def _step_seen(request: DeskRequest) -> int:
    """The step of the form the page showed; 0 where it named none."""
    typed = request.POST.get("step", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _return(request: DeskRequest, submission: Submission, form: ReturnForm) -> str:
    """Return the form and say so."""
    return_submission(
        submission=submission,
        reason=form.cleaned_data["reason"],
        end_date=form.cleaned_data["end_date"],
        step=form.cleaned_data["step"],
        by=request.user,
        at=timezone.now(),
    )
    text = _("Returned to %(locality)s with your reason.")
    return text % {"locality": submission.locality.name}


def _reason_offered(unsent: list[Thread]) -> str:
    """What one would write where the remarks say it all."""
    if not unsent:
        return ""
    count = len({each.remark.indicator for each in unsent})
    text = ngettext(
        "See the remark on %(count)d answer.", "See the remarks on %(count)d answers.", count
    )
    return text % {"count": count}


def _changes_since(request: DeskRequest, submission: Submission) -> list[DifferenceRow]:
    """What the version signed last says otherwise than the one the page was about."""
    version = submission_queries.last_version(submission)
    seen = submission_queries.version_at(submission, _step_seen(request))
    if version is None or seen is None:
        return []
    found = submission_queries.differences(seen, version)
    return difference_rows(submission_queries.document_of(submission), found)


def _show(
    request: DeskRequest, submission: Submission, remark_form: RemarkForm | None = None
) -> HttpResponse:
    version = submission_queries.last_version(submission)
    earlier = submission_queries.version_before(version) if version else None
    document = submission_queries.document_of(submission)
    changes = submission_queries.differences(earlier, version) if version and earlier else []
    # What was signed is what is decided on; a draft being corrected is nobody's word yet.
    sections = signed_sections(version) if version else current_sections(submission)
    threads = threads_of(submission, request.user)
    pin_threads(sections, by_indicator(threads))
    unsettled = [each for each in threads if not each.remark.is_resolved]
    told = {each.remark.indicator for each in unsettled}
    may_decide = bool(can_decide_submission(request.user, submission))
    stage = submission.cycle.stage
    decides = may_decide and stage in OPEN_STAGES
    may_remark = permissions.can_write_remark(request.user, submission.cycle)
    is_open = permissions.is_open_for_remarks(request.user, submission.cycle)
    context = {
        "submission": submission,
        "cycle": submission.cycle,
        "version": version,
        "step": submission_queries.step_of(submission),
        "earlier": earlier,
        "has_changes": bool(changes),
        "differences": difference_rows(document, [c for c in changes if c.indicator not in told]),
        "threads": threads,
        "unsettled": _with_changes(document, unsettled, version),
        "left_open": _left_open(unsettled),
        "can_pin": decides and submission.state in UNDECIDED,
        "unchanged_reason": submission_queries.reason_of(version) if version else "",
        "sections": sections,
        "remarks": remarks_of(submission.cycle, submission.locality),
        "remark_form": remark_form or RemarkForm(),
        "kept": typed_texts(remark_form) if remark_form is not None and not is_open else [],
        "can_begin": decides and allows(submission.state, SubmissionAction.REVIEW),
        "can_accept": decides and allows(submission.state, SubmissionAction.ACCEPT),
        "can_return": decides and allows(submission.state, SubmissionAction.RETURN),
        "can_decide": decides,
        "decisions_closed": stage_refusal(stage, OPEN_STAGES) if may_decide != decides else "",
        "given_back": submission_queries.given_back(submission),
        "can_remark": may_remark and is_open,
        "remarks_closed": remarks_closed() if may_remark and not is_open else "",
        "facts": _facts(submission, version),
        "breadcrumbs": reviews_trail(submission.cycle, (submission.locality.name, "")),
    }
    status = 400 if remark_form is not None else 200
    return render(request, "reviews/submission.html", context, status=status)


def _left_open(threads: list[Thread]) -> list[str]:
    """What accepting leaves open, to be confirmed; nothing where every remark is resolved."""
    if not threads:
        return []
    text = ngettext(
        "%(count)d remark is not resolved and stays open: %(titles)s.",
        "%(count)d remarks are not resolved and stay open: %(titles)s.",
        len(threads),
    )
    titles = list(dict.fromkeys(each.title for each in threads))
    return [text % {"count": len(threads), "titles": join_items(titles)}]


def _with_changes(
    document: FrameworkDocument, threads: list[Thread], version: Version | None
) -> list[tuple[Thread, list[DifferenceRow]]]:
    """Each remark with what the answer says otherwise since it was written."""
    prefetch_related_objects([each.remark for each in threads], "version")
    found = []
    for thread in threads:
        written, changes = thread.remark.version, []
        if version is not None and version.pk != written.pk:
            changes = [
                each
                for each in submission_queries.differences(written, version)
                if each.indicator == thread.remark.indicator
            ]
        found.append((thread, difference_rows(document, changes)))
    return found


def _facts(submission: Submission, version: Version | None) -> list[tuple[str, str]]:
    facts = [(_("Last day"), submission.end_date.isoformat())]
    if version is not None:
        signed_at = time_text(version.signed_at)
        facts += [
            (_("Signed off by"), str(version.signed_by or "")),
            (_("Signed off at"), signed_at),
            (_("Version"), str(version.number)),
            ("SHA-256", version.sha256),
        ]
    return facts
