"""One event in the reader's words, as the list and the page of an event show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from accounts.moments import time_text
from assessment.audit.entries import Entry
from assessment.audit.models import Event
from assessment.audit.targets import Things
from assessment.audit.wording import action_label, kind_label, person_label, place_label


@dataclass(frozen=True)
class EventRow:
    """One line of the list, and below it the lines of its ``parts``."""

    event: Event
    time: str
    person: str
    action: str
    thing: str
    kind: str
    place: str
    parts: Sequence["EventRow"] = ()


def rows_of(entries: Iterable[Entry]) -> list[EventRow]:
    """The entries in words; a constant number of queries for all of them."""
    shown = list(entries)
    things = Things(event for entry in shown for event in (entry.event, *entry.parts))
    return [
        _row(entry.event, things, [_row(part, things) for part in entry.parts]) for entry in shown
    ]


def _row(event: Event, things: Things, parts: Sequence[EventRow] = ()) -> EventRow:
    return EventRow(
        event=event,
        time=time_text(event.at),
        person=person_label(event),
        action=action_label(event.action),
        thing=things.label(event),
        kind=kind_label(event.target_type),
        place=place_label(event),
        parts=parts,
    )
