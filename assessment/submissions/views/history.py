"""The history of a form: steps, signed versions, and the difference of any two."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import DeskRequest, desk_view
from assessment.submissions import queries
from assessment.submissions.models import Step, Submission, Version
from assessment.submissions.permissions import can_have_receipt
from assessment.submissions.remarks import threads_of
from assessment.submissions.versions import content_differences
from assessment.submissions.views.lookup import find_submission, page_context
from assessment.submissions.wording import difference_rows
from assessment.submissions.workflow import SubmissionAction

TONES = {
    SubmissionAction.SUBMIT: "info",
    SubmissionAction.WITHDRAW: "warning",
    SubmissionAction.RETURN: "warning",
    SubmissionAction.UNLOCK: "warning",
    SubmissionAction.ACCEPT: "success",
}
# The form as it stands, beside the numbered versions.
NOW = "now"


@require_safe
@desk_view
def history(request: DeskRequest, pk: int) -> HttpResponse:
    """Steps with who, when and why; signed versions with their SHA-256."""
    submission = find_submission(request, pk)
    versions = list(submission.versions.select_related("signed_by"))
    steps = submission.steps.select_related("by", "version").order_by("-at", "-pk")
    context = page_context(request, submission, "history") | {
        "steps": [_step(submission, step) for step in steps],
        "versions": versions,
        "threads": threads_of(submission, request.user),
        "may_have_receipt": can_have_receipt(request.user, submission),
        "compare_old": str(versions[1].number if len(versions) > 1 else 0),
        "compare_new": str(versions[0].number) if versions else NOW,
    }
    return render(request, "submissions/history.html", context)


@require_safe
@desk_view
def compare(request: DeskRequest, pk: int) -> HttpResponse:
    """What ``new`` says otherwise than ``old``: version numbers, 0 for empty, or ``now``.

    Without them: the last two versions; while the form is corrected, the last one and the form.
    """
    submission = find_submission(request, pk)
    versions = list(submission.versions.select_related("signed_by"))
    known = {str(version.number): version for version in versions}
    newest = versions[0].number if versions else 0
    is_open = submission.is_editable_state
    old = request.GET.get("old", str(newest if is_open else max(newest - 1, 0)))
    new = request.GET.get("new", NOW if is_open or not versions else str(newest))
    document = queries.document_of(submission)
    found = content_differences(_content(submission, known, old), _content(submission, known, new))
    context = page_context(request, submission, "history", _("Compare")) | {
        "rows": difference_rows(document, found),
        "versions": versions,
        "old": old,
        "new": new,
        "old_label": _label(known, old),
        "new_label": _label(known, new),
    }
    return render(request, "submissions/compare.html", context)


def _step(submission: Submission, step: Step) -> dict[str, object]:
    item: dict[str, object] = {
        "at": step.at,
        "heading": step.get_action_display(),
        "by": str(step.by) if step.by else "",
        "text": step.reason,
        "tone": TONES.get(SubmissionAction(step.action), ""),
    }
    if step.action == SubmissionAction.SUBMIT and step.version is not None:
        number = step.version.number
        address = reverse("submissions:compare", args=[submission.pk])
        item["url"] = f"{address}?old={number - 1}&new={number}"
        item["link_label"] = _("Version %(number)d: what changed") % {"number": number}
    return item


def _content(submission: Submission, known: dict[str, Version], wanted: str) -> dict[str, object]:
    if wanted == NOW:
        return queries.current_content(submission)
    if wanted == "0":
        return {}
    if wanted not in known:
        raise Http404
    content: dict[str, object] = known[wanted].content
    return content


def _label(known: dict[str, Version], wanted: str) -> str:
    if wanted == NOW:
        return _("The form now")
    if wanted == "0":
        return _("Empty form")
    return _("Version %(number)d") % {"number": known[wanted].number}
