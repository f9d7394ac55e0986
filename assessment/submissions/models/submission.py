"""A locality's form in one cycle."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Locality
from assessment.cycles.models import Cycle
from assessment.submissions.workflow import EDITABLE, SubmissionState

STATE_LABELS = {
    SubmissionState.DRAFT: _("Draft"),
    SubmissionState.SUBMITTED: _("Submitted"),
    SubmissionState.IN_REVIEW: _("Under review"),
    SubmissionState.RETURNED: _("Returned"),
    SubmissionState.REOPENED: _("Open again"),
    SubmissionState.ACCEPTED: _("Accepted"),
}


class Submission(models.Model):
    """The form of one locality; ``revision`` grows with every saved change."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="submissions")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="submissions")
    state = models.CharField(
        _("state"), max_length=10, choices=STATE_LABELS.items(), default=SubmissionState.DRAFT
    )
    revision = models.PositiveIntegerField(default=0)
    # The contributor who divides the work beside the approver.
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The request to unlock the form that waits for an answer.
    unlock_request = models.ForeignKey(
        "submissions.Step", models.PROTECT, null=True, blank=True, related_name="+"
    )
    extended_end_date = models.DateField(_("extended last day"), null=True, blank=True)
    extension_reason = models.TextField(_("reason of the extension"), blank=True)
    urged_at = models.DateTimeField(_("last urged"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        ordering = ["cycle", "locality__code"]
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "locality"], name="submissions_once"),
            models.CheckConstraint(
                name="submissions_extension_has_reason",
                condition=Q(extended_end_date__isnull=True) | ~Q(extension_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.locality} · {self.cycle}"

    @property
    def end_date(self) -> date:
        """The last day (inclusive) on which the locality may change and submit."""
        return self.extended_end_date or self.cycle.collection_end_date

    @property
    def asks_unlock(self) -> bool:
        """Whether the locality asks to unlock the form and waits for the answer."""
        return self.unlock_request_id is not None

    @property
    def is_editable_state(self) -> bool:
        """Whether the state (the day aside) lets the locality change answers."""
        return self.state in EDITABLE
