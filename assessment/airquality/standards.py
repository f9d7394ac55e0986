"""Limits of air quality: dated sets, each with its edition, chosen by the year that is judged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assessment.airquality.iaqi import DAILY_OF_IAQI_200
from assessment.airquality.models import Pollutant


@dataclass(frozen=True)
class Standard:
    """One edition of the limits: annual means in µg/m³ for areas of class II.

    Years are compared with it from ``since``; ``everywhere_from`` is the first year in which it
    was in force in the whole country, where that came later.
    """

    name: str
    since: date
    annual_limits: Mapping[Pollutant, int]
    everywhere_from: int | None = None


# GB 3095, ambient air quality standards, class II (residential and so on). The edition of 2012
# came into force in stages (环发〔2012〕11号): key regions and provincial capitals from 2012,
# 113 key cities from 2013, all cities at prefecture level from 2015, the whole country from
# 2016. The one of 2026 is tightened once more from 2031.
STANDARDS = (
    Standard(
        "GB 3095-2012",
        date(2012, 2, 29),
        {Pollutant.PM25: 35, Pollutant.PM10: 70, Pollutant.SO2: 60, Pollutant.NO2: 40},
        everywhere_from=2016,
    ),
    Standard(
        "GB 3095-2026",
        date(2026, 3, 1),
        {Pollutant.PM25: 30, Pollutant.PM10: 60, Pollutant.SO2: 60, Pollutant.NO2: 40},
    ),
    Standard(
        "GB 3095-2026",
        date(2031, 1, 1),
        {Pollutant.PM25: 25, Pollutant.PM10: 50, Pollutant.SO2: 20, Pollutant.NO2: 30},
    ),
)
HEAVY_FROM: Mapping[Pollutant, int] = {
    Pollutant(name): limit for name, limit in DAILY_OF_IAQI_200.items()
}


def standard_of(year: int) -> Standard | None:
    """The edition in force at the end of the year; None before the first one known here."""
    in_force = [each for each in STANDARDS if each.since <= date(year, 12, 31)]
    return in_force[-1] if in_force else None
