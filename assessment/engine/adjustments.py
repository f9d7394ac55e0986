"""Adjustments: points the coordinator adds to or takes from a node's score, with a reason."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from pathlib import Path
from typing import Final

from assessment.engine.problems import InputError, Problem
from assessment.engine.tables import (
    Table,
    guard_text,
    is_number,
    number_text,
    restore_text,
    sound_rows,
    vanishes,
    write_table,
)

FILE: Final = "adjustments.csv"
# Room for the sum of the largest and the smallest float.
_SUMS: Final = Context(prec=700)
COLUMNS: Final = ("locality", "node", "points", "article", "reason")
# The same two texts in English where they differ; a table without them reads in one language.
ENGLISH: Final = ("article_en", "reason_en")


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points on the node's score scale, added after the rules; negative points deduct.

    ``article`` and ``reason`` are the Chinese texts, or the only ones; the English are empty
    where they are the same.
    """

    locality: str
    node: str
    points: float
    article: str = ""
    reason: str = ""
    row: int = 0
    article_en: str = ""
    reason_en: str = ""


AdjustmentSource = (
    str | bytes | Path | Table | Iterable[Mapping[str, object]] | Iterable[Adjustment] | None
)


def load_adjustments(source: AdjustmentSource) -> tuple[Adjustment, ...]:
    """Read adjustments from a path, CSV text, bytes, mappings or Adjustment values.

    Raises InputError with every faulty row.
    """
    if source is None:
        return ()
    found: list[Adjustment] = []
    problems: list[Problem] = []
    for row, cells in _rows(source, problems):
        points = _points(cells.get("points"))
        locality, node = (str(cells.get(name) or "").strip() for name in ("locality", "node"))
        if points is not None and vanishes(cells.get("points"), points):
            params = {"file": FILE, "row": row, "value": cells.get("points")}
            problems.append(Problem("vanishing_value", node, locality, params))
            continue
        if points is None:
            params = {"file": FILE, "row": row, "value": cells.get("points")}
            problems.append(Problem("not_a_number", node, locality, params))
            continue
        texts = {name: str(cells.get(name) or "") for name in (*COLUMNS[3:], *ENGLISH)}
        found.append(Adjustment(locality, node, points, row=row, **texts))
    if problems:
        raise InputError(problems, tuple(found))
    return tuple(found)


def strangers(
    adjustments: Iterable[Adjustment],
    nodes: Container[str] | None,
    localities: Container[str] | None,
) -> list[Problem]:
    """The adjustments of nodes or localities that are not there; ``None`` is not known."""
    problems = []
    for item in adjustments:
        place: dict[str, object] = {"file": FILE, "row": item.row}
        if nodes is not None and item.node not in nodes:
            params = {**place, "node": item.node}
            problems.append(Problem("unknown_node", item.node, item.locality, params))
        if localities is not None and item.locality not in localities:
            problems.append(Problem("unknown_locality", None, item.locality, place))
    return problems


def _rows(
    source: str | bytes | Path | Table | Iterable[Mapping[str, object]] | Iterable[Adjustment],
    problems: list[Problem],
) -> Iterable[tuple[int, Mapping[str, object]]]:
    if isinstance(source, (str, bytes, Path, Table)):
        table = sound_rows(source, problems, file=FILE, required=COLUMNS)
        for row, cells in table.rows:
            yield row, {name: restore_text(cell) for name, cell in cells.items()}
        return
    for row, item in enumerate(source, start=1):
        if isinstance(item, Adjustment):
            yield (item.row or row), {name: getattr(item, name) for name in (*COLUMNS, *ENGLISH)}
        elif isinstance(item, Mapping):
            yield row, item
        else:
            raise TypeError(f"adjustment {row} is neither a mapping nor an Adjustment")


def _points(cell: object) -> float | None:
    if isinstance(cell, str) and is_number(cell.strip()):
        cell = float(cell)
    if isinstance(cell, (int, float, Decimal)) and math.isfinite(cell):
        return float(cell)
    return None


def sums_of(adjustments: Iterable[Adjustment]) -> dict[tuple[str, str], float]:
    """Sum points by locality and node, as decimals: the order leaves no trace.

    Raises InputError for sums beyond the floats.
    """
    sums: dict[tuple[str, str], Decimal] = {}
    problems = []
    for item in adjustments:
        place = item.locality, item.node
        before = sums.get(place, Decimal(0))
        sums[place] = _SUMS.add(before, Decimal(repr(float(item.points))))
        if math.isinf(float(sums[place])):
            params = {"file": FILE, "row": item.row, "value": f"{sums[place]:.3e}"}
            problems.append(Problem("infinite_value", item.node, item.locality, params))
    if problems:
        raise InputError(problems)
    return {place: float(total) for place, total in sums.items()}


def adjustments_csv(adjustments: Iterable[Adjustment]) -> str:
    """Return the table of adjustments with free text guarded for spreadsheets.

    The columns of the English texts appear where any adjustment has one.
    """
    items = tuple(adjustments)
    is_bilingual = any(item.article_en or item.reason_en for item in items)
    texts = ("article", "reason", *(ENGLISH if is_bilingual else ()))
    rows = (
        (
            item.locality,
            item.node,
            number_text(item.points),
            *(guard_text(getattr(item, name)) for name in texts),
        )
        for item in items
    )
    return write_table((*COLUMNS[:3], *texts), rows)
