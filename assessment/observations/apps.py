"""The observations room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ObservationsConfig(AppConfig):
    """The hub: values with status and provenance."""

    name = "assessment.observations"
    label = "observations"
    verbose_name = _("Observations")

    def ready(self) -> None:
        """Lend the readers of the event log our words."""
        from assessment.audit.wording import register_words
        from assessment.observations.provenance import DATA_SOURCES, SOURCE_LABELS

        register_words("source", SOURCE_LABELS)
        register_words("data source", DATA_SOURCES)
