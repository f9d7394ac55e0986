"""The airquality room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AirqualityConfig(AppConfig):
    """Source: monitored annual means and their reduction."""

    name = "assessment.airquality"
    label = "airquality"
    verbose_name = _("Air quality")
