"""The reports room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """PDF evaluation reports."""

    name = "assessment.reports"
    label = "reports"
    verbose_name = _("Reports")
