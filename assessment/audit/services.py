"""The one way to write an event."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils.translation import override

from accounts.compiled import CompiledInsert
from accounts.models import Locality, Region, User
from assessment.audit.chain import event_hash
from assessment.audit.models import ChainHead, Event
from assessment.audit.origin import Origin, current_origin

# A float this large is written with an exponent, which PostgreSQL gives back as a whole number.
_EXACT_FLOAT = 1e15
_INSERT = CompiledInsert(Event)


@dataclass(frozen=True)
class Change:
    """What an event says besides who made the change and when; see ``record_event``."""

    action: str
    target: models.Model | None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    region: Region | None = None
    locality: Locality | None = None


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
    change = Change(action, target, before or {}, after or {}, region, locality)
    return record_events(changes=[change], by=by, at=at)[0]


def record_events(*, changes: Sequence[Change], by: User | None, at: datetime) -> list[Event]:
    """One event for each of the changes made together, in their order; as ``record_event``.

    A constant number of queries, so that many changes keep the head of the chain no longer
    than one.
    """
    origin = current_origin()
    events = [_event_of(change, by, at, origin) for change in changes]
    if not events:
        return []
    with transaction.atomic(savepoint=False):
        sequence, previous = _take_head(len(events))
        for event in events:
            event.sequence, event.previous_hash = sequence + 1, previous
            event.hash = event_hash(event)
            sequence, previous = event.sequence, event.hash
        _INSERT(events)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE audit_chainhead SET hash = %s WHERE id = 1", [previous])
    return events


def _take_head(count: int) -> tuple[int, str]:
    """Number and hash of the newest event; the head counts ``count`` more from now on.

    One statement that asks and locks: other writers wait from here until the commit.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_chainhead SET sequence = sequence + %s WHERE id = 1"
            " RETURNING sequence - %s, hash",
            [count, count],
        )
        found = cursor.fetchone()
    if found is None:
        # The migration makes the head; it is made again after a test emptied all tables.
        ChainHead.objects.get_or_create(pk=1)
        return _take_head(count)
    sequence, previous = found
    return sequence, previous


def _event_of(change: Change, by: User | None, at: datetime, origin: Origin) -> Event:
    """The event, not sealed yet."""
    target = change.target
    return Event(
        at=at.astimezone(UTC),
        actor=by,
        actor_name=_actor_name(by, origin),
        channel=origin.channel,
        address=origin.address,
        operation=origin.operation,
        action=change.action,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        target_label=_name_of(target),
        region=change.region,
        locality=change.locality,
        before=_plain(change.before),
        after=_plain(change.after),
    )


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
