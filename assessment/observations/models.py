"""Observations: one value per cycle, locality and indicator."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Locality
from assessment.cycles.models import Cycle
from assessment.engine.document import CODE_LENGTH
from assessment.observations.statuses import Status

# Values that were signed, monitored or judged: a file does not overrule them.
SETTLED_SOURCES = frozenset({"submissions", "airquality", "reviews"})


@dataclass(frozen=True)
class Settled:
    """What was signed, monitored or judged, with its source and provenance."""

    status: str
    value: Decimal | None
    source: str
    provenance: Mapping[str, Any]


class Observation(models.Model):
    """One value with its status and where it comes from."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="observations")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="+")
    indicator = models.CharField(_("indicator"), max_length=CODE_LENGTH)
    status = models.CharField(_("status"), max_length=20, choices=Status)
    value = models.DecimalField(_("value"), max_digits=24, decimal_places=8, null=True, blank=True)
    source = models.CharField(_("source"), max_length=30)
    provenance = models.JSONField(_("provenance"), default=dict)
    # What was settled before it was left out: the one thing a file may put back.
    left_out = models.JSONField(_("left out"), null=True, blank=True)
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

    @property
    def settled(self) -> Settled | None:
        """What was settled here, even where it is left out at present; None where nothing was."""
        if self.left_out is not None:
            value = self.left_out["value"]
            return Settled(
                self.left_out["status"],
                None if value is None else Decimal(value),
                self.left_out["source"],
                self.left_out["provenance"],
            )
        if self.source not in SETTLED_SOURCES or self.status == Status.MISSING:
            return None
        return Settled(self.status, self.value, self.source, self.provenance)
