"""Reads a table of annual means and lists every problem with its row."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Locality
from assessment.airquality.models import Pollutant

COLUMNS = ("locality", "year", "pollutant", "mean", "days")
# A table may have it as its last column; a cell may be empty.
HEAVY_DAYS = "heavy_days"
# HJ 663: a year with fewer daily means has no valid annual mean.
MIN_DAYS = 324
MAX_MEAN = Decimal(10000)
OBSERVED_TABLE = Path(__file__).parent / "observed" / "annual_means_2_26.csv"
# The code of the collection; ``observations.provenance`` words it.
OBSERVED_SOURCE = "aqistudy"


@dataclass(frozen=True)
class MeanRow:
    """One annual mean in µg/m³; without a mean the year is not valid.

    ``heavy_days`` are the days above an IAQI of 200 of this pollutant, where they were counted.
    """

    locality: Locality
    year: int
    pollutant: Pollutant
    mean: Decimal | None
    days: int
    heavy_days: int | None = None


def read_means(content: bytes, localities: Mapping[str, Locality]) -> list[MeanRow]:
    """The rows of the table; ``ValidationError`` on ``path`` lists every fault by row."""
    reader = csv.DictReader(io.StringIO(_decode(content), newline=""))
    if tuple(reader.fieldnames or ()) not in (COLUMNS, (*COLUMNS, HEAVY_DAYS)):
        expected = f"{','.join(COLUMNS)}[,{HEAVY_DAYS}]"
        message = _("The first row must read: %(columns)s") % {"columns": expected}
        raise ValidationError({"path": [message]})
    rows: list[MeanRow] = []
    faults: list[str] = []
    seen: set[tuple[str, str, str]] = set()
    for number, cells in enumerate(reader, start=2):
        key = (cells["locality"], cells["year"], cells["pollutant"])
        found = [*_faults(cells, localities)]
        if not found and key in seen:
            found = [_("repeats an earlier row")]
        seen.add(key)
        faults += [_("Row %(row)s: %(fault)s") % {"row": number, "fault": fault} for fault in found]
        if not found:
            rows.append(_row(cells, localities))
    if faults:
        raise ValidationError({"path": faults})
    return rows


def _decode(content: bytes) -> str:
    """The text in UTF-8, or in GB18030 as Chinese spreadsheet programs write it."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError({"path": [_("The file is not text. Save the sheet as CSV (UTF-8).")]})


def _row(cells: Mapping[str, str], localities: Mapping[str, Locality]) -> MeanRow:
    return MeanRow(
        localities[cells["locality"]],
        int(cells["year"]),
        Pollutant(cells["pollutant"]),
        Decimal(cells["mean"]) if cells["mean"] else None,
        int(cells["days"]),
        int(cells[HEAVY_DAYS]) if cells.get(HEAVY_DAYS) else None,
    )


def _faults(cells: Mapping[str, str | None], localities: Mapping[str, Locality]) -> Iterable[str]:
    if None in cells.values() or None in cells:
        yield _("the number of cells does not fit the header")
        return
    if cells["locality"] not in localities:
        yield _("unknown locality %(code)s") % {"code": cells["locality"]}
    if not _is_whole(cells["year"], 1990, 2100):
        yield _("%(found)s is not a year") % {"found": cells["year"]}
    if cells["pollutant"] not in Pollutant.values:
        yield _("%(found)s is not one of %(expected)s") % {
            "found": cells["pollutant"],
            "expected": ", ".join(Pollutant.values),
        }
    if not _is_whole(cells["days"], 0, 366):
        yield _("%(found)s is not a number of days") % {"found": cells["days"]}
    else:
        if cells["mean"]:
            yield from _mean_faults(cells["mean"], int(cells["days"] or 0))
        heavy = cells.get(HEAVY_DAYS)
        if heavy and not _is_whole(heavy, 0, int(cells["days"] or 0)):
            yield _("%(found)s is not a number of days among %(days)s") % {
                "found": heavy,
                "days": cells["days"],
            }


def _mean_faults(text: str, days: int) -> Iterable[str]:
    if not text.isascii() or not text.replace(".", "", 1).isdigit():
        yield _("%(found)s is not a mean in µg/m³") % {"found": text}
    elif not 0 < Decimal(text) < MAX_MEAN or Decimal(text) != round(Decimal(text), 1):
        yield _("the mean %(found)s must lie above 0 and have one decimal") % {"found": text}
    elif days < MIN_DAYS:
        yield _(
            "a mean of %(days)s days is not valid: HJ 663 asks for %(least)s; leave it empty"
        ) % {"days": days, "least": MIN_DAYS}


def _is_whole(text: str | None, lowest: int, highest: int) -> bool:
    return bool(text and text.isascii() and text.isdigit() and lowest <= int(text) <= highest)
