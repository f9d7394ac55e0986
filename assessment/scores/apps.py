"""The scores room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    """Score runs, adjustments, traces."""

    name = "assessment.scores"
    label = "scores"
    verbose_name = _("Scores")
