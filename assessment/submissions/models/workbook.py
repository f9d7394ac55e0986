"""The file a person chose last for a form, until its answers are taken over."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

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
