"""Rendered evaluation reports."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Locality, User
from assessment.jobs.models import Job
from assessment.publication.models import Publication


def report_path(report: "Report", filename: str) -> str:
    """A random name; downloads carry the speaking one."""
    return f"reports/{uuid.uuid4()}.pdf"


class Report(models.Model):
    """The evaluation report of one locality in one language."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="reports")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=10, choices=User.Language)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="reports")
    file = models.FileField(_("file"), upload_to=report_path, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    rendered_at = models.DateTimeField(_("rendered at"), null=True, blank=True)

    class Meta:
        ordering = ["publication", "locality__code", "language"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "locality", "language"], name="reports_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.locality} · {self.get_language_display()}"

    @property
    def is_ready(self) -> bool:
        """Whether the file can be downloaded."""
        return self.rendered_at is not None


class IssuedFile(models.Model):
    """One file a report has had, by its SHA-256: it is known here whatever replaced it since."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="issued")
    sha256 = models.CharField(max_length=64, db_index=True)
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        ordering = ["report", "issued_at"]
        verbose_name = _("file of a report")
        verbose_name_plural = _("files of reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "sha256"], name="reports_issued_once")
        ]

    def __str__(self) -> str:
        return f"{self.report} · {self.sha256[:8]}"
