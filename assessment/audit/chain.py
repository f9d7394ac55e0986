"""The chain of hashes: how an event is sealed, and where a chain is broken.

What it proves: whoever changes, removes or inserts an event without rewriting every
later one is found out. Somebody who may write to the database and rewrites all later
events and the head is found out only by comparing with a head written down elsewhere,
which is why ``verify_audit`` prints it.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from assessment.audit.models import Event

GENESIS = "0" * 64


@dataclass(frozen=True)
class Break:
    """The first event that does not fit, and what is wrong with it."""

    sequence: int
    cause: str


@dataclass(frozen=True)
class Walk:
    """What a walk along the chain found: events counted, last hash, first break."""

    count: int
    last_hash: str
    broken: Break | None = None


def sealed_content(event: Event) -> dict[str, Any]:
    """Everything the event says, as it is sealed; JSON values.

    Events from before operations were noted have none, and none in what was sealed.
    """
    content = {
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).isoformat(),
        "actor": event.actor_id,
        "actor_name": event.actor_name,
        "channel": event.channel,
        "address": event.address,
        "action": event.action,
        "target": [event.target_type, event.target_id, event.target_label],
        "region": event.region_id,
        "locality": event.locality_id,
        "before": event.before,
        "after": event.after,
        "previous": event.previous_hash,
    }
    if event.operation is not None:
        content["operation"] = event.operation
    return content


def event_hash(event: Event) -> str:
    """SHA-256 (hex) over the canonical JSON of what the event says."""
    content = sealed_content(event)
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def walk_chain(events: Iterable[Event]) -> Walk:
    """Walk events in the order of their numbers, up to the first that does not fit."""
    count, last = 0, GENESIS
    for event in events:
        cause = _cause(event, expected=count + 1, previous=last)
        if cause:
            return Walk(count, last, Break(event.sequence, cause))
        count, last = count + 1, event.hash
    return Walk(count, last)


def _cause(event: Event, *, expected: int, previous: str) -> str:
    if event.sequence != expected:
        return f"event {expected} is missing before it"
    if event.previous_hash != previous:
        return "it does not follow the event before it"
    if event.hash != event_hash(event):
        return "its content does not fit its hash"
    return ""
