"""Finding the form an address names, and what every page of it shows."""

from datetime import datetime
from functools import partial
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.http import DeskRequest
from accounts.models import User
from accounts.queries import coordinators_of
from accounts.trail import trail
from assessment.cycles.calendar import local_date
from assessment.cycles.trail import cycle_trail
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions import permissions, queries
from assessment.submissions.models import Submission
from assessment.submissions.wording import cause, refusal
from assessment.submissions.workflow import (
    SubmissionAction,
    SubmissionState,
    next_state,
    require_in_time,
    require_open_stage,
    require_unlock_needed,
)


def find_submission(request: DeskRequest, pk: int) -> Submission:
    """The form, with its framework; 404 for people who may not see it."""
    forms = (
        queries.visible_to(request.user)
        .select_related("cycle__framework_version__framework", "unlock_request__by")
        .defer("cycle__framework_version__document")
    )
    return get_object_or_404(forms, pk=pk)


def why_closed(
    submission: Submission, action: SubmissionAction, at: datetime
) -> NotAllowedNow | None:
    """What keeps the form from the action now, the person aside.

    The stage first: what a state would allow is of no use in a stage that closes all forms.
    """
    try:
        require_open_stage(submission.cycle.stage, action)
        next_state(SubmissionState(submission.state), action)
        require_in_time(local_date(at), submission.end_date, action)
    except NotAllowedNow as error:
        return error
    return None


def why_no_request(submission: Submission, at: datetime) -> NotAllowedNow | None:
    """What keeps the locality from asking to unlock the form now."""
    action = SubmissionAction.ASK_UNLOCK
    state = SubmissionState(submission.state)
    is_asked = submission.unlock_request_id is not None
    try:
        require_open_stage(submission.cycle.stage, action)
        next_state(state, action)
        require_unlock_needed(state, local_date(at), submission.end_date, is_asked=is_asked)
    except NotAllowedNow as error:
        return error
    return None


def way_back(request: DeskRequest, submission: Submission) -> dict[str, Any]:
    """How a form that is locked can be corrected: what its locality asked, and may do now.

    Nothing for readers outside the locality and the coordinating body's overseers.
    """
    user, now = request.user, timezone.now()
    is_own = permissions.is_of_locality(user, submission)
    if submission.is_editable_state or not (is_own or permissions.oversees(user, submission)):
        return {}
    found: dict[str, Any] = {
        "unlock_request": submission.unlock_request,
        "unlock_refusal": queries.unlock_answer(submission),
    }
    may_withdraw = permissions.can_withdraw_submission(user, submission)
    if may_withdraw and why_closed(submission, SubmissionAction.WITHDRAW, now) is None:
        found["back_url"] = reverse("submissions:withdraw", args=[submission.pk])
        found["back_label"] = _("Take the form back")
    elif is_own and why_no_request(submission, now) is None:
        found["back_url"] = reverse("submissions:ask-unlock", args=[submission.pk])
        found["back_label"] = _("Request unlocking")
    return found


def locked_text(request: DeskRequest, submission: Submission, closed: NotAllowedNow | None) -> str:
    """Why the form is closed; the locality's own people also read whom to ask."""
    if closed is None:
        return ""
    is_own = permissions.is_of_locality(request.user, submission)
    return refusal(closed, submission) if is_own else cause(closed, submission)


def page_context(
    request: DeskRequest, submission: Submission, current: str, label: str = ""
) -> dict[str, Any]:
    """Form, tabs and breadcrumbs; ``current`` is the tab, ``label`` names a page below it."""
    tabs = [
        ("form", _("Form"), reverse("submissions:form", args=[submission.pk])),
        ("evidence", _("Evidence"), reverse("submissions:evidence-list", args=[submission.pk])),
        ("workbook", "Excel", reverse("submissions:workbook", args=[submission.pk])),
        ("checks", _("Checks"), reverse("submissions:checks", args=[submission.pk])),
        ("sign", _("Sign-off"), reverse("submissions:sign", args=[submission.pk])),
        ("history", _("History"), reverse("submissions:history", args=[submission.pk])),
    ]
    if permissions.is_of_locality(request.user, submission):
        division = reverse("submissions:division", args=[submission.pk])
        tabs.insert(1, ("division", _("Division of work"), division))
    title = f"{submission.locality.name} · {submission.cycle.name}"
    crumbs = _way_to(request, submission)
    names = {code: name for code, name, _url in tabs}
    last = label or (names[current] if current in names and current != "form" else "")
    crumbs += [(title, tabs[0][2]), (last, "")] if last else [(title, "")]
    return {
        "submission": submission,
        "cycle": submission.cycle,
        "page_name": last or names["form"],
        # Asked only by pages that say why the form is locked.
        "contacts": partial(_contacts, request, submission),
        "days_late": queries.days_late(submission, local_date(timezone.now())),
        "tabs": [
            {"label": name, "url": url, "is_current": code == current} for code, name, url in tabs
        ],
        "breadcrumbs": crumbs,
    }


def _contacts(request: DeskRequest, submission: Submission) -> list[User]:
    """Whom the locality's people ask: who coordinates the region, by name."""
    if not permissions.is_of_locality(request.user, submission):
        return []
    return coordinators_of(submission.cycle.region)


def _way_to(request: DeskRequest, submission: Submission) -> list[tuple[str, str]]:
    if permissions.oversees(request.user, submission):
        cycle = submission.cycle
        board = reverse("submissions:board", args=[cycle.code])
        return cycle_trail(cycle, (_("Forms"), board))
    return trail((_("Our forms"), reverse("submissions:list")))
