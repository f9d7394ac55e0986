"""Derives annual pollutant means of the 28 cities of 2+26 from a file of daily means.

    python -m scripts.derive_annual_means DAILY.csv.gz [OUT.csv]

The daily file (columns ``city_code, date, pm25, pm10, so2, no2``, µg/m³, an empty cell where
there is no valid value) is read from where it is and never copied into the project. The table
written has one row per city, year and pollutant:
``locality,year,pollutant,mean,days,heavy_days``.

The mean is the arithmetic mean of the valid daily means, half-even to one decimal
(GB/T 8170). A year counts only if it is valid after HJ 663: at least 324 daily means, and at
least 27 in each month (25 in February). Otherwise ``mean`` is empty; ``days`` says how many
daily means there were.

``heavy_days`` counts the days of a valid year on which the daily mean of this one pollutant lies
above the concentration of an IAQI of 200 (HJ 633): PM2.5 150, PM10 350, SO2 800, NO2 280 µg/m³.
It is not the official number of heavily polluted days, which asks for all six pollutants: the
daily file has ozone as an hourly maximum only.
"""

import csv
import gzip
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import NamedTuple

from assessment.airquality.iaqi import DAILY_OF_IAQI_200

YEARS = (2014, 2015, 2016)
POLLUTANTS = ("pm25", "pm10", "so2", "no2")
MIN_DAYS_OF_YEAR = 324
MIN_DAYS_OF_MONTH = 27
MIN_DAYS_OF_FEBRUARY = 25
# 京津冀大气污染传输通道 "2+26": two municipalities and 26 cities, GB/T 2260 codes.
CITIES = (
    *("110000", "120000"),
    *("130100", "130200", "130400", "130500", "130600", "130900", "131000", "131100"),
    *("140100", "140300", "140400", "140500"),
    *("370100", "370300", "370800", "371400", "371500", "371600", "371700"),
    *("410100", "410200", "410500", "410600", "410700", "410800", "410900"),
)
OUT = Path(__file__).resolve().parent.parent / "assessment/airquality/observed"


class AnnualMean(NamedTuple):
    """One row of the table; ``mean`` in µg/m³ and ``heavy_days`` are None in no valid year."""

    locality: str
    year: int
    pollutant: str
    mean: Decimal | None
    days: int
    heavy_days: int | None


def annual_means(
    daily: Iterable[Mapping[str, str]],
    cities: Iterable[str] = CITIES,
    years: Iterable[int] = YEARS,
) -> Iterator[AnnualMean]:
    """The table for the cities and years, in their order; cities without a day included."""
    values: dict[tuple[str, int, str], list[Decimal]] = defaultdict(list)
    months: dict[tuple[str, int, str], Counter[int]] = defaultdict(Counter)
    for row in daily:
        year, month = int(row["date"][:4]), int(row["date"][5:7])
        for pollutant in POLLUTANTS:
            if row[pollutant]:
                key = (row["city_code"], year, pollutant)
                values[key].append(Decimal(row[pollutant]))
                months[key][month] += 1
    years = tuple(years)
    for city in cities:
        for year in years:
            for pollutant in POLLUTANTS:
                key = (city, year, pollutant)
                found = values[key]
                is_valid = is_valid_year(months[key])
                mean = _mean(found) if is_valid else None
                limit = DAILY_OF_IAQI_200[pollutant]
                heavy = sum(value > limit for value in found) if is_valid else None
                yield AnnualMean(city, year, pollutant, mean, len(found), heavy)


def is_valid_year(days_by_month: Mapping[int, int]) -> bool:
    """HJ 663: enough daily means in the year and in each of its months."""
    enough_in_months = all(
        days_by_month.get(month, 0) >= (MIN_DAYS_OF_FEBRUARY if month == 2 else MIN_DAYS_OF_MONTH)
        for month in range(1, 13)
    )
    return enough_in_months and sum(days_by_month.values()) >= MIN_DAYS_OF_YEAR


def _mean(values: list[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.1"), ROUND_HALF_EVEN)


def read_daily(path: Path) -> Iterator[dict[str, str]]:
    """The rows of the gzipped daily file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def write_table(path: Path, means: Iterable[AnnualMean]) -> None:
    """Write the table; the same means give the same bytes."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(AnnualMean._fields)
        for row in means:
            writer.writerow("" if cell is None else cell for cell in row)


def main(arguments: list[str]) -> int:
    """Command line; the exit status is 2 where the arguments do not fit."""
    if len(arguments) not in (1, 2):
        print(__doc__, file=sys.stderr)
        return 2
    out = Path(arguments[1]) if len(arguments) == 2 else OUT / "annual_means_2_26.csv"
    means = list(annual_means(read_daily(Path(arguments[0]))))
    write_table(out, means)
    without = sorted({(m.locality, m.year) for m in means if m.mean is None})
    print(f"{len(means)} rows written to {out}")
    print("No valid mean:", ", ".join(f"{city} {year}" for city, year in without) or "none")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
