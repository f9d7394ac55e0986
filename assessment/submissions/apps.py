"""The submissions room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    """Source: forms, drafts, evidence, sign-off."""

    name = "assessment.submissions"
    label = "submissions"
    verbose_name = _("Submissions")

    def ready(self) -> None:
        """Make the job kinds known."""
        from assessment.jobs.kinds import register_kind
        from assessment.submissions import exporting
        from assessment.submissions.services import REGION_JOB

        register_kind(
            REGION_JOB,
            exporting.make_region_workbook,
            _("Workbook of all forms"),
            title=exporting.title_of,
            result_link=exporting.result_link,
        )
