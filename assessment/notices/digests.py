"""What a person is reminded of on one day, over all their forms, roles and regions."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Membership, Region, User
from accounts.roles import Role
from assessment.cycles.calendar import WorkingCalendar, is_reminder_day
from assessment.cycles.models import Cycle
from assessment.reviews.queries import ScoresToGive, scores_to_give
from assessment.reviews.workflow import RUBRIC_STAGES
from assessment.submissions.models import Submission
from assessment.submissions.waiting import waiting_for
from assessment.submissions.workflow import EDITABLE, OPEN_STAGES


@dataclass
class Digest:
    """The forms that wait for the person, the cycles whose localities they wait for, and the
    rubrics they still have to score.
    """

    user: User
    region: Region
    forms: list[Submission] = field(default_factory=list)
    cycles: list[tuple[Cycle, int, int]] = field(default_factory=list)
    rubrics: list[ScoresToGive] = field(default_factory=list)

    def recorded(self, day: date) -> dict[str, Any]:
        """As the event log keeps it: codes and days."""
        said: dict[str, Any] = {"day": day.isoformat()}
        if self.forms:
            said["forms"] = [
                {"form": form_key(form), "last_day": form.end_date.isoformat()}
                for form in self.forms
            ]
        if self.cycles:
            said["cycles"] = [
                {"cycle": cycle.code, "open": open_forms, "late": late}
                for cycle, open_forms, late in self.cycles
            ]
        if self.rubrics:
            said["rubrics"] = [
                {
                    "cycle": each.cycle.code,
                    "left": each.left,
                    "asked": each.asked,
                    "last_day": each.cycle.review_end_date.isoformat(),
                }
                for each in self.rubrics
            ]
        return said


def form_key(form: Submission) -> str:
    """The form by codes: cycle, then locality."""
    return f"{form.cycle.code}/{form.locality.code}"


def digests_of(day: date, calendar: WorkingCalendar) -> list[Digest]:
    """Everybody who is to be reminded on the day; nobody with nothing to say.

    A form is called to mind on the days its cycle sets, as long as it is with its locality, by
    its own last day: whoever was given more time is reminded later. Its people are those it
    waits for; coordinators learn on the same days how many forms of the cycle are awaited.
    Experts are reminded, as many days before and after the last day of the review, of the scores
    they have not given. A constant number of queries.
    """
    awaited = list(
        Submission.objects.filter(state__in=EDITABLE, cycle__stage__in=OPEN_STAGES)
        .select_related("cycle__region", "locality")
        .order_by("cycle__collection_end_date", "cycle", "locality__code")
    )
    due = [form for form in awaited if _is_due(form, day, calendar)]
    waiting = waiting_for(due)
    found: dict[int, Digest] = {}
    for form in due:
        for person in waiting[form.pk].people:
            _of(found, person, form.cycle.region).forms.append(form)
    open_forms = Counter(form.cycle_id for form in awaited)
    late = Counter(form.cycle_id for form in awaited if form.end_date < day)
    cycles = {form.cycle_id: form.cycle for form in due}
    coordinators = _coordinators(cycles.values())
    for cycle in cycles.values():
        for membership in coordinators:
            if membership.region_id == cycle.region_id:
                digest = _of(found, membership.user, cycle.region)
                digest.cycles.append((cycle, open_forms[cycle.pk], late[cycle.pk]))
    scored = Cycle.objects.filter(stage__in=RUBRIC_STAGES).select_related(
        "region", "framework_version"
    )
    for each in scores_to_give(
        [cycle for cycle in scored if _is_day(cycle, cycle.review_end_date, day, calendar)]
    ):
        _of(found, each.reviewer, each.cycle.region).rubrics.append(each)
    return list(found.values())


def _is_due(form: Submission, day: date, calendar: WorkingCalendar) -> bool:
    return _is_day(form.cycle, form.end_date, day, calendar)


def _is_day(cycle: Cycle, last: date, day: date, calendar: WorkingCalendar) -> bool:
    return is_reminder_day(last, day, cycle.reminders_before, cycle.reminder_interval, calendar)


def _of(found: dict[int, Digest], person: User, region: Region) -> Digest:
    return found.setdefault(person.pk, Digest(person, region))


def _coordinators(cycles: Iterable[Cycle]) -> list[Membership]:
    held = Membership.objects.filter(
        region__in={cycle.region_id for cycle in cycles},
        role=Role.COORDINATOR,
        ended_at__isnull=True,
        user__is_active=True,
    )
    return list(held.select_related("user").order_by("user__full_name", "user"))
