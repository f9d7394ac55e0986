"""The log in the administrators' site: read by the audit administrator, changed by nobody."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.administration import RoleAdmin
from accounts.permissions import is_audit_administrator
from assessment.audit.changes import changes_of
from assessment.audit.models import Event
from assessment.audit.targets import Things
from assessment.audit.wording import action_label, kind_label


@admin.register(Event)
class EventAdmin(RoleAdmin):
    """Events, read-only."""

    opens_to = is_audit_administrator
    list_display = ("sequence", "at", "actor_name", "action_name", "target_label", "address")
    list_filter = ("channel",)
    search_fields = ("actor_name", "action", "target_label")
    date_hierarchy = "at"
    readonly_fields = ("action_name", "kind", "thing", "changes")
    fields = (
        "sequence",
        "at",
        "actor_name",
        "channel",
        "address",
        "operation",
        "action_name",
        "kind",
        "target_id",
        "thing",
        "region",
        "locality",
        "changes",
        "previous_hash",
        "hash",
    )

    @admin.display(description=_("action"), ordering="action")
    def action_name(self, event: Event) -> str:
        """The action in words."""
        return action_label(event.action)

    @admin.display(description=_("kind of thing"))
    def kind(self, event: Event) -> str:
        """The kind of thing in words."""
        return kind_label(event.target_type)

    @admin.display(description=_("thing"))
    def thing(self, event: Event) -> str:
        """The thing as it is called today."""
        return Things([event]).label(event)

    @admin.display(description=_("changes"))
    def changes(self, event: Event) -> str:
        """One line for each value that changed."""
        return format_html_join(
            "", "{}<br>", ((line,) for line in changes_of([event])[event.sequence])
        )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Events are written by services alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes an event."""
        return False
