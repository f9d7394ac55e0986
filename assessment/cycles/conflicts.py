"""Two people at one cycle: what was saved since a page was opened, and by whom."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.text import join_clauses
from assessment.audit.models import Event
from assessment.audit.staleness import newest, told
from assessment.cycles.models import Cycle

_CHANGES = ("cycles.update_cycle", "cycles.set_participants")


class StaleCycleError(ValidationError):
    """The cycle was saved since the page was opened; ``revision`` is the present one."""

    def __init__(self, cycle: Cycle, revision: int) -> None:
        again = _("What you typed is kept below. Saved again, it replaces what they saved.")
        super().__init__({"revision": [*_saves_since(cycle, revision), again]})
        self.revision = revision_of(cycle)


def revision_of(cycle: Cycle) -> int:
    """The number of the cycle's newest change in the event log; 0 before the first."""
    return newest(_changes(cycle))


def require_revision(cycle: Cycle, revision: int | None) -> None:
    """Raise ``StaleCycleError`` if the locked cycle is another than the one seen."""
    if revision is not None and revision != revision_of(cycle):
        raise StaleCycleError(cycle, revision)


def _changes(cycle: Cycle) -> QuerySet[Event]:
    return Event.objects.filter(
        target_type=cycle._meta.label_lower, target_id=str(cycle.pk), action__in=_CHANGES
    )


def _saves_since(cycle: Cycle, revision: int) -> list[str]:
    """One sentence per save after the revision, oldest first."""
    text = _("%(person)s saved at %(time)s, after you opened this page: %(what)s.")
    return [
        text
        % {
            "person": save.person,
            "time": save.time,
            "what": join_clauses(save.changes),
        }
        for save in told(_changes(cycle).filter(sequence__gt=revision).order_by("sequence"))
    ]
