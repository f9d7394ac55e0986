"""Observations: one value per cycle, locality and indicator."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Locality
from assessment.cycles.models import Cycle
from assessment.observations.statuses import Status


class Observation(models.Model):
    """One value with its status and where it comes from."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="observations")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="+")
    indicator = models.CharField(_("indicator"), max_length=60)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=8, null=True, blank=True)
    source = models.CharField(_("source"), max_length=30)
    provenance = models.JSONField(_("provenance"), default=dict)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        ordering = ["cycle", "locality__code", "indicator"]
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "locality", "indicator"], name="observations_once"
            ),
            models.CheckConstraint(
                name="observations_value_fits_status",
                condition=Q(status=Status.VALUE, value__isnull=False)
                | (~Q(status=Status.VALUE) & Q(value__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.locality} {self.indicator}"
