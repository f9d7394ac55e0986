"""The frameworks room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameworksConfig(AppConfig):
    """Indicator frameworks: versions, templates, import and export."""

    name = "assessment.frameworks"
    label = "frameworks"
    verbose_name = _("Frameworks")
