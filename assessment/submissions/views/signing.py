"""The approver's page: what changed, what is missing, the statement, the signature."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.form_words import typed_texts
from accounts.http import DeskRequest, desk_view
from accounts.queries import approvers_of
from accounts.service_errors import add_service_errors
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions import authorship, permissions, queries
from assessment.submissions.division import division_of
from assessment.submissions.forms import SignForm
from assessment.submissions.models import Submission
from assessment.submissions.part_choice import part_choices
from assessment.submissions.remarks import threads_of
from assessment.submissions.sections import current_sections, mark_responsible, progress_shown
from assessment.submissions.services import OwnAnswersError, submit_submission
from assessment.submissions.views.lookup import (
    find_submission,
    locked_text,
    page_context,
    way_back,
    why_closed,
)
from assessment.submissions.wording import difference_rows, missing_sentence, read, refusal
from assessment.submissions.workflow import SubmissionAction


def statement() -> str:
    """What the approver declares, in the language they read."""
    return _(
        "I have read this form. Its figures are true and complete, and the evidence attached "
        "supports them."
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def sign(request: DeskRequest, pk: int) -> HttpResponse:
    """Show what would be signed to everyone who sees the form; the approver signs here."""
    submission = find_submission(request, pk)
    if request.method != "POST":
        initial = {"revision": submission.revision}
        return _show(request, submission, _form(submission, initial=initial))
    form = _form(submission, request.POST)
    may_sign = permissions.can_sign_submission(request.user, submission)
    if may_sign and not form.is_valid():
        return _show(request, submission, form)
    try:
        version = submit_submission(
            submission=submission,
            revision=int(form.cleaned_data["revision"]) if form.is_valid() else -1,
            statement=statement(),
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except OwnAnswersError:
        return _show(request, submission, form, status=403)
    except NotAllowedNow as error:
        submission = find_submission(request, pk)
        messages.error(request, refusal(error, submission))
        return _show(request, submission, form, status=409)
    except ValidationError as error:
        submission = find_submission(request, pk)
        return _show(request, submission, _ask_again(request, submission, error))
    text = _("Signed off and submitted as version %(number)d.")
    messages.success(request, text % {"number": version.number})
    return redirect("submissions:form", submission.pk)


def _form(submission: Submission, data: QueryDict | None = None, **options: Any) -> SignForm:
    is_uncorrected = queries.is_uncorrected(submission)
    return SignForm(data, statement=statement(), is_uncorrected=is_uncorrected, **options)


def _ask_again(request: DeskRequest, submission: Submission, error: ValidationError) -> SignForm:
    """The page with its problems; the revision is the one shown now, to be confirmed anew."""
    data = request.POST.copy()
    data["confirm"] = ""
    form = _form(submission, data)
    form.is_valid()
    form.errors.clear()
    add_service_errors(form, error, {"revision": ""})
    return form


def _show(
    request: DeskRequest, submission: Submission, form: SignForm, status: int = 200
) -> HttpResponse:
    user = request.user
    document = queries.document_of(submission)
    missing = queries.missing_in(submission)
    closed = why_closed(submission, SubmissionAction.SUBMIT, timezone.now())
    is_approver = bool(permissions.can_sign_submission(user, submission))
    own = authorship.own_answers(submission, user) if is_approver else []
    sections = current_sections(submission)
    division = division_of(submission)
    mark_responsible(sections, division, user)
    changes = queries.changes_since_signed(submission)
    return_step = queries.given_back(submission)
    context = page_context(request, submission, "sign") | {
        "form": form,
        "missing": [
            {
                "code": item.node.code,
                "title": read(item.node.title),
                "text": missing_sentence(item),
                "responsible": division.of(item.node.code),
            }
            for item in missing
        ],
        "version": queries.last_version(submission),
        "rows": difference_rows(document, changes),
        "return_step": return_step,
        "is_uncorrected": return_step is not None and not changes,
        "kept": typed_texts(form) if closed is not None else [],
        "sections": sections,
        "explained": [
            (card, [each for each in card.findings if each.state == "explained"])
            for section in sections
            for card in section.cards
            if any(each.state == "explained" for each in card.findings)
        ],
        "by_responsible": part_choices(sections, QueryDict()),
        "progress": progress_shown(sections),
        "unsettled": [e for e in threads_of(submission, user) if not e.remark.is_resolved],
        "own": [{"code": code, "title": read(document.node(code).title)} for code in own],
        "locked_text": locked_text(request, submission, closed),
        "is_approver": is_approver,
        "can_sign": is_approver and not own and not missing and closed is None,
        "approvers": approvers_of(submission.locality) if closed is None else [],
    }
    context |= way_back(request, submission)
    return render(request, "submissions/sign.html", context, status=status)
