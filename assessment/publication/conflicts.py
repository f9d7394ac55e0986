"""Two people at one publication desk: the steps taken since a page was opened, and by whom."""

from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts.moments import time_text
from assessment.audit.models import Event
from assessment.audit.wording import action_label, person_label
from assessment.cycles.models import Cycle


def last_step(cycle: Cycle) -> int:
    """The number of the newest change of the cycle itself in the event log; 0 before the first.

    Every step of a publication moves the cycle's stage, so it changes with each of them.
    """
    return _changes(cycle).aggregate(last=Max("sequence"))["last"] or 0


def require_last_step(cycle: Cycle, seen: int | None) -> None:
    """Raise ``ValidationError`` on ``seen`` if the locked cycle was changed since then."""
    if seen is None or seen == last_step(cycle):
        return
    text = _("Changed after you opened this page: %(what)s by %(person)s at %(time)s.")
    told = [
        text
        % {
            "what": action_label(event.action),
            "person": person_label(event),
            "time": time_text(event.at),
        }
        for event in _changes(cycle).filter(sequence__gt=seen).order_by("sequence")[:5]
    ]
    again = _("Look at the publication desk again before you decide.")
    raise ValidationError({"seen": [*told, again]})


def _changes(cycle: Cycle) -> QuerySet[Event]:
    return Event.objects.filter(target_type=cycle._meta.label_lower, target_id=str(cycle.pk))
