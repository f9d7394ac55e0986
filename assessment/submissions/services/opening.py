"""Opening a cycle's collection: every participant gets its form."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import User
from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.cycles.permissions import can_coordinate_cycle
from assessment.cycles.services import lock_cycle, move_stage
from assessment.cycles.workflow import Stage, StageAction, next_stage
from assessment.submissions.models import Submission
from assessment.submissions.services.dividing import carry_division


@transaction.atomic
def open_collection(*, cycle: Cycle, by: User | None, at: datetime) -> Cycle:
    """Open the collection and create the empty form of every participant.

    Permission and stage are those of ``move_stage``, which records the event at the end. Forms
    that exist already stay as they are; new ones take over the division of work of the form
    before. ``ValidationError`` on ``cycle`` before the first day of the collection: the timetable
    says when forms open.
    """
    locked = lock_cycle(cycle)
    if by is not None:
        require(can_coordinate_cycle, by, locked)
    next_stage(Stage(locked.stage), StageAction.OPEN_COLLECTION)
    first = locked.collection_start_date
    if local_date(at) < first:
        sentence = _("The collection opens on %(day)s. Change the timetable to open it earlier.")
        raise ValidationError({"cycle": [sentence % {"day": first}]})
    there = set(cycle.submissions.values_list("locality_id", flat=True))
    places = set(cycle.participants.values_list("locality_id", flat=True)) - there
    Submission.objects.bulk_create(
        Submission(cycle=cycle, locality_id=place, created_at=at, updated_at=at)
        for place in sorted(places)
    )
    new = list(cycle.submissions.filter(locality_id__in=places).select_related("locality"))
    for form in new:
        form.cycle = cycle  # one framework, read once
    carry_division(new, by=by, at=at)
    # Last, as the outer call of its operation: in the log the rest is a part of it.
    return move_stage(cycle=cycle, action=StageAction.OPEN_COLLECTION, by=by, at=at)
