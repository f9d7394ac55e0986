"""Two people at one cycle: what was saved since a page was opened, and by whom."""

from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.audit.models import Event
from assessment.cycles.models import Cycle
from assessment.cycles.timetable import DATES

_CHANGES = ("cycles.update_cycle", "cycles.set_participants")
_LABELS: dict[str, Promise] = {
    **DATES,
    "code": gettext_lazy("Code"),
    "name_zh": gettext_lazy("Chinese name"),
    "name_en": gettext_lazy("English name"),
    "framework": gettext_lazy("Framework"),
    "version": gettext_lazy("Version"),
    "previous": gettext_lazy("Previous cycle"),
}


class StaleCycleError(ValidationError):
    """The cycle was saved since the page was opened; ``revision`` is the present one."""

    def __init__(self, cycle: Cycle, revision: int) -> None:
        again = _("What you typed is kept below. Saved again, it replaces what they saved.")
        super().__init__({"revision": [*_saves_since(cycle, revision), again]})
        self.revision = revision_of(cycle)


def revision_of(cycle: Cycle) -> int:
    """The number of the cycle's newest change in the event log; 0 before the first."""
    return _changes(cycle).aggregate(last=Max("sequence"))["last"] or 0


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
    saves = _changes(cycle).filter(sequence__gt=revision).order_by("sequence")
    text = _("%(person)s saved at %(time)s, after you opened this page: %(what)s.")
    return [
        text
        % {
            "person": event.actor_name,
            "time": timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M"),
            "what": "; ".join(_what(event)),
        }
        for event in saves
    ]


def _what(event: Event) -> list[str]:
    if event.action == "cycles.set_participants":
        parts = (
            (_("localities added"), event.after.get("added")),
            (_("localities removed"), event.before.get("removed")),
        )
        return [f"{label} {', '.join(codes)}" for label, codes in parts if codes]
    return [
        f"{_LABELS.get(name, name)} {event.before.get(name) or '–'} → {value or '–'}"
        for name, value in event.after.items()
    ]
