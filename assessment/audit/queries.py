"""Reads of the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from accounts.models import Locality, User
from accounts.permissions import is_audit_administrator
from accounts.queries import region_ids
from accounts.roles import Role
from accounts.searching import search_condition, words_of
from assessment.audit.chain import Break, Walk, walk_chain
from assessment.audit.models import ChainHead, Event
from assessment.audit.targets import named_as


def visible_to(user: User | AnonymousUser) -> QuerySet[Event]:
    """The events the reader may see, newest first, places included.

    The audit administrator sees all; an auditor those of their regions and of the
    localities in them; others none.
    """
    events = Event.objects.select_related("region", "locality").order_by("-sequence")
    if is_audit_administrator(user):
        return events
    regions = region_ids(user, [Role.AUDITOR])
    if not regions:
        return events.none()
    localities = Locality.objects.filter(regions__in=regions).values("pk")
    return events.filter(Q(region__in=regions) | Q(locality__in=localities))


def filtered(events: QuerySet[Event], wanted: Mapping[str, Any]) -> QuerySet[Event]:
    """The events that fit what the reader looks for.

    Keys, all optional: ``person`` and ``thing`` (part of the name, of a thing in either
    language), ``action`` and ``operation`` (exact), ``from_date`` and ``to_date`` (local days,
    the last one included).
    """
    if person := wanted.get("person"):
        events = events.filter(search_condition(["actor_name"], words_of(person)))
    if action := wanted.get("action"):
        events = events.filter(action=action)
    if operation := wanted.get("operation"):
        events = events.filter(operation=operation)
    if thing := wanted.get("thing"):
        events = events.filter(named_as(words_of(thing)) | Q(target_id=thing))
    first, last = wanted.get("from_date"), wanted.get("to_date")
    if isinstance(first, date):
        events = events.filter(at__gte=_start_of(first))
    if isinstance(last, date):
        events = events.filter(at__lt=_start_of(last + timedelta(days=1)))
    return events


@dataclass(frozen=True)
class Together:
    """Other events of one operation: the first fifty, oldest first, and how many there are."""

    shown: list[Event]
    count: int


def same_operation(event: Event, user: User | AnonymousUser) -> Together:
    """What else the reader may see of the event's request, job or command.

    A command may change thousands of things, so not all of them are read.
    """
    if event.operation is None:
        return Together([], 0)
    others = visible_to(user).filter(operation=event.operation).exclude(pk=event.pk)
    return Together(list(others.order_by("sequence")[:50]), others.count())


def verify_chain() -> Walk:
    """Walk the whole chain and compare its end with the head.

    The head is read first: events appended during the walk are left to the next one.
    """
    head = ChainHead.objects.filter(pk=1).first() or ChainHead(pk=1)
    events = Event.objects.filter(sequence__lte=head.sequence).order_by("sequence")
    walk = walk_chain(events.iterator(chunk_size=500))
    if walk.broken is not None:
        return walk
    if walk.count < head.sequence:
        cause = f"it is missing; the head counts {head.sequence} events"
        return Walk(walk.count, walk.last_hash, Break(walk.count + 1, cause))
    if walk.last_hash != head.hash:
        cause = "the head of the chain names another hash"
        return Walk(walk.count, walk.last_hash, Break(head.sequence, cause))
    newest = Event.objects.aggregate(newest=Max("sequence"))["newest"] or 0
    known = ChainHead.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0
    if newest > known:
        cause = "it was added past the head of the chain"
        return Walk(walk.count, walk.last_hash, Break(known + 1, cause))
    return walk


def _start_of(day: date) -> datetime:
    """Midnight at the beginning of the local day."""
    return timezone.make_aware(datetime.combine(day, time.min))
