"""What happened to the adjustments of a cycle since a page was opened, and by whom."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assessment.audit.models import Event
from assessment.audit.staleness import newest, require_newest
from assessment.cycles.models import Cycle
from assessment.scores.models import Adjustment


def last_adjustment(cycle: Cycle) -> int:
    """The number of the newest event of the cycle's adjustments; 0 before the first."""
    return newest(_changes(cycle))


def require_last_adjustment(cycle: Cycle, seen: int | None) -> None:
    """Raise ``ValidationError`` on ``seen`` if an adjustment was made or withdrawn since then."""
    again = _("Look at the adjustments below: sent again, yours comes on top of them.")
    require_newest(_changes(cycle), seen, again)


def last_change(adjustment: Adjustment) -> int:
    """The number of the newest event of one adjustment."""
    return newest(_changes_of([adjustment.pk]))


def require_last_change(adjustment: Adjustment, seen: int | None) -> None:
    """Raise ``ValidationError`` on ``seen`` if the adjustment was changed since then."""
    again = _("Look at the adjustments again before you decide.")
    require_newest(_changes_of([adjustment.pk]), seen, again)


def _changes(cycle: Cycle) -> QuerySet[Event]:
    return _changes_of(Adjustment.objects.filter(cycle=cycle).values_list("pk", flat=True))


def _changes_of(keys: "QuerySet[Adjustment, int] | list[int]") -> QuerySet[Event]:
    return Event.objects.filter(
        target_type=Adjustment._meta.label_lower, target_id__in=[str(key) for key in keys]
    )
