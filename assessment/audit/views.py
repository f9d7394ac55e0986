"""Pages of the event log, for auditors and the audit administrator."""

import json

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from accounts.authorization import require
from accounts.downloads import attachment, csv_stream
from accounts.http import DeskRequest, desk_view
from accounts.lists import Column, ListPage, read_stored
from accounts.moments import time_text
from accounts.permissions import is_audit_administrator
from accounts.trail import trail
from assessment.audit.changes import changes_of
from assessment.audit.entries import Entry, entries_of
from assessment.audit.export import HEAD, record_of, table_of
from assessment.audit.forms import EventFilter
from assessment.audit.models import Event
from assessment.audit.permissions import can_read_events
from assessment.audit.queries import filtered, same_operation, visible_to
from assessment.audit.rows import rows_of
from assessment.audit.targets import Things
from assessment.audit.wording import channel_label, place_label, zone_label

# Lines of one event that its page shows; all of them are in the record.
MOST_LINES = 60
# Orders in which the events of one operation stand together.
_BY_TIME = frozenset({"number", "-number", "time", "-time"})


@require_safe
@desk_view
def event_list(request: DeskRequest) -> HttpResponseBase:
    """Events newest first, filtered, fifty to a page; those of one operation as one entry."""
    events, form = _search(request)
    listed = _listed(request, events)
    page = list(listed.page.object_list)
    if listed.sort in _BY_TIME:
        entries = entries_of(page, events, visible_to(request.user))
    else:
        entries = [Entry(event) for event in page]
    context = {
        "form": form,
        "list": listed,
        "rows": rows_of(entries),
        "sees_everything": is_audit_administrator(request.user),
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "operation": form.is_valid() and form.cleaned_data["operation"],
        "breadcrumbs": trail((_("Audit log"), "")),
    }
    return render(request, "audit/list.html", context)


@require_safe
@desk_view
def event_detail(request: DeskRequest, sequence: int) -> HttpResponseBase:
    """One event: who, when, from where, what, before and after."""
    event = _event(request, sequence)
    (row,) = rows_of([Entry(event)])
    together = same_operation(event, request.user)
    changes = changes_of([event])[event.sequence]
    context = {
        "row": row,
        "facts": [
            (_("Time"), f"{time_text(event.at)} UTC{zone_label()}"),
            (_("Person"), row.person),
            (_("Origin"), " · ".join(filter(None, [channel_label(event.channel), event.address]))),
            (_("Thing"), row.thing),
            *_name_then(event),
            (_("Kind of thing"), row.kind),
            (_("Place"), place_label(event)),
        ],
        "changes": changes[:MOST_LINES],
        "change_count": len(changes),
        "left_out": max(0, len(changes) - MOST_LINES),
        "codes": [
            (_("Action"), event.action),
            (_("Identifier"), f"{event.target_type} {event.target_id}".strip()),
            (_("Operation"), event.operation or ""),
            (_("Hash before"), event.previous_hash),
            (_("Hash"), event.hash),
        ],
        "together": rows_of(Entry(each) for each in together.shown),
        "together_count": together.count,
        "operation_url": f"{reverse('audit:list')}?operation={event.operation}",
        "breadcrumbs": trail(
            (_("Audit log"), reverse("audit:list")),
            (_("Event %(number)s") % {"number": event.sequence}, ""),
        ),
    }
    return render(request, "audit/event.html", context)


@require_safe
@desk_view
def event_record(request: DeskRequest, sequence: int) -> HttpResponseBase:
    """The event as it is stored and sealed, as a JSON file."""
    event = _event(request, sequence)
    text = json.dumps(record_of(event), ensure_ascii=False, indent=2, sort_keys=True)
    response = HttpResponse(text + "\n", content_type="application/json")
    return attachment(response, f"audit-event-{event.sequence}.json")


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
    return csv_stream(name, HEAD, table_of(ordered))


def _event(request: DeskRequest, sequence: int) -> Event:
    require(can_read_events, request.user)
    return get_object_or_404(visible_to(request.user), sequence=sequence)


def _name_then(event: Event) -> list[tuple[str, str]]:
    """What the record calls the thing, where it is called so in neither language today."""
    names = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            names.add(Things([event]).label(event))
    return [] if event.target_label in names else [(_("Name at the time"), event.target_label)]


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
    form = EventFilter(request.GET)
    return (filtered(events, form.cleaned_data) if form.is_valid() else events.none()), form
