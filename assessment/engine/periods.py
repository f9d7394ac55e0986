"""Tables with a column ``period``: one table for each period, in the order of their names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from assessment.engine.problems import InputError, Problem
from assessment.engine.tables import Table, is_code, sound_rows

PERIOD: Final = "period"


def split_periods(source: str | bytes | Path, *, file: str) -> dict[str, Table]:
    """Split a table by its column ``period``; rows keep their numbers in the file.

    Raises InputError naming every row without a period.
    """
    problems: list[Problem] = []
    table = sound_rows(source, problems, file=file, required=(PERIOD,))
    columns = tuple(name for name in table.columns if name != PERIOD)
    rows: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for row, cells in table.rows:
        period = cells[PERIOD].strip()
        if not is_code(period):
            problems.append(
                Problem("bad_period", params={"file": file, "row": row, "value": period})
            )
            continue
        others = {name: cell for name, cell in cells.items() if name != PERIOD}
        rows.setdefault(period, []).append((row, others))
    if problems:
        raise InputError(problems)
    return {period: Table(columns, tuple(rows[period])) for period in sorted(rows)}


def has_periods(source: str | bytes | Path, *, file: str) -> bool:
    """Tell whether a table has the column ``period``."""
    return PERIOD in sound_rows(source, [], file=file, required=()).columns
