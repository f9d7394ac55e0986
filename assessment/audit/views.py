"""Pages of the event log, for auditors and the audit administrator."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.authorization import require
from accounts.downloads import csv_stream
from accounts.http import DeskRequest, desk_view
from accounts.lists import Column, ListPage, read_stored
from accounts.moments import time_text
from accounts.permissions import is_audit_administrator
from accounts.trail import trail
from assessment.audit.export import HEAD, cells_of
from assessment.audit.forms import EventFilter
from assessment.audit.models import Event
from assessment.audit.permissions import can_read_events
from assessment.audit.queries import actions_in, filtered, same_operation, visible_to
from assessment.audit.wording import (
    action_label,
    changes_of,
    channel_label,
    kind_label,
    person_label,
    place_label,
    zone_label,
)


@dataclass(frozen=True)
class EventRow:
    """One line of the list."""

    event: Event
    time: str
    person: str
    action: str
    kind: str
    place: str

    @classmethod
    def of(cls, event: Event) -> "EventRow":
        """The event in the reader's words."""
        return cls(
            event=event,
            time=time_text(event.at),
            person=person_label(event),
            action=action_label(event.action),
            kind=kind_label(event.target_type),
            place=place_label(event),
        )


@require_safe
@desk_view
def event_list(request: DeskRequest) -> HttpResponseBase:
    """Events newest first, filtered, fifty to a page."""
    events, form = _search(request)
    listed = _listed(request, events)
    context = {
        "form": form,
        "list": listed,
        "rows": [EventRow.of(event) for event in listed.page.object_list],
        "sees_everything": is_audit_administrator(request.user),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "breadcrumbs": trail((_("Audit log"), "")),
    }
    return render(request, "audit/list.html", context)


@require_safe
@desk_view
def event_detail(request: DeskRequest, sequence: int) -> HttpResponseBase:
    """One event: who, when, from where, what, before and after."""
    require(can_read_events, request.user)
    event = get_object_or_404(visible_to(request.user), sequence=sequence)
    context = {
        "row": EventRow.of(event),
        "facts": [
            (_("Time"), f"{time_text(event.at)} UTC{zone_label()}"),
            (_("Person"), person_label(event)),
            (_("Origin"), " · ".join(filter(None, [channel_label(event.channel), event.address]))),
            (_("Action"), event.action),
            (_("Operation"), event.operation or ""),
            (_("Thing"), event.target_label),
            (_("Kind of thing"), kind_label(event.target_type)),
            (_("Identifier"), event.target_id),
            (_("Place"), place_label(event)),
        ],
        "seals": [(_("Hash before"), event.previous_hash), (_("Hash"), event.hash)],
        "changes": changes_of(event),
        "together": [EventRow.of(each) for each in same_operation(event, request.user)],
        "breadcrumbs": trail(
            (_("Audit log"), reverse("audit:list")),
            (_("Event %(number)s") % {"number": event.sequence}, ""),
        ),
    }
    return render(request, "audit/event.html", context)


@require_safe
@desk_view
def event_export(request: DeskRequest) -> HttpResponseBase:
    """The events of the list as CSV, all pages, sent line by line."""
    events, form = _search(request)
    if form.errors:
        return redirect(f"{reverse('audit:list')}?{request.GET.urlencode()}")
    name = f"audit-{timezone.localdate():%Y%m%d}.csv"
    rows = _listed(request, events).rows
    ordered = rows.iterator(chunk_size=500) if isinstance(rows, QuerySet) else rows
    return csv_stream(name, HEAD, map(cells_of, ordered))


def _listed(request: DeskRequest, events: QuerySet[Event]) -> ListPage[Event]:
    return read_stored(
        events,
        request.GET,
        columns=[
            Column(_("Number"), "number", ("sequence",), is_numeric=True, descending_first=True),
            Column(_("Time"), "time", ("at",), unit=f"UTC{zone_label()}", descending_first=True),
            Column(_("Person"), "person", ("actor_name",)),
            Column(_("Action"), "action", ("action",)),
            Column(_("Thing"), "thing", ("target_type", "target_label")),
            Column(_("Place")),
        ],
        sort="-number",
        ties=("-sequence",),
        keep=tuple(EventFilter.base_fields),
        export=reverse("audit:export"),
    )


def _search(request: DeskRequest) -> tuple[QuerySet[Event], EventFilter]:
    """The events the reader may see and looks for; a wrong filter finds none and says so."""
    require(can_read_events, request.user)
    events = visible_to(request.user)
    form = EventFilter(request.GET, actions=actions_in(events))
    return (filtered(events, form.cleaned_data) if form.is_valid() else events.none()), form
