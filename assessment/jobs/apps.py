"""The jobs room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    """Long work: job table, progress, heartbeat, reaper."""

    name = "assessment.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        """Make the tasks known in every process: only known ones can run in place in tests."""
        import_module("assessment.jobs.tasks")
