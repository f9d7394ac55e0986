"""The one way to write an event."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction

from accounts.models import Locality, Region, User
from assessment.audit.models import ChainHead, Event
from assessment.audit.origin import current_origin


def record_event(
    *,
    action: str,
    by: User | None,
    at: datetime,
    target: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    region: Region | None = None,
    locality: Locality | None = None,
) -> Event:
    """Append one event inside the caller's transaction and return it.

    ``before`` and ``after`` are JSON-able mappings of what changed. Without a person
    (``by=None``) the system itself acted.
    """
    origin = current_origin()
    event = Event(
        at=at.astimezone(UTC),
        actor=by,
        actor_name=str(by) if by is not None else "system",
        channel=origin.channel,
        address=origin.address,
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_label=str(target)[:300],
        region=region,
        locality=locality,
        before=_plain(before or {}),
        after=_plain(after or {}),
    )
    with transaction.atomic():
        head = ChainHead.objects.select_for_update().get_or_create(pk=1)[0]
        event.sequence = head.sequence + 1
        event.previous_hash = head.hash
        event.hash = event_hash(event)
        event.save()
        ChainHead.objects.filter(pk=1).update(sequence=event.sequence, hash=event.hash)
    return event


def event_hash(event: Event) -> str:
    """SHA-256 (hex) over the canonical JSON of everything the event says."""
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
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(values: Mapping[str, Any]) -> Any:
    """The values as JSON would give them back, so that the hash can be recomputed."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False))
