"""Cycles: a framework version applied to a period, localities and a timetable."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Locality, Region
from accounts.text import NamedInBoth
from assessment.cycles.workflow import Stage
from assessment.frameworks.models import FrameworkVersion

STAGE_LABELS: dict[Stage, Any] = {
    Stage.DRAFT: _("Draft"),
    Stage.COLLECTING: _("Collecting"),
    Stage.REVIEWING: _("Reviewing"),
    Stage.PRELIMINARY: _("Preliminary results"),
    Stage.FINAL: _("Final results"),
    Stage.PUBLISHED: _("Published"),
    Stage.ARCHIVED: _("Archived"),
}


def usual_reminders() -> list[int]:
    """So many working days before the last day people are reminded; 0 is the day itself."""
    return [7, 3, 1, 0]


class Cycle(NamedInBoth):
    """One assessment round. Dates are local calendar days, the last one inclusive."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="cycles")
    code = models.SlugField(_("code"), max_length=60, unique=True)
    framework_version = models.ForeignKey(FrameworkVersion, models.PROTECT, related_name="cycles")
    previous = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="following"
    )
    stage = models.CharField(
        _("stage"), max_length=12, choices=STAGE_LABELS.items(), default=Stage.DRAFT
    )
    period_start_date = models.DateField(_("first day of the period"))
    period_end_date = models.DateField(_("last day of the period"))
    collection_start_date = models.DateField(_("collection opens"))
    collection_end_date = models.DateField(_("last day to submit"))
    review_end_date = models.DateField(_("last day of review"))
    objection_end_date = models.DateField(_("last day to object"))
    reminders_before = models.JSONField(
        _("reminders before the last day to submit"), default=usual_reminders
    )
    # Working days from one reminder to the next once the last day is over; 0 for none.
    reminder_interval = models.PositiveSmallIntegerField(
        _("reminders after the last day to submit"), default=3, db_default=3
    )
    is_demonstration = models.BooleanField(_("demonstration data"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        ordering = ["-period_end_date", "code"]
        verbose_name = _("cycle")
        verbose_name_plural = _("cycles")
        constraints = [
            models.CheckConstraint(
                name="cycles_dates_in_order",
                condition=Q(period_start_date__lte=F("period_end_date"))
                & Q(collection_start_date__lte=F("collection_end_date"))
                & Q(collection_end_date__lte=F("review_end_date"))
                & Q(review_end_date__lte=F("objection_end_date")),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def on(self) -> date:
        """The day that chooses editions of standards and rules: the period's last."""
        return self.period_end_date


class Participant(models.Model):
    """A locality that takes part in a cycle."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="participants")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="participations")

    class Meta:
        ordering = ["locality__code"]
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "locality"], name="cycles_participant_once")
        ]

    def __str__(self) -> str:
        return f"{self.cycle} · {self.locality}"


class HolidayYear(models.Model):
    """The holidays of one year as a notice arranges them, entered here.

    For years whose notice came out after the software, or that differ from what it knows.
    ``rest_days`` and ``working_days`` are lists of ISO days, as ``calendar.Arrangement`` has them.
    """

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(_("notice"), max_length=200)
    rest_days = models.JSONField(_("days off"), default=list)
    working_days = models.JSONField(_("days worked instead"), default=list)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"))

    class Meta:
        ordering = ["-year"]
        verbose_name = _("holidays of a year")
        verbose_name_plural = _("holidays of years")

    def __str__(self) -> str:
        return str(self.year)
