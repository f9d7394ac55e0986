"""The lines of the log: what one call changed in several places is one entry with its parts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, QuerySet

from assessment.audit.models import Event

# Beyond that an operation is a command or a batch, and each of its events stands for itself.
MOST_TOGETHER = 20


@dataclass(frozen=True)
class Entry:
    """One event with the others of its operation, oldest first; ``parts`` may be empty."""

    event: Event
    parts: Sequence[Event] = ()


def entries_of(
    page: Sequence[Event], found: QuerySet[Event], visible: QuerySet[Event]
) -> list[Entry]:
    """The page's events in their order, each operation once.

    An operation stands where its newest event among those ``found`` stands: the outer call
    records last. Its parts are all events of it that are ``visible``, whether searched for or
    not. At most three queries, whatever the number of events.
    """
    operations = {event.operation for event in page if event.operation}
    if not operations:
        return [Entry(event) for event in page]
    small = _small(visible, operations)
    newest = dict(
        found.filter(operation__in=small)
        .order_by()
        .values_list("operation")
        .annotate(Max("sequence"))
    )
    parts: dict[str | None, list[Event]] = defaultdict(list)
    for event in visible.filter(operation__in=small).order_by("sequence"):
        if event.sequence != newest[event.operation]:
            parts[event.operation].append(event)
    return [
        Entry(event, parts[event.operation])
        for event in page
        if newest.get(event.operation, event.sequence) == event.sequence
    ]


def _small(visible: QuerySet[Event], operations: set[str]) -> list[str | None]:
    """Those of the operations that have more than one event and few enough for one entry."""
    counted = (
        visible.filter(operation__in=operations)
        .order_by()
        .values("operation")
        .annotate(events=Count("pk"))
        .filter(events__gt=1, events__lte=MOST_TOGETHER)
    )
    return list(counted.values_list("operation", flat=True))
