"""The log in the administrators' site: read by the audit administrator, changed by nobody."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.administration import RoleAdmin
from accounts.permissions import is_audit_administrator
from assessment.audit.models import Event


@admin.register(Event)
class EventAdmin(RoleAdmin):
    """Events, read-only."""

    opens_to = is_audit_administrator
    list_display = ("sequence", "at", "actor_name", "action", "target_label", "address")
    list_filter = ("channel",)
    search_fields = ("actor_name", "action", "target_label")
    date_hierarchy = "at"
    fields = (
        "sequence",
        "at",
        "actor_name",
        "channel",
        "address",
        "operation",
        "action",
        "target_type",
        "target_id",
        "target_label",
        "region",
        "locality",
        "before",
        "after",
        "previous_hash",
        "hash",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Events are written by services alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes an event."""
        return False
