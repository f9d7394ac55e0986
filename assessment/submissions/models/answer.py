"""Answers and the files that prove them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assessment.engine.document import CODE_LENGTH
from assessment.observations.statuses import Status
from assessment.submissions.models.submission import Submission
from assessment.submissions.periods import Period

ANSWER_STATUSES = [
    (Status.VALUE, Status.VALUE.label),
    (Status.NOTHING_TO_REPORT, Status.NOTHING_TO_REPORT.label),
    (Status.NOT_APPLICABLE, Status.NOT_APPLICABLE.label),
]


class Answer(models.Model):
    """What a locality says on one indicator.

    Not answered yet means no row, or one with an empty status that keeps a note or reason.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="answers")
    indicator = models.CharField(_("indicator"), max_length=CODE_LENGTH)
    status = models.CharField(_("status"), max_length=20, choices=ANSWER_STATUSES)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=8, null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    note = models.TextField(_("note"), blank=True, max_length=5000)
    # What it was taken over from, with what that said (``prefill.as_taken``); null: typed.
    prefilled = models.JSONField(_("taken over from"), null=True, blank=True)
    revision = models.PositiveIntegerField(_("revision of the form it was saved in"))
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        ordering = ["submission", "indicator"]
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "indicator"], name="submissions_answer_once"
            ),
            models.CheckConstraint(
                name="submissions_answer_value_fits_status",
                condition=Q(status=Status.VALUE, value__isnull=False)
                | (~Q(status=Status.VALUE) & Q(value__isnull=True)),
            ),
            models.CheckConstraint(
                name="submissions_not_applicable_has_reason",
                condition=~Q(status=Status.NOT_APPLICABLE) | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}"


def evidence_path(evidence: "Evidence", filename: str) -> str:
    """A random name: nothing of what the user called the file reaches the disk."""
    return f"evidence/{evidence.pk}"


class Evidence(models.Model):
    """A file that proves one answer; another row may name the same file for another answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="evidence")
    indicator = models.CharField(_("indicator"), max_length=CODE_LENGTH)
    file = models.FileField(_("file"), upload_to=evidence_path)
    name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    sha256 = models.CharField(max_length=64)
    # The days it proves, both included.
    period_from = models.DateField(_("proves from"))
    period_to = models.DateField(_("proves until"))
    # Where the file came in, if not here: both rows name one stored file.
    linked_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="links"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_at = models.DateTimeField(_("removed at"), null=True, blank=True)
    # Not stored: whether the file named a place on its way in (``evidence_intake``).
    lost_place = False

    class Meta:
        ordering = ["uploaded_at"]
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        constraints = [
            models.CheckConstraint(name="submissions_evidence_not_empty", condition=Q(size__gt=0)),
            models.CheckConstraint(
                name="submissions_evidence_period_in_order",
                condition=Q(period_from__lte=F("period_to")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def proves(self) -> Period:
        """The days it proves."""
        return Period(self.period_from, self.period_to)

    @property
    def preview(self) -> str:
        """How browsers can show it in place: ``picture``, ``document``, or not at all."""
        if self.content_type.startswith("image/"):
            return "picture"
        return "document" if self.content_type == "application/pdf" else ""

    @property
    def is_linked(self) -> bool:
        """Whether the file came in with another answer and is only named here."""
        return self.linked_from_id is not None
