"""The observations room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObservationsConfig(AppConfig):
    """The hub: values with status and provenance."""

    name = "assessment.observations"
    label = "observations"
    verbose_name = _("Observations")
