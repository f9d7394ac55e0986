"""What the log says of each event as a table."""

import json

from django.utils.timezone import localtime

from assessment.audit.models import Event

HEAD = (
    "number",
    "time",
    "person",
    "user_id",
    "channel",
    "address",
    "operation",
    "action",
    "kind",
    "identifier",
    "thing",
    "region",
    "locality",
    "before",
    "after",
    "previous_hash",
    "hash",
)


def cells_of(event: Event) -> tuple[str | int | None, ...]:
    """The event's cells in the order of the head."""
    return (
        event.sequence,
        localtime(event.at).isoformat(),
        event.actor_name,
        event.actor_id,
        event.channel,
        event.address,
        event.operation,
        event.action,
        event.target_type,
        event.target_id,
        event.target_label,
        event.region.code if event.region else "",
        event.locality.code if event.locality else "",
        json.dumps(event.before, ensure_ascii=False, sort_keys=True),
        json.dumps(event.after, ensure_ascii=False, sort_keys=True),
        event.previous_hash,
        event.hash,
    )
