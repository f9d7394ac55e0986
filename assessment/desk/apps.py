"""The desk room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """The start page and navigation of those who work here."""

    name = "assessment.desk"
    label = "desk"
    verbose_name = _("Desk")
