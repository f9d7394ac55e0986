"""Monitored annual means."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Locality


class Pollutant(models.TextChoices):
    """The pollutants of which annual means are kept, in µg/m³."""

    PM25 = "pm25", "PM2.5"
    PM10 = "pm10", "PM10"
    SO2 = "so2", "SO₂"
    NO2 = "no2", "NO₂"


class AnnualMean(models.Model):
    """The mean of a year's daily values in µg/m³; empty where the year has too few days.

    ``heavy_days`` are the days whose mean of this pollutant lies above the one of an IAQI of 200
    (HJ 633); empty where nobody counted them.
    """

    locality = models.ForeignKey(Locality, models.PROTECT, related_name="annual_means")
    year = models.PositiveSmallIntegerField(_("year"))
    pollutant = models.CharField(_("pollutant"), max_length=10, choices=Pollutant)
    mean = models.DecimalField(
        _("annual mean (µg/m³)"), max_digits=8, decimal_places=1, null=True, blank=True
    )
    days = models.PositiveSmallIntegerField(_("valid days"))
    heavy_days = models.PositiveSmallIntegerField(
        _("days above an IAQI of 200"), null=True, blank=True
    )
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        ordering = ["locality__code", "year", "pollutant"]
        verbose_name = _("annual mean")
        verbose_name_plural = _("annual means")
        constraints = [
            models.UniqueConstraint(
                fields=["locality", "year", "pollutant"], name="airquality_mean_once"
            ),
            models.CheckConstraint(
                name="airquality_mean_positive", condition=Q(mean__isnull=True) | Q(mean__gt=0)
            ),
            models.CheckConstraint(
                name="airquality_heavy_days_are_valid_days",
                condition=Q(heavy_days__isnull=True) | Q(heavy_days__lte=F("days")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.locality} · {self.year} · {self.get_pollutant_display()}"
