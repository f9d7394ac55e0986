"""The frameworks room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameworksConfig(AppConfig):
    """Indicator frameworks: versions, templates, import and export."""

    name = "assessment.frameworks"
    label = "frameworks"
    verbose_name = _("Frameworks")

    def ready(self) -> None:
        """Lend the readers of the event log our words."""
        from assessment.audit.wording import register_words
        from assessment.frameworks.recorded_words import RECORDED_WORDS

        for name, labels in RECORDED_WORDS.items():
            register_words(name, labels)
