"""Who answers for which part of the form: read by the locality, divided by approver and lead."""

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import DeskRequest, desk_view
from accounts.queries import approvers_of
from accounts.service_errors import add_service_errors
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions import permissions, queries
from assessment.submissions.division import (
    assignments_of,
    contributors_of,
    division_mark,
    division_of,
    parts_of,
)
from assessment.submissions.division_forms import DivisionForm
from assessment.submissions.models import Submission
from assessment.submissions.services import divide_submission
from assessment.submissions.views.lookup import (
    find_submission,
    locked_text,
    page_context,
    why_closed,
)
from assessment.submissions.wording import read, refusal
from assessment.submissions.workflow import LastDayPassed, SubmissionAction


@dataclass(frozen=True)
class PartRow:
    """One part as the page shows it; ``answers`` is who answers for it, inherited or not."""

    code: str
    title: str
    is_section: bool
    answers: str
    department: forms.BoundField
    person: forms.BoundField


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def division(request: DeskRequest, pk: int) -> HttpResponse:
    """The parts of the form with who answers for each."""
    submission = find_submission(request, pk)
    if not permissions.is_of_locality(request.user, submission):
        raise PermissionDenied
    may_divide = bool(permissions.can_divide_submission(request.user, submission))
    if request.method != "POST":
        return _show(request, submission, _form(request, submission), may_divide)
    if not may_divide:
        raise PermissionDenied
    form = _form(request, submission)
    if form.is_valid():
        try:
            changed = divide_submission(
                submission=submission,
                parts=form.parts,
                lead=form.chosen_lead,
                seen=form.cleaned_data["seen"],
                by=request.user,
                at=timezone.now(),
            )
            text = _("The work is divided.") if changed else _("Nothing was changed.")
            messages.success(request, text)
            return redirect("submissions:division", submission.pk)
        except ValidationError as error:
            names = {code: f"{code}-person" for code in form.codes}
            add_service_errors(form, error, {**names, "seen": ""})
        except NotAllowedNow as error:
            messages.error(request, refusal(error, submission))
    return _show(request, find_submission(request, pk), form, may_divide)


def _form(request: DeskRequest, submission: Submission) -> DivisionForm:
    parts = parts_of(queries.document_of(submission))
    codes = [code for section, inside in parts.items() for code in (section, *inside)]
    return DivisionForm(
        request.POST if request.method == "POST" else None,
        codes=dict.fromkeys(codes),
        stored={each.code: each for each in assignments_of([submission])},
        contributors=contributors_of(submission.locality),
        departments=submission.locality.departments.all(),
        lead=submission.lead,
        may_name_lead=bool(permissions.is_approver(request.user, submission)),
        seen=division_mark(submission),
    )


def _show(
    request: DeskRequest, submission: Submission, form: DivisionForm, may_divide: bool
) -> HttpResponse:
    closed = why_closed(submission, SubmissionAction.SAVE, timezone.now())
    if isinstance(closed, LastDayPassed):  # more time is given to a form divided anew, too
        closed = None
    context = page_context(request, submission, "division") | {
        "form": form,
        "rows": _rows(submission, form),
        # A page found out of date shows what was chosen on it, against what is stored now.
        "seen": division_mark(submission),
        "can_divide": may_divide and closed is None,
        "may_divide": may_divide,
        "locked_text": locked_text(request, submission, closed),
        "approvers": approvers_of(submission.locality),
    }
    return render(request, "submissions/division.html", context)


def _rows(submission: Submission, form: DivisionForm) -> list[PartRow]:
    document = queries.document_of(submission)
    division = division_of(submission)
    assigned = _assigned(submission)
    return [
        PartRow(
            code=code,
            title=read(document.node(code).title),
            is_section=code == section,
            answers=assigned.get(code, "") if code == section else str(division.of(code) or ""),
            department=form[f"{code}-department"],
            person=form[f"{code}-person"],
        )
        for section, inside in parts_of(document).items()
        for code in dict.fromkeys((section, *inside))
    ]


def _assigned(submission: Submission) -> Mapping[str, str]:
    return {
        each.code: " · ".join(str(who) for who in (each.person, each.department) if who)
        for each in assignments_of([submission])
    }
