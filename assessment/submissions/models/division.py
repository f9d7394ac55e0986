"""Who of a locality answers for which part of its form, and what they say to one another."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from assessment.engine.document import CODE_LENGTH
from assessment.submissions.models.submission import Submission


class Assignment(models.Model):
    """One part of a form, a section or a single indicator, and who answers for it.

    With a department all its contributors may fill the part; a person named beside it answers
    for it. A person alone fills it alone.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="assignments")
    code = models.CharField(_("section or indicator"), max_length=CODE_LENGTH)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["submission", "code"]
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "code"], name="submissions_assignment_once"
            ),
            models.CheckConstraint(
                name="submissions_assignment_names_somebody",
                condition=Q(department__isnull=False) | Q(person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Comment(models.Model):
    """What somebody of the locality says to colleagues about an answer; nobody else reads it."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="comments")
    indicator = models.CharField(_("indicator"), max_length=CODE_LENGTH)
    text = models.TextField(_("internal comment"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("time"))
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)

    class Meta:
        ordering = ["submission", "at", "pk"]
        verbose_name = _("internal comment")
        verbose_name_plural = _("internal comments")

    def __str__(self) -> str:
        return f"{self.submission} · {self.indicator}"
