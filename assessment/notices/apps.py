"""The notices room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """What happened that concerns a person, and what of it they have read."""

    name = "assessment.notices"
    label = "notices"
    verbose_name = _("Notices")
