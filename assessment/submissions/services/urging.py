"""催报: reminding localities by hand that their forms are awaited."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from accounts.authorization import require
from accounts.models import User
from assessment.audit.models import Event
from assessment.audit.services import Change, record_events
from assessment.cycles.models import Cycle
from assessment.cycles.permissions import can_coordinate_cycle
from assessment.cycles.services import hold_cycle
from assessment.submissions.models import Submission
from assessment.submissions.waiting import Waiting
from assessment.submissions.workflow import EDITABLE, OPEN_STAGES

# A second press, or a second coordinator, within this time urges nobody again.
URGED_AGAIN_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Urged:
    """What was recorded, and whom it is to be told."""

    submission: Submission
    people: list[User]
    event: Event


@dataclass
class Urgings:
    """The forms urged, and those that were urged too lately, with that moment."""

    urged: list[Urged] = field(default_factory=list)
    lately: list[tuple[Submission, datetime]] = field(default_factory=list)


@transaction.atomic
def urge_submissions(
    *, cycle: Cycle, waiting: Mapping[int, Waiting], by: User | None, at: datetime
) -> Urgings:
    """Record that those the forms of the cycle wait for are urged to hand them in.

    ``waiting`` is that of ``waiting_for``, asked before anything is locked: it is slow, and
    what is saved in between changes nobody's duty. One event for each form, and a constant
    number of queries. Left out are forms that are not with their locality any more, all of
    them where the stage is closed, and whoever was urged within a day. Telling the people is
    the caller's.
    """
    if by is not None:
        require(can_coordinate_cycle, by, cycle)
    held = hold_cycle(cycle)
    outcome = Urgings()
    if held.stage not in OPEN_STAGES:
        return outcome
    chosen: list[Submission] = []
    for form in _locked(held, waiting):
        if form.urged_at is not None and at < form.urged_at + URGED_AGAIN_AFTER:
            outcome.lately.append((form, form.urged_at))
        else:
            form.urged_at = at
            chosen.append(form)
    Submission.objects.filter(pk__in=[form.pk for form in chosen]).update(urged_at=at)
    changes = [_change(form, waiting[form.pk]) for form in chosen]
    events = record_events(changes=changes, by=by, at=at)
    outcome.urged = [
        Urged(form, waiting[form.pk].people, event)
        for form, event in zip(chosen, events, strict=True)
    ]
    return outcome


def _locked(cycle: Cycle, waiting: Mapping[int, Waiting]) -> list[Submission]:
    """The forms that are still with their localities, locked in the order of their keys."""
    forms = (
        Submission.objects.select_for_update(of=("self",), no_key=True)
        .select_related("locality")
        .filter(cycle=cycle, pk__in=waiting)
        .order_by("pk")
    )
    found = [form for form in forms if form.state in EDITABLE]
    for form in found:
        form.cycle = cycle
    return found


def _change(form: Submission, waiting: Waiting) -> Change:
    return Change(
        action="submissions.urge",
        target=form,
        after={
            "people": [person.username for person in waiting.people],
            "last_day": form.end_date.isoformat(),
            "missing": waiting.missing,
        },
        region=form.cycle.region,
        locality=form.locality,
    )
