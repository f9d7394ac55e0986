"""Earlier observations, from which missing values may be imputed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from assessment.engine.problems import InputError, Problem
from assessment.engine.tables import (
    is_code,
    is_number,
    number_text,
    sound_rows,
    vanishes,
    write_table,
)

FILE: Final = "history.csv"
COLUMNS: Final = ("period", "locality", "indicator", "value")
_YEAR = re.compile(r"[0-9]{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PastValue:
    """One value of another period, in the indicator's own unit; ``day`` is the period's last."""

    day: date
    locality: str
    indicator: str
    value: float
    row: int = 0


@dataclass(frozen=True)
class History:
    """Values of other periods, each period, locality and indicator at most once."""

    items: tuple[PastValue, ...]

    @cached_property
    def series(self) -> Mapping[tuple[str, str], list[tuple[date, float]]]:
        """The values of a locality and an indicator in the order of time."""
        found: dict[tuple[str, str], list[tuple[date, float]]] = {}
        for item in sorted(self.items, key=lambda item: item.day):
            key = (item.locality, item.indicator)
            found.setdefault(key, []).append((item.day, item.value))
        return found

    def as_csv(self) -> str:
        """Return the table ``period,locality,indicator,value``."""
        rows = (
            (item.day.isoformat(), item.locality, item.indicator, number_text(item.value))
            for item in self.items
        )
        return write_table(COLUMNS, rows)


HistorySource = str | bytes | Path | Iterable[Mapping[str, object]] | History


def load_history(source: HistorySource | None) -> History | None:
    """Read values of other periods from a path, CSV text, bytes or mappings.

    A period is its last day (2015-12-31) or a year. Rows without a value are passed over.
    Raises InputError with every faulty row.
    """
    if source is None or isinstance(source, History):
        return source
    items: dict[tuple[date, str, str], PastValue] = {}
    problems: list[Problem] = []
    for row, cells in _rows(source, problems):
        item = _past_value(row, cells, problems)
        if item is None:
            continue
        key = (item.day, item.locality, item.indicator)
        if key in items:
            params = {"file": FILE, "row": row, "first": items[key].row}
            problems.append(Problem("duplicate_observation", item.indicator, item.locality, params))
        items.setdefault(key, item)
    found = History(tuple(items.values()))
    if problems:
        raise InputError(problems, found)
    return found


def _rows(
    source: str | bytes | Path | Iterable[Mapping[str, object]], problems: list[Problem]
) -> Iterable[tuple[int, Mapping[str, object]]]:
    if isinstance(source, (str, bytes, Path)):
        return sound_rows(source, problems, file=FILE, required=COLUMNS).rows
    return enumerate(source, start=1)


def _past_value(row: int, cells: Mapping[str, object], problems: list[Problem]) -> PastValue | None:
    period, locality, indicator, value = (
        str("" if cells.get(name) is None else cells[name]).strip() for name in COLUMNS
    )
    if not value:
        return None
    day = _day(period)
    number = float(value) if is_number(value) else math.nan
    if day is None:
        params = {"file": FILE, "row": row, "value": period}
        problems.append(Problem("bad_past_period", indicator, locality, params))
    elif not is_code(locality):
        problems.append(Problem("bad_code", params={"file": FILE, "row": row, "value": locality}))
    elif not math.isfinite(number) or vanishes(value, number):
        code = "infinite_value" if is_number(value) else "not_a_number"
        code = "vanishing_value" if number == 0 else code
        problems.append(
            Problem(code, indicator, locality, {"file": FILE, "row": row, "value": value})
        )
    else:
        return PastValue(day, locality, indicator, number, row)
    return None


def _day(period: str) -> date | None:
    try:
        return date.fromisoformat(f"{period}-12-31" if _YEAR.fullmatch(period) else period)
    except ValueError:
        return None


def previous(series: list[tuple[date, float]], on: date) -> float | None:
    """The last value before a day."""
    earlier = [value for day, value in series if day < on]
    return earlier[-1] if earlier else None


def linear(series: list[tuple[date, float]], on: date) -> float | None:
    """The value on the straight line between the nearest before and after a day.

    Where there are values on one side alone, the nearest of them.
    """
    earlier = [(day, value) for day, value in series if day < on]
    later = [(day, value) for day, value in series if day > on]
    if not earlier or not later:
        nearest = earlier[-1:] or later[:1]
        return nearest[0][1] if nearest else None
    (first, low), (last, high) = earlier[-1], later[0]
    return low + (high - low) * ((on - first).days / (last - first).days)
