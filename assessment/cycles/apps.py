"""The cycles room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CyclesConfig(AppConfig):
    """Assessment cycles: timetable, participants, stage."""

    name = "assessment.cycles"
    label = "cycles"
    verbose_name = _("Cycles")
