"""The air over the years: annual means against the limits of their time, and heavy days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.text import join_items
from assessment.airquality.models import Pollutant
from assessment.airquality.standards import HEAVY_FROM, Standard, standard_of
from assessment.cycles.calendar import local_date
from assessment.engine.figures import signed_number
from assessment.observations.provenance import MEAN_DECIMALS, data_source
from assessment.publication.models import PublishedMeans
from assessment.reports.numbers import ABSENT, Figure, figure

# The latest years that fit a table beside names and limits.
_YEARS = 6
# Whose daily means of an IAQI above 200 are told.
_COUNTED = (Pollutant.PM25, Pollutant.PM10)


@dataclass(frozen=True)
class MeanCell:
    """A year's mean; ``is_above`` the limit of that year, None where either is not known."""

    mean: Figure
    is_above: bool | None


@dataclass(frozen=True)
class MeanRow:
    """One pollutant: its limit in the last year, its means by year, the change over them."""

    pollutant: Pollutant
    limit: str
    means: tuple[Decimal | None, ...]
    cells: tuple[MeanCell, ...]
    change: str

    @property
    def name(self) -> str:
        """The pollutant as it is written."""
        return str(self.pollutant.label)


@dataclass(frozen=True)
class HeavyRow:
    """Days of one pollutant above an IAQI of 200, by year, as "days / valid days"."""

    label: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class AirQuality:
    """Annual means of one locality as they were kept with the publication.

    ``not_yet_everywhere`` is the edition that a year is compared with before it was in force in
    the whole country, with the year from which it was; None where there is no such year.
    ``stored_on`` is the day they are of where it is not the one the publication was made on.
    """

    years: tuple[int, ...]
    rows: tuple[MeanRow, ...]
    heavy: tuple[HeavyRow, ...]
    standards: str
    not_yet_everywhere: tuple[str, int] | None
    sources: tuple[str, ...]
    stored_on: date | None


def air_quality_of(means: PublishedMeans, code: str) -> AirQuality | None:
    """What is kept of the locality's air; None where there is no valid mean."""
    rows = [row for row in means.document if row["locality"] == code]
    own = {(row["year"], row["pollutant"]): row for row in rows}
    if not any(row["mean"] is not None for row in own.values()):
        return None
    years = tuple(sorted({year for year, _pollutant in own}))[-_YEARS:]
    present = [each for each in Pollutant if any((year, each.value) in own for year in years)]
    standards = {year: standard_of(year) for year in years}
    heavy = (_heavy_row(each, years, own) for each in _COUNTED if each in present)
    return AirQuality(
        years=years,
        rows=tuple(_mean_row(each, years, own, standards) for each in present),
        heavy=tuple(row for row in heavy if row is not None),
        standards=_standards_said(standards),
        not_yet_everywhere=_not_yet_everywhere(standards),
        sources=tuple(sorted({data_source(row["source"]) for row in own.values()})),
        stored_on=_other_day(means),
    )


def _other_day(means: PublishedMeans) -> date | None:
    day = local_date(means.made_at)
    return None if day == local_date(means.publication.made_at) else day


Own = Mapping[tuple[int, str], Mapping[str, Any]]


def _mean_row(
    pollutant: Pollutant,
    years: tuple[int, ...],
    own: Own,
    standards: Mapping[int, Standard | None],
) -> MeanRow:
    means = tuple(_mean(own, year, pollutant) for year in years)
    limits = [_limit(standards[year], pollutant) for year in years]
    return MeanRow(
        pollutant=pollutant,
        limit=ABSENT if limits[-1] is None else str(limits[-1]),
        means=means,
        cells=tuple(
            MeanCell(
                figure(mean, MEAN_DECIMALS),
                None if mean is None or limit is None else mean > limit,
            )
            for mean, limit in zip(means, limits, strict=True)
        ),
        change=_change(means),
    )


def _mean(own: Own, year: int, pollutant: Pollutant) -> Decimal | None:
    row = own.get((year, pollutant.value))
    return None if row is None or row["mean"] is None else Decimal(row["mean"])


def _limit(standard: Standard | None, pollutant: Pollutant) -> int | None:
    return None if standard is None else standard.annual_limits.get(pollutant)


def _change(means: tuple[Decimal | None, ...]) -> str:
    """From the first year that has a mean to the last one of all, in per cent; else a dash."""
    known, last = [mean for mean in means if mean is not None], means[-1]
    if len(known) == 1 or last is None:
        return ABSENT
    percent = (100 * (last - known[0]) / known[0]).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return _("%(change)s %%") % {"change": signed_number(percent)}


def _heavy_row(pollutant: Pollutant, years: tuple[int, ...], own: Own) -> HeavyRow | None:
    rows = [own.get((year, pollutant.value)) for year in years]
    if all(row is None or row["heavy_days"] is None for row in rows):
        return None
    label = _("Days with a daily mean of %(pollutant)s above %(limit)s µg/m³ / valid days") % {
        "pollutant": pollutant.label,
        "limit": HEAVY_FROM[pollutant],
    }
    cells = [
        ABSENT
        if row is None or row["heavy_days"] is None
        else f"{row['heavy_days']} / {row['days']}"
        for row in rows
    ]
    return HeavyRow(label, tuple(cells))


def _standards_said(standards: Mapping[int, Standard | None]) -> str:
    """Each edition with its years, where there are several."""
    names: dict[str, list[str]] = {}
    for year, standard in standards.items():
        if standard is not None:
            names.setdefault(standard.name, []).append(str(year))
    if len(names) == 1:
        return next(iter(names))
    return join_items(
        _("%(standard)s (%(years)s)") % {"standard": name, "years": join_items(years)}
        for name, years in names.items()
    )


def _not_yet_everywhere(standards: Mapping[int, Standard | None]) -> tuple[str, int] | None:
    for year, standard in standards.items():
        if standard is not None and year < (standard.everywhere_from or year):
            return standard.name, standard.everywhere_from or year
    return None
