"""The fall of an annual mean against the year before; nothing here touches the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from assessment.airquality.models import AnnualMean, Pollutant

# Indicators this room supplies, as the built-in frameworks code them.
POLLUTANT_OF: Mapping[str, Pollutant] = {
    "PM25_CHANGE": Pollutant.PM25,
    "PM25_YEAR_ON_YEAR": Pollutant.PM25,
    "PM10_CHANGE": Pollutant.PM10,
    "SO2_CHANGE": Pollutant.SO2,
    "NO2_CHANGE": Pollutant.NO2,
}
# The code under which provenance states 100 × (base − now) / base.
FORMULA = "relative_fall"
_PLACES = Decimal("0.00000001")


@dataclass(frozen=True)
class Reduction:
    """The two means of one pollutant and the fall between them in per cent.

    ``percent`` is negative for a rise and None where either year has no valid mean.
    """

    base_year: int
    now_year: int
    base: AnnualMean | None
    now: AnnualMean | None

    @property
    def percent(self) -> Decimal | None:
        """100 × (base − now) / base, unrounded but for the eight places that are stored."""
        base, now = _mean_of(self.base), _mean_of(self.now)
        if base is None or now is None:
            return None
        return (100 * (base - now) / base).quantize(_PLACES, ROUND_HALF_EVEN)

    def as_provenance(self) -> dict[str, Any]:
        """What the observation keeps: both means, their days and sources, the formula."""
        return {
            "formula": FORMULA,
            "base": _said(self.base_year, self.base),
            "now": _said(self.now_year, self.now),
        }


def _mean_of(row: AnnualMean | None) -> Decimal | None:
    return None if row is None else row.mean


def _said(year: int, row: AnnualMean | None) -> dict[str, Any]:
    if row is None:
        return {"year": year, "mean": None, "days": 0, "source": ""}
    return {
        "year": year,
        "mean": None if row.mean is None else str(row.mean),
        "days": row.days,
        "source": row.source,
    }
