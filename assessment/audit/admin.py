"""The log in the administrators' site: read by the audit administrator, changed by nobody."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.administration import RoleAdmin
from accounts.moments import time_text
from accounts.permissions import is_audit_administrator
from assessment.audit.changes import changes_of
from assessment.audit.models import Event
from assessment.audit.targets import Things
from assessment.audit.wording import (
    CHANNELS,
    action_label,
    channel_label,
    kind_label,
    person_label,
    place_label,
)


class ChannelFilter(admin.SimpleListFilter):
    """The way in, in words."""

    title = _("channel")
    parameter_name = "channel"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every way there is."""
        return [(channel, channel_label(channel)) for channel in CHANNELS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """The events that came that way."""
        chosen = self.value()
        return queryset.filter(channel=chosen) if chosen else queryset


@admin.register(Event)
class EventAdmin(RoleAdmin):
    """Events in the reader's words, read-only."""

    opens_to = is_audit_administrator
    list_display = ("sequence", "time", "person", "action_name", "thing", "address")
    list_filter = (ChannelFilter,)
    search_fields = ("actor_name", "action", "target_label")
    date_hierarchy = "at"
    readonly_fields = fields = (
        "sequence",
        "time",
        "person",
        "channel_name",
        "address",
        "action_name",
        "thing",
        "kind",
        "place",
        "changes",
        "operation_code",
        "target_id",
        "hash_before",
        "hash",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Events are written by services alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes an event."""
        return False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The page of the list; the names of all its things are read together."""
        page = super().get_changelist_instance(request)
        things = Things(page.result_list)
        for event in page.result_list:
            event.thing_now = things.label(event)
        return page

    @admin.display(description=_("time"), ordering="at")
    def time(self, event: Event) -> str:
        """Local time to the minute."""
        return time_text(event.at)

    @admin.display(description=_("person"), ordering="actor_name")
    def person(self, event: Event) -> str:
        """Who acted."""
        return person_label(event)

    @admin.display(description=_("channel"))
    def channel_name(self, event: Event) -> str:
        """The way in."""
        return channel_label(event.channel)

    @admin.display(description=_("action"), ordering="action")
    def action_name(self, event: Event) -> str:
        """The action in words."""
        return action_label(event.action)

    @admin.display(description=_("thing"))
    def thing(self, event: Event) -> str:
        """The thing as it is called today."""
        known: str | None = getattr(event, "thing_now", None)
        return Things([event]).label(event) if known is None else known

    @admin.display(description=_("kind of thing"))
    def kind(self, event: Event) -> str:
        """The kind of thing in words."""
        return kind_label(event.target_type)

    @admin.display(description=_("place"))
    def place(self, event: Event) -> str:
        """Locality and region."""
        return place_label(event)

    @admin.display(description=_("changes"))
    def changes(self, event: Event) -> str:
        """One line for each value that changed."""
        lines = changes_of([event])[event.sequence]
        return format_html_join("", "{}<br>", ((line,) for line in lines))

    @admin.display(description=_("number of the operation"))
    def operation_code(self, event: Event) -> str:
        """What belongs together has the same."""
        return event.operation or ""

    @admin.display(description=_("hash before"))
    def hash_before(self, event: Event) -> str:
        """The hash of the event before."""
        return event.previous_hash
