"""The one way to write an event."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils.translation import override

from accounts.models import Locality, Region, User
from assessment.audit.chain import event_hash
from assessment.audit.models import ChainHead, Event
from assessment.audit.origin import Origin, current_origin

# A float this large is written with an exponent, which PostgreSQL gives back as a whole number.
_EXACT_FLOAT = 1e15


def record_event(
    *,
    action: str,
    by: User | None,
    at: datetime,
    target: models.Model | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    region: Region | None = None,
    locality: Locality | None = None,
) -> Event:
    """Append one event inside the caller's transaction and return it.

    ``before`` and ``after`` are JSON-able mappings of what changed. Without a person
    (``by=None``) a visitor who is not signed in acted where the change came over the
    web, else the system itself. ``target`` is ``None`` only where nothing can be pointed
    to. All events of one request, job or command carry its ``operation``. Writers wait for
    one another at the head of the chain until they commit.
    """
    origin = current_origin()
    event = Event(
        at=at.astimezone(UTC),
        actor=by,
        actor_name=_actor_name(by, origin),
        channel=origin.channel,
        address=origin.address,
        operation=origin.operation,
        action=action,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        target_label=_name_of(target),
        region=region,
        locality=locality,
        before=_plain(before or {}),
        after=_plain(after or {}),
    )
    with transaction.atomic():
        # The migration makes the head; it is made again after a test emptied all tables.
        head = ChainHead.objects.select_for_update(no_key=True).get_or_create(pk=1)[0]
        event.sequence = head.sequence + 1
        event.previous_hash = head.hash
        event.hash = event_hash(event)
        event.save()
        ChainHead.objects.filter(pk=1).update(sequence=event.sequence, hash=event.hash)
    return event


def _name_of(target: models.Model | None) -> str:
    """The thing's name in the installation's language, whichever the person reads.

    Readers get the present name in their own (``targets``); this one is kept for when the
    thing is no more.
    """
    if target is None:
        return ""
    with override(settings.LANGUAGE_CODE):
        return str(target)[:300]


def _actor_name(by: User | None, origin: Origin) -> str:
    if by is not None:
        return str(by)
    return "visitor" if origin.channel in {"web", "api"} else "system"


def _plain(values: Mapping[str, Any]) -> Any:
    """The values as any database would give them back, so that the hash can be recomputed."""
    written = json.dumps(_steady(values), cls=DjangoJSONEncoder, ensure_ascii=False)
    return json.loads(written)


def _steady(value: Any) -> Any:
    """The value with floats that JSON does not keep exactly turned into text."""
    if isinstance(value, float):
        # Adding nothing turns minus zero, which PostgreSQL does not know, into zero.
        return value + 0.0 if abs(value) < _EXACT_FLOAT else repr(value)
    if isinstance(value, Mapping):
        return {key: _steady(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_steady(item) for item in value]
    return value
