"""The reports room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """PDF evaluation reports."""

    name = "assessment.reports"
    label = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Make the job kinds and the start-up checks known."""
        from assessment.audit.wording import register_words
        from assessment.jobs.kinds import register_kind
        from assessment.reports import rendering
        from assessment.reports.models import Document
        from assessment.reports.services import DOCUMENT_JOBS, JOB_KIND, take_up_again
        from assessment.reports.texts.catalogue import LABELS

        register_words("office text", LABELS)
        register_kind(
            JOB_KIND,
            rendering.make_report,
            _("Evaluation report"),
            title=rendering.title_of,
            result_link=rendering.result_link,
            ended=rendering.batch_of,
            retried=take_up_again,
        )
        for kind, name in DOCUMENT_JOBS.items():
            register_kind(
                name,
                rendering.make_document,
                Document.Kind(kind).label,
                title=rendering.document_title,
                result_link=rendering.document_link,
            )
        import_module("assessment.reports.checks")
