"""Reads of annual means and of the reductions they give."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Locality, User
from accounts.queries import locality_ids, region_ids
from accounts.roles import LOCALITY_ROLES, REGION_ROLES
from assessment.airquality.models import AnnualMean, Pollutant
from assessment.airquality.reduction import POLLUTANT_OF, Reduction
from assessment.cycles.models import Cycle
from assessment.engine.document import Node
from assessment.observations.measured import Measurement


@dataclass(frozen=True)
class LocalityReductions:
    """The reductions of one locality, in the order of the indicators."""

    locality: Locality
    reductions: tuple[tuple[Node, Reduction], ...]


@dataclass(frozen=True)
class PastReduction:
    """The fall of one indicator in another year, in per cent; ``day`` is that year's last."""

    day: date
    locality: str
    indicator: str
    percent: Decimal


def visible_to(user: User | AnonymousUser) -> QuerySet[AnnualMean]:
    """Means of the localities of one's regions, and of one's own locality."""
    regional = AnnualMean.objects.filter(
        locality__regions__in=region_ids(user, REGION_ROLES)
    ) | AnnualMean.objects.filter(locality__in=locality_ids(user, LOCALITY_ROLES))
    return regional.distinct()


def derived_indicators(cycle: Cycle) -> tuple[Node, ...]:
    """The indicators of the cycle's framework that annual means supply."""
    return tuple(
        node
        for node in cycle.framework_version.parsed.observed
        if node.source == "airquality" and node.code in POLLUTANT_OF
    )


def covers_calendar_year(cycle: Cycle) -> bool:
    """Whether the period is one calendar year, so that annual means describe it."""
    year = cycle.period_end_date.year
    return (cycle.period_start_date, cycle.period_end_date) == (
        date(year, 1, 1),
        date(year, 12, 31),
    )


def years_of(cycle: Cycle) -> tuple[int, int]:
    """Base year and year assessed."""
    return cycle.period_end_date.year - 1, cycle.period_end_date.year


def reductions_of(cycle: Cycle) -> list[LocalityReductions]:
    """For each participant the reduction of every derived indicator; two SQL queries."""
    nodes = derived_indicators(cycle)
    base_year, now_year = years_of(cycle)
    participants = cycle.participants.select_related("locality__parent")
    localities = [p.locality for p in participants.order_by("locality__code")]
    means = _means(localities, (base_year, now_year))
    return [
        LocalityReductions(
            locality,
            tuple(
                (
                    node,
                    Reduction(
                        base_year,
                        now_year,
                        means.get((locality.pk, base_year, POLLUTANT_OF[node.code])),
                        means.get((locality.pk, now_year, POLLUTANT_OF[node.code])),
                    ),
                )
                for node in nodes
            ),
        )
        for locality in localities
    ]


def reductions_of_other_years(cycle: Cycle, indicators: Collection[str]) -> list[PastReduction]:
    """The falls of these derived indicators in all other years of which both means are stored.

    Of the participants, in the order of years, localities and indicators; one SQL query. Nothing
    where the cycle's period is no calendar year.
    """
    nodes = [node for node in derived_indicators(cycle) if node.code in indicators]
    if not nodes or not covers_calendar_year(cycle):
        return []
    rows = AnnualMean.objects.filter(locality__participations__cycle=cycle, mean__isnull=False)
    means = {
        (row.locality.code, row.year, row.pollutant): row for row in rows.select_related("locality")
    }
    found = []
    for code, year in sorted({(code, year) for code, year, _ in means}, key=lambda key: key[::-1]):
        for node in nodes:
            pollutant = POLLUTANT_OF[node.code]
            base, now = (means.get((code, each, pollutant)) for each in (year - 1, year))
            percent = Reduction(year - 1, year, base, now).percent
            if percent is not None and year != cycle.period_end_date.year:
                found.append(PastReduction(date(year, 12, 31), code, node.code, percent))
    return found


def means_until(cycle: Cycle) -> list[dict[str, Any]]:
    """All annual means of the participants up to the last year that the period closes.

    Plain rows to be kept with results: locality code, year, pollutant, mean (text, µg/m³, None
    where the year is not valid), valid days, heavy days, source. One SQL query.
    """
    end = cycle.period_end_date
    last = end.year if (end.month, end.day) == (12, 31) else end.year - 1
    rows = AnnualMean.objects.filter(locality__participations__cycle=cycle, year__lte=last)
    return [
        {
            "locality": row.locality.code,
            "year": row.year,
            "pollutant": row.pollutant,
            "mean": None if row.mean is None else str(row.mean),
            "days": row.days,
            "heavy_days": row.heavy_days,
            "source": row.source,
        }
        for row in rows.select_related("locality").order_by("locality__code", "year", "pollutant")
    ]


def _means(
    localities: list[Locality], years: tuple[int, int]
) -> Mapping[tuple[int, int, str], AnnualMean]:
    rows = AnnualMean.objects.filter(locality__in=localities, year__in=years)
    return {(row.locality_id, row.year, row.pollutant): row for row in rows}


# Quantities as framework documents name them.
MEASURED: Mapping[str, Pollutant] = {
    f"{pollutant.value}_{what}": pollutant for pollutant in Pollutant for what in ("mean", "fall")
}


def measured_in(cycle: Cycle, locality: Locality, names: Collection[str]) -> dict[str, Measurement]:
    """Annual means (µg/m³) and their falls (%) of one locality in the cycle's calendar year.

    One SQL query; nothing where the period is no calendar year or a mean is missing.
    """
    if not covers_calendar_year(cycle):
        return {}
    base_year, now_year = years_of(cycle)
    means = _means([locality], (base_year, now_year))
    found = {}
    for name in names:
        base, now = (
            means.get((locality.pk, year, MEASURED[name])) for year in (base_year, now_year)
        )
        fall = Reduction(base_year, now_year, base, now).percent
        value = fall if name.endswith("_fall") else now.mean if now is not None else None
        if value is not None and now is not None:
            found[name] = Measurement(value, cycle.period_end_date, now.source)
    return found
