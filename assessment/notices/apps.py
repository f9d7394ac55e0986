"""The notices room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """What happened that concerns a person, and what of it they have read."""

    name = "assessment.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        """Make the job of the e-mails known; listen to the rooms below."""
        from assessment.jobs.kinds import register_kind
        from assessment.notices.receivers import connect_receivers
        from assessment.notices.services import JOB_KIND
        from assessment.notices.services.delivering import send_letters

        register_kind(JOB_KIND, send_letters, _("E-mails of notices"))
        connect_receivers()
