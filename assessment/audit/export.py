"""What the log says of each event as a table and as a record, in codes and in words."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.utils.timezone import localtime

from accounts.downloads import installation_notice
from accounts.text import join_clauses
from assessment.audit.chain import sealed_content
from assessment.audit.changes import changes_of
from assessment.audit.models import Event
from assessment.audit.targets import Things
from assessment.audit.wording import action_label, channel_label, kind_label, person_label

HEAD = (
    "number",
    "time",
    "person",
    "person_name",
    "user_id",
    "channel",
    "channel_name",
    "address",
    "operation",
    "action",
    "action_name",
    "kind",
    "kind_name",
    "identifier",
    "thing",
    "thing_name",
    "region",
    "region_name",
    "locality",
    "locality_name",
    "before",
    "after",
    "changes",
    "previous_hash",
    "hash",
)
# Events whose things are looked up together: bounds both memory and the number of queries.
_AT_ONCE = 500
Cells = tuple[str | int | None, ...]


def table_of(events: Iterable[Event]) -> Iterator[Cells]:
    """The cells of each event in the order of the head, ``…_name`` in the reader's words."""
    waiting = iter(events)
    while some := list(islice(waiting, _AT_ONCE)):
        things, changes = Things(some), changes_of(some)
        for event in some:
            said = join_clauses(changes[event.sequence])
            yield _cells(event, things.label(event), said)


def record_of(event: Event) -> dict[str, Any]:
    """The event as it is stored: what its hash seals, in the form it is sealed, and the hash.

    ``notice`` says that the installation is a demonstration; it is no part of the event.
    """
    return {
        "sealed": sealed_content(event),
        "hash": event.hash,
        "notice": installation_notice(),
    }


def _cells(event: Event, thing: str, changes: str) -> Cells:
    return (
        event.sequence,
        localtime(event.at).isoformat(),
        event.actor_name,
        person_label(event),
        event.actor_id,
        event.channel,
        channel_label(event.channel),
        event.address,
        event.operation,
        event.action,
        action_label(event.action),
        event.target_type,
        kind_label(event.target_type),
        event.target_id,
        event.target_label,
        thing,
        event.region.code if event.region else "",
        event.region.name if event.region else "",
        event.locality.code if event.locality else "",
        event.locality.name if event.locality else "",
        json.dumps(event.before, ensure_ascii=False, sort_keys=True),
        json.dumps(event.after, ensure_ascii=False, sort_keys=True),
        changes,
        event.previous_hash,
        event.hash,
    )
