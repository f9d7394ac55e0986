"""The portal room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Public pages and open data."""

    name = "assessment.portal"
    label = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        """Make the start-up checks known."""
        import_module("assessment.portal.checks")
