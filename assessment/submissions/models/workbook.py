"""Workbooks that are kept for a while: the file a person chose last for a form, and a region's."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessment.cycles.models import Cycle
from assessment.jobs.models import Job
from assessment.submissions.models.submission import Submission


class KeptWorkbook(models.Model):
    """A person's own working copy, small and soon gone: in the row, not in the file storage."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="kept_workbooks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(_("file name"), max_length=255)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField(_("uploaded at"))

    class Meta:
        ordering = ["submission", "by"]
        verbose_name = _("kept workbook")
        verbose_name_plural = _("kept workbooks")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "by"], name="submissions_kept_workbook_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


def region_workbook_path(workbook: "RegionWorkbook", filename: str) -> str:
    """A random name; downloads carry the speaking one."""
    return f"exports/{uuid.uuid4()}.xlsx"


class RegionWorkbook(models.Model):
    """All forms of a cycle as one workbook in one language, made by a job and kept for days.

    ``as_of`` is the moment it was read from the forms; none while it was never finished.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="region_workbooks")
    language = models.CharField(_("language"), max_length=10, choices=User.Language)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    file = models.FileField(_("file"), upload_to=region_workbook_path, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    as_of = models.DateTimeField(_("as of"), null=True)
    asked_at = models.DateTimeField(_("asked for at"))

    class Meta:
        ordering = ["cycle", "language"]
        verbose_name = _("workbook of a region")
        verbose_name_plural = _("workbooks of regions")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "language"], name="submissions_region_workbook_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.cycle} · {self.get_language_display()}"
