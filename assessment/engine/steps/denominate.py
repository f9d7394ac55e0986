"""Denominate: an indicator per head, per area or per product (OECD/JRC Handbook 2008, step 5)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.document import Node
from assessment.engine.localities import Localities
from assessment.engine.problems import Problem
from assessment.engine.steps.columns import readable
from assessment.engine.tables import is_number


def denominated(
    nodes: Sequence[Node],
    values: FloatArray,
    localities: Localities,
    problems: list[Problem],
) -> FloatArray:
    """Return value ÷ denominator × factor for the indicators that state a denominator.

    ``values`` is localities × ``nodes``. Without a denominator a value is missing; one that is
    not above zero or no number is reported. Quotients are the decimals they denote, so that
    0.3 ÷ 3 and 0.1 ÷ 1 are equal.
    """
    if not any(node.denominate for node in nodes):
        return values
    found = values.copy(order="F")
    for column, node in enumerate(nodes):
        if node.denominate is None:
            continue
        if node.denominate.column not in localities.columns:
            params = {"column": node.denominate.column}
            problems.append(Problem("column_missing", node.code, params=params))
            continue
        cells = [item.cells.get(node.denominate.column, "") for item in localities.items]
        sizes = np.array([float(cell) if is_number(cell) else np.nan for cell in cells])
        given = ~np.isnan(values[:, column]) & np.array([bool(cell) for cell in cells])
        for row in np.flatnonzero(given & ~(np.isfinite(sizes) & (sizes > 0))):
            params = {"column": node.denominate.column, "value": cells[row]}
            problems.append(
                Problem("bad_denominator", node.code, localities.items[row].code, params)
            )
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            divided = readable(values[:, column] / sizes * node.denominate.factor)
        overflowed = np.isfinite(sizes) & (sizes > 0) & np.isinf(divided)
        problems += [
            Problem("overflow", node.code, localities.items[row].code)
            for row in np.flatnonzero(overflowed)
        ]
        found[:, column] = np.where(np.isfinite(divided), divided, np.nan)
    return found
