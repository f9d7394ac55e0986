"""The submissions room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    """Source: forms, drafts, evidence, sign-off."""

    name = "assessment.submissions"
    label = "submissions"
    verbose_name = _("Submissions")
