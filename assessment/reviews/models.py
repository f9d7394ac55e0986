"""Experts' rubric scores and the comments a report prints."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Locality
from assessment.cycles.models import Cycle
from assessment.engine.document import CODE_LENGTH
from assessment.engine.figures import plain_number


class RubricScore(models.Model):
    """One reviewer's level on one rubric indicator of one locality, or their abstention."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="rubric_scores")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="+")
    indicator = models.CharField(_("indicator"), max_length=CODE_LENGTH)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="rubric_scores"
    )
    # As wide as an observation, which it becomes.
    level = models.DecimalField(_("level"), max_digits=24, decimal_places=8, null=True, blank=True)
    has_abstained = models.BooleanField(_("abstains"), default=False)
    comment = models.TextField(_("comment"), blank=True, max_length=5000)
    updated_at = models.DateTimeField(_("updated at"))

    class Meta:
        ordering = ["cycle", "locality__code", "indicator", "reviewer"]
        verbose_name = _("rubric score")
        verbose_name_plural = _("rubric scores")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "locality", "indicator", "reviewer"], name="reviews_score_once"
            ),
            models.CheckConstraint(
                name="reviews_level_or_abstention",
                condition=Q(has_abstained=True, level__isnull=True) & ~Q(comment="")
                | Q(has_abstained=False, level__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.locality} {self.indicator}"

    @property
    def level_text(self) -> str:
        """The level as people write it; empty without one."""
        return "" if self.level is None else plain_number(self.level)


class Remark(models.Model):
    """What coordinators or reviewers say of a locality; printed in its report."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="remarks")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="+")
    text_zh = models.TextField(_("remark (Chinese)"), max_length=5000, blank=True)
    text_en = models.TextField(_("remark (English)"), max_length=5000, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        ordering = ["written_at"]
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        constraints = [
            models.CheckConstraint(
                name="reviews_remark_not_empty", condition=~Q(text_zh="", text_en="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.locality}"
