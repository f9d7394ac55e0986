"""The publication room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationConfig(AppConfig):
    """Frozen bundles of results that anyone can recompute."""

    name = "assessment.publication"
    label = "publication"
    verbose_name = _("Publication")

    def ready(self) -> None:
        """Lend the readers of the event log our words."""
        from assessment.audit.wording import register_words
        from assessment.publication.wording import CAVEAT_LABELS

        register_words("caveat", CAVEAT_LABELS)
