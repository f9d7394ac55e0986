"""Two people at one publication desk: the steps taken since a page was opened, and by whom."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessment.audit.models import Event
from assessment.audit.staleness import newest, require_newest
from assessment.cycles.models import Cycle


def last_step(cycle: Cycle) -> int:
    """The number of the newest change of the cycle itself in the event log; 0 before the first.

    Every step of a publication moves the cycle's stage, so it changes with each of them.
    """
    return newest(_changes(cycle))


def require_last_step(cycle: Cycle, seen: int | None) -> None:
    """Raise ``ValidationError`` on ``seen`` if the locked cycle was changed since then."""
    again = _("Look at the publication desk again before you decide.")
    require_newest(_changes(cycle), seen, again)


def _changes(cycle: Cycle) -> QuerySet[Event]:
    return Event.objects.filter(target_type=cycle._meta.label_lower, target_id=str(cycle.pk))
