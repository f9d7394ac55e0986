"""Observations: one value or one explicit status for a locality and an indicator."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.problems import InputError, Problem
from assessment.engine.tables import (
    Table,
    is_code,
    is_number,
    number_text,
    sound_rows,
    vanishes,
    write_table,
)

VALUE: Final = "value"
NOTHING_TO_REPORT: Final = "nothing_to_report"
NOT_APPLICABLE: Final = "not_applicable"
MISSING: Final = "missing"
EXCLUDED: Final = "excluded"
STATUSES: Final = (VALUE, NOTHING_TO_REPORT, NOT_APPLICABLE, MISSING, EXCLUDED)
FILE: Final = "observations.csv"
COLUMNS: Final = ("locality", "indicator", "value", "status")

_BOOLEANS = {"true": 1.0, "false": 0.0}


@dataclass(frozen=True, slots=True)
class Observation:
    """One observation; ``value`` is set when the status is ``value`` (or kept when excluded).

    ``word`` is what was written instead of a number: only a yes or no may be.
    """

    locality: str
    indicator: str
    value: float | None
    status: str = VALUE
    row: int = 0
    word: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Observations:
    """A snapshot of observations, each locality and indicator at most once."""

    items: tuple[Observation, ...]

    def as_csv(self) -> str:
        """Return the long table ``locality,indicator,value,status``."""
        rows = (
            (item.locality, item.indicator, number_text(item.value), item.status)
            for item in self.items
        )
        return write_table(COLUMNS, rows)


@dataclass(frozen=True)
class ObservationMatrix:
    """Observations as an array, localities × indicators; NaN is ``missing``.

    For callers that hold arrays: nothing is parsed. Raises ValueError when the shape does not
    fit the names or a name is given twice, InputError for infinite values
    and for names that no file can hold.
    """

    values: FloatArray
    localities: tuple[str, ...]
    indicators: tuple[str, ...]

    def __post_init__(self) -> None:
        """Check the shape and that every value is finite or absent."""
        if self.values.shape != (len(self.localities), len(self.indicators)):
            raise ValueError("values are localities × indicators")
        if len({*self.localities}) + len({*self.indicators}) != sum(self.values.shape):
            raise ValueError("a locality or an indicator is named twice")
        unfit = [
            Problem("bad_code", params={**_at(place), "value": code})
            for codes in (self.localities, self.indicators)
            for place, code in enumerate(codes, start=1)
            if not is_code(code)
        ]
        if unfit:
            raise InputError(unfit)
        infinite = np.argwhere(np.isinf(self.values))
        if len(infinite):
            raise InputError(
                [
                    Problem(
                        "infinite_value",
                        self.indicators[column],
                        self.localities[row],
                        {**_at(row + 1), "value": self.values[row, column]},
                    )
                    for row, column in infinite
                ]
            )

    @cached_property
    def items(self) -> tuple[Observation, ...]:
        """The same as single observations, locality by locality."""
        return tuple(
            Observation(locality, indicator, None if math.isnan(value) else value, status, row)
            for row, (locality, values) in enumerate(
                zip(self.localities, self.values.tolist(), strict=True), start=1
            )
            for indicator, value in zip(self.indicators, values, strict=True)
            for status in (MISSING if math.isnan(value) else VALUE,)
        )

    def as_csv(self) -> str:
        """Return the long table ``locality,indicator,value,status``."""
        return Observations(self.items).as_csv()


RowSource = Iterable[Mapping[str, object]] | Iterable[Observation]
ObservationSource = str | bytes | Path | Table | RowSource | Observations | ObservationMatrix


def load_observations(source: ObservationSource) -> Observations | ObservationMatrix:
    """Read observations from a path, CSV text, bytes, mappings or Observation values.

    Columns beside the four are passed over. Raises InputError with every faulty row.
    """
    if isinstance(source, (Observations, ObservationMatrix)):
        return source
    items: list[Observation] = []
    problems: list[Problem] = []
    for row, cells in _rows(source, problems):
        found = _observation(row, cells, problems)
        if found is not None:
            items.append(found)
    problems += _duplicates(items)
    if problems:
        first: dict[tuple[str, str], Observation] = {}
        for item in items:
            first.setdefault((item.locality, item.indicator), item)
        raise InputError(problems, Observations(tuple(first.values())))
    return Observations(tuple(items))


def _rows(
    source: str | bytes | Path | Table | RowSource, problems: list[Problem]
) -> Iterable[tuple[int, Mapping[str, object]]]:
    if isinstance(source, (str, bytes, Path, Table)):
        yield from sound_rows(source, problems, file=FILE, required=COLUMNS).rows
        return
    for row, item in enumerate(source, start=1):
        if isinstance(item, Observation):
            yield (item.row or row), {name: getattr(item, name) for name in COLUMNS}
        elif isinstance(item, Mapping):
            yield row, item
        else:
            raise TypeError(f"observation {row} is neither a mapping nor an Observation")


def _observation(
    row: int, cells: Mapping[str, object], problems: list[Problem]
) -> Observation | None:
    locality, indicator, status = (
        str(cells.get(name) or "").strip() for name in ("locality", "indicator", "status")
    )
    faults: list[Problem] = []
    if not is_code(locality):
        faults.append(Problem("bad_code", params={**_at(row), "value": locality}))
    if status not in STATUSES:
        params = {**_at(row), "status": status}
        faults.append(Problem("unknown_status", indicator, locality, params))
    value = _number(cells.get("value"), row, indicator, locality, faults)
    word = _word(cells.get("value")) if value in _BOOLEANS.values() else None
    if not faults and status == VALUE and value is None:
        faults.append(Problem("value_missing", indicator, locality, _at(row)))
    if not faults and status not in (VALUE, EXCLUDED) and value is not None:
        params = {**_at(row), "status": status}
        faults.append(Problem("value_with_status", indicator, locality, params))
    problems += faults
    return None if faults else Observation(locality, indicator, value, status, row, word)


def _at(row: int) -> dict[str, object]:
    return {"file": FILE, "row": row}


def _word(cell: object) -> str | None:
    """True or false as it was written, in a file or as a value of JSON."""
    text = str(cell).strip() if isinstance(cell, (str, bool)) else ""
    return text if text.lower() in _BOOLEANS else None


def _number(
    cell: object, row: int, indicator: str, locality: str, faults: list[Problem]
) -> float | None:
    text = cell.strip() if isinstance(cell, str) else cell
    if text is None or text == "":
        return None
    if isinstance(text, str):
        if text.lower() in _BOOLEANS:
            return _BOOLEANS[text.lower()]
        if not is_number(text):
            params = {**_at(row), "value": text}
            faults.append(Problem("not_a_number", indicator, locality, params))
            return None
    elif not isinstance(text, (int, float, Decimal)):
        params = {**_at(row), "value": repr(text)}
        faults.append(Problem("not_a_number", indicator, locality, params))
        return None
    try:
        value = float(text)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        params = {**_at(row), "value": text}
        faults.append(Problem("infinite_value", indicator, locality, params))
        return None
    if vanishes(text, value):
        params = {**_at(row), "value": text}
        faults.append(Problem("vanishing_value", indicator, locality, params))
        return None
    return value


def _duplicates(items: list[Observation]) -> list[Problem]:
    first: dict[tuple[str, str], int] = {}
    problems = []
    for item in items:
        key = (item.locality, item.indicator)
        if key in first:
            params = {**_at(item.row), "first": first[key]}
            problems.append(Problem("duplicate_observation", item.indicator, item.locality, params))
        else:
            first[key] = item.row
    return problems
