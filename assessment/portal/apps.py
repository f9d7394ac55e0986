"""The portal room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Public pages and open data."""

    name = "assessment.portal"
    label = "portal"
    verbose_name = _("Portal")
