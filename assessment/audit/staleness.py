"""Two people at one thing: what happened to it since a page was opened, and by whom.

A page carries the number of the newest event of what it shows (``newest``); the service, once
the rows are locked, refuses where there is a newer one (``require_newest``). What counts as a
change of the thing is the asking room's matter: it gives the events.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from accounts.moments import time_text
from assessment.audit.changes import Change, changes_of
from assessment.audit.models import Event
from assessment.audit.wording import action_label, person_label

_TOLD = 5


@dataclass(frozen=True)
class Told:
    """One change by somebody else in the reader's words: who, when, what, and value by value."""

    event: Event
    person: str
    time: str
    action: str
    changes: Sequence[Change]


def told(events: Iterable[Event]) -> list[Told]:
    """The events in words, in their order; a constant number of queries for all of them."""
    shown = list(events)
    changes = changes_of(shown)
    return [
        Told(
            event,
            person_label(event),
            time_text(event.at),
            action_label(event.action),
            changes[event.sequence],
        )
        for event in shown
    ]


def newest(events: QuerySet[Event]) -> int:
    """The number of the newest of the events; 0 where there is none."""
    return events.aggregate(last=Max("sequence"))["last"] or 0


def require_newest(events: QuerySet[Event], seen: int | None, again: str) -> None:
    """Raise ``ValidationError`` on ``seen`` if there are events the page did not know of.

    The first few are told with place, person and time; ``again`` closes with what to look at.
    ``None`` is a caller that looked at no page, such as a command.
    """
    if seen is None or seen == newest(events):
        return
    later = events.filter(sequence__gt=seen).select_related("locality").order_by("sequence")
    raise ValidationError({"seen": [*(_said(event) for event in later[:_TOLD]), again]})


def seen_in(typed: str) -> int:
    """The number a page sent along; 0, nothing seen, where it is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def _said(event: Event) -> str:
    what = action_label(event.action)
    if event.locality is not None:
        what = _("%(what)s (%(place)s)") % {"what": what, "place": event.locality.name}
    text = _("Changed after you opened this page: %(what)s by %(person)s at %(time)s.")
    return text % {"what": what, "person": person_label(event), "time": time_text(event.at)}
