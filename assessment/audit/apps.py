"""The audit room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Append-only, hash-chained event log."""

    name = "assessment.audit"
    label = "audit"
    verbose_name = _("Audit log")
