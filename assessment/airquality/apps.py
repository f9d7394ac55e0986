"""The airquality room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AirqualityConfig(AppConfig):
    """Source: monitored annual means and their reduction."""

    name = "assessment.airquality"
    label = "airquality"
    verbose_name = _("Air quality")

    def ready(self) -> None:
        """Offer what is measured to those who would type it."""
        from assessment.airquality.queries import MEASURED, measured_in
        from assessment.observations.measured import register_measuring

        register_measuring(MEASURED, measured_in)
