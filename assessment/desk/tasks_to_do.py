"""What the reader must do next, by role and by date."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Membership, User
from accounts.roles import Role
from assessment.cycles.calendar import WorkingCalendar
from assessment.cycles.models import Cycle
from assessment.cycles.queries import working_calendar
from assessment.cycles.wording import remaining_text
from assessment.cycles.workflow import Stage
from assessment.engine.texts import inner_quotes
from assessment.reviews import queries as review_queries
from assessment.reviews.permissions import is_open_for_rubric
from assessment.submissions.completeness import Progress
from assessment.submissions.models import Step, Submission
from assessment.submissions.queries import OwnPart, own_parts, progress_for
from assessment.submissions.wording import read
from assessment.submissions.workflow import (
    EDITABLE,
    GIVEN_BACK,
    SubmissionAction,
    SubmissionState,
)

RUNNING = (Stage.COLLECTING, Stage.REVIEWING)


@dataclass(frozen=True)
class ToDo:
    """One line of the start page."""

    label: str
    url: str
    note: str = ""
    due_date: date | None = None
    # How far off that day is, in working days.
    when: str = ""
    state: str = ""
    state_label: str = ""
    order: int = 5
    # Why it came back, in the words of whoever returned it.
    reason: str = ""


def to_do(user: User, membership: Membership, today: date) -> list[ToDo]:
    """What waits for the user in this role, most urgent first; a constant number of queries."""
    role = Role(membership.role)
    found: Iterable[ToDo] = []
    if role in {Role.CONTRIBUTOR, Role.APPROVER}:
        found = _in_locality(user, membership, role, today)
    elif role == Role.COORDINATOR:
        found = _in_region(membership, today)
    elif role == Role.REVIEWER:
        found = _for_reviewer(user)
    calendar = working_calendar()
    timed = (_timed(item, today, calendar) for item in found)
    return sorted(timed, key=lambda t: (t.order, t.due_date or date.max, t.label))


def _timed(item: ToDo, today: date, calendar: WorkingCalendar) -> ToDo:
    """The line with how far off its day is; what is not overdue is merely behind its plan."""
    if item.due_date is None or (item.due_date < today and item.state != "overdue"):
        return item
    return replace(item, when=remaining_text(item.due_date, today, calendar))


def _in_locality(user: User, membership: Membership, role: Role, today: date) -> Iterable[ToDo]:
    submissions = (
        Submission.objects.filter(locality=membership.locality, cycle__stage__in=RUNNING)
        .select_related("cycle", "locality")
        .order_by("cycle__collection_end_date")
    )
    open_forms = [s for s in submissions if s.is_editable_state]
    progress = progress_for(open_forms)
    parts = own_parts(open_forms, user) if role == Role.CONTRIBUTOR else {}
    reasons = _return_reasons(open_forms)
    for submission in open_forms:
        part = parts.get(submission.pk)
        if part is None or submission.state in GIVEN_BACK:
            reason = reasons.get(submission.pk, "")
            yield _open_form(submission, progress[submission.pk], role, today, reason)
        else:
            yield from _own_part(submission, part, today)


def _return_reasons(submissions: Iterable[Submission]) -> dict[int, str]:
    """Why those of the forms that are returned were, by form; one query."""
    steps = Step.objects.filter(
        submission__in=submissions,
        submission__state=SubmissionState.RETURNED,
        action=SubmissionAction.RETURN,
    )
    return dict(steps.order_by("at", "pk").values_list("submission_id", "reason"))


def _own_part(submission: Submission, part: OwnPart, today: date) -> Iterable[ToDo]:
    """What is left of the reader's part, section by section, then what is open to everyone."""
    address = reverse("submissions:form", args=[submission.pk])
    is_late = today > submission.end_date
    cycle = submission.cycle.name

    def line(label: str, url: str, complete: int, required: int, order: int) -> ToDo:
        return ToDo(
            label=label,
            url=url,
            note=_("The last day has passed: ask the coordinator.")
            if is_late
            else _("%(complete)d of %(required)d indicators complete")
            % {"complete": complete, "required": required},
            due_date=submission.end_date,
            state="overdue" if is_late else submission.state,
            order=1 if is_late else order,
        )

    for code, (title, complete, required) in part.sections.items():
        if complete < required:
            label = _("%(cycle)s: your part of “%(section)s”")
            words = {"cycle": cycle, "section": inner_quotes(read(title))}
            url = f"{address}?part=mine#section-{code}"
            yield line(label % words, url, complete, required, 2)
    free = part.open_to_all
    if free.complete < free.required:
        label = _("%(cycle)s: indicators open to everyone") % {"cycle": cycle}
        yield line(label, f"{address}?part=open", free.complete, free.required, 3)


def _open_form(
    submission: Submission, progress: Progress, role: Role, today: date, return_reason: str
) -> ToDo:
    name = submission.cycle.name
    address = reverse("submissions:form", args=[submission.pk])
    is_late = today > submission.end_date
    is_returned = submission.state == SubmissionState.RETURNED
    is_reopened = submission.state == SubmissionState.REOPENED
    if role == Role.APPROVER and is_reopened:
        label, order = _("%(cycle)s is open again: sign off once it is corrected"), 0
    elif role == Role.APPROVER and is_returned:
        label, order = _("%(cycle)s was returned: sign off once it is corrected"), 0
    elif role == Role.APPROVER and progress.is_complete:
        label, order = _("%(cycle)s: look through the answers and sign off"), 2
    elif role == Role.APPROVER:
        label, order = _("%(cycle)s: the contributor is still filling the form"), 4
    elif is_returned:
        label, order = _("%(cycle)s was returned: correct it"), 0
    elif is_reopened:
        label, order = _("%(cycle)s is open again: correct it"), 0
    else:
        label, order = _("%(cycle)s: fill in the form"), 2
    return ToDo(
        label=label % {"cycle": name},
        url=address,
        note=_("The last day has passed: ask the coordinator.")
        if is_late
        else _("%(complete)d of %(required)d indicators complete")
        % {"complete": progress.complete, "required": progress.required},
        due_date=submission.end_date,
        state="overdue" if is_late else submission.state,
        order=1 if is_late else order,
        reason=return_reason if is_returned else "",
    )


def _in_region(membership: Membership, today: date) -> Iterable[ToDo]:
    cycles = {
        cycle.pk: cycle
        for cycle in Cycle.objects.filter(region=membership.region).exclude(
            stage__in=[Stage.PUBLISHED, Stage.ARCHIVED]
        )
    }
    waiting: Counter[tuple[int, str]] = Counter()
    asking: Counter[int] = Counter()
    open_forms = Submission.objects.filter(cycle__in=cycles, cycle__stage__in=RUNNING)
    for cycle_id, state, extended, request in open_forms.values_list(
        "cycle_id", "state", "extended_end_date", "unlock_request"
    ):
        end = extended or cycles[cycle_id].collection_end_date
        is_late = state in EDITABLE and today > end
        waiting[(cycle_id, "overdue" if is_late else state)] += 1
        asking[cycle_id] += request is not None
    for cycle in cycles.values():
        yield from _about_requests(cycle, asking[cycle.pk])
        yield from _about_forms(cycle, waiting)
        yield _next_step(cycle, _not_accepted(cycle, waiting), today)


def _about_requests(cycle: Cycle, asking: int) -> Iterable[ToDo]:
    """A locality cannot go on until it is answered: first of all."""
    if asking:
        text = ngettext("%(count)d request to unlock", "%(count)d requests to unlock", asking)
        address = reverse("reviews:list", args=[cycle.code]) + "?state=unlock"
        yield ToDo(text % {"count": asking}, address, cycle.name, order=0)


def _about_forms(cycle: Cycle, waiting: Counter[tuple[int, str]]) -> Iterable[ToDo]:
    board = reverse("submissions:board", args=[cycle.code])
    late = waiting[(cycle.pk, "overdue")]
    if late:
        text = ngettext("%(count)d locality overdue", "%(count)d localities overdue", late)
        yield ToDo(text % {"count": late}, board, cycle.name, state="overdue", order=0)
    submitted = waiting[(cycle.pk, SubmissionState.SUBMITTED)]
    if submitted:
        text = ngettext("%(count)d form to verify", "%(count)d forms to verify", submitted)
        address = reverse("reviews:list", args=[cycle.code]) + "?state=submitted"
        yield ToDo(text % {"count": submitted}, address, cycle.name, cycle.review_end_date, order=1)
    begun = waiting[(cycle.pk, SubmissionState.IN_REVIEW)]
    if begun:
        text = ngettext("%(count)d form under review", "%(count)d forms under review", begun)
        address = reverse("reviews:list", args=[cycle.code]) + "?state=in_review"
        yield ToDo(text % {"count": begun}, address, cycle.name, cycle.review_end_date, order=1)


def _not_accepted(cycle: Cycle, waiting: Counter[tuple[int, str]]) -> int:
    return sum(
        count
        for (cycle_id, state), count in waiting.items()
        if cycle_id == cycle.pk and state != SubmissionState.ACCEPTED
    )


def _next_step(cycle: Cycle, not_accepted: int, today: date) -> ToDo:
    """The way forward; what cannot be done yet says what it waits for, and stands last."""
    overview = reverse("desk:cycle", args=[cycle.code])
    publication = reverse("publication:detail", args=[cycle.code])
    step = {
        Stage.DRAFT: (_("Open the collection"), overview, cycle.collection_start_date),
        Stage.COLLECTING: (_("Start the review"), overview, cycle.collection_end_date),
        Stage.REVIEWING: (
            _("Compute scores and publish preliminary results"),
            publication,
            cycle.review_end_date,
        ),
        Stage.PRELIMINARY: (_("Make the results final"), publication, cycle.objection_end_date),
        Stage.FINAL: (_("Publish the final results"), publication, None),
    }[Stage(cycle.stage)]
    if cycle.stage == Stage.REVIEWING and not_accepted:
        text = ngettext(
            "Results can follow once %(count)d form is accepted",
            "Results can follow once %(count)d forms are accepted",
            not_accepted,
        )
        address = reverse("reviews:list", args=[cycle.code])
        label = text % {"count": not_accepted}
        return ToDo(label, address, cycle.name, step[2], state=cycle.stage, order=4)
    # Localities were told the day it opens; what follows waits for others, too.
    is_late = cycle.stage == Stage.DRAFT and today > cycle.collection_start_date
    state, order = ("overdue", 1) if is_late else (cycle.stage, 3)
    return ToDo(step[0], step[1], cycle.name, step[2], state=state, order=order)


def _for_reviewer(user: User) -> Iterable[ToDo]:
    for cycle, rows in review_queries.cycles_to_score(user):
        left = sum(row.total - row.done for row in rows)
        if left and is_open_for_rubric(user, cycle):
            text = ngettext("%(count)d score to give", "%(count)d scores to give", left)
            address = reverse("reviews:rubric", args=[cycle.code])
            yield ToDo(text % {"count": left}, address, cycle.name, cycle.review_end_date)
