"""The jobs room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Long work: job table, progress, heartbeat, reaper."""

    name = "assessment.jobs"
    label = "jobs"
    verbose_name = _("Jobs")
