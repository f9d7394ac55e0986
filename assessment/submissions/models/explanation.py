"""What a locality says of a warning about one of its answers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assessment.engine.document import CODE_LENGTH
from assessment.submissions.models.submission import Submission


class Explanation(models.Model):
    """Why an answer stays although a validation rule warns of it.

    ``basis`` names the figures the warning rested on: it holds for these and no others.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="explanations")
    indicator = models.CharField(_("indicator"), max_length=CODE_LENGTH)
    rule = models.CharField(_("validation rule"), max_length=CODE_LENGTH)
    basis = models.TextField(_("figures explained"))
    text = models.TextField(_("explanation"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["submission", "indicator", "rule"]
        verbose_name = _("explanation")
        verbose_name_plural = _("explanations")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "indicator", "rule"], name="submissions_explanation_once"
            ),
            models.CheckConstraint(name="submissions_explanation_not_empty", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.submission} · {self.indicator} · {self.rule}"
