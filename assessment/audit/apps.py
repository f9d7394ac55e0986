"""The audit room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Append-only, hash-chained event log."""

    name = "assessment.audit"
    label = "audit"
    verbose_name = _("Audit log")

    def ready(self) -> None:
        """Hear what the accounts room announces; make our own codes' words known."""
        from assessment.audit.receivers import connect_receivers
        from assessment.audit.vocabulary import register_words

        connect_receivers()
        register_words("audit.account", {"unknown": _("No such account")})
