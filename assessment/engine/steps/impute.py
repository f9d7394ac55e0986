"""Impute: what stands in for a missing value (OECD/JRC Handbook 2008, step 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assessment.engine.arrays import BoolArray, FloatArray
from assessment.engine.document import Node
from assessment.engine.localities import Localities
from assessment.engine.methods import Imputation
from assessment.engine.problems import Problem

PastArrays = Mapping[str, FloatArray]


def imputed(
    nodes: Sequence[Node],
    values: FloatArray,
    missing: BoolArray,
    localities: Localities,
    past: PastArrays,
    problems: list[Problem],
) -> tuple[FloatArray, BoolArray]:
    """Fill the cells that are ``missing`` for the indicators that ask for it.

    Returns the values and which cells were filled, both localities × ``nodes``. Means and
    medians are of the values present; a group without any is reported. ``past`` has, for the
    indicators imputed over time, what stands in by locality; NaN stays missing.
    """
    filled = np.zeros(values.shape, dtype=np.bool_)
    if not any(node.impute for node in nodes):
        return values, filled
    found = values.copy(order="F")
    for column, node in enumerate(nodes):
        rows = np.flatnonzero(missing[:, column])
        if node.impute is None or not rows.size:
            continue
        if node.impute.is_over_time:
            standing_in = past[node.code][rows]
            found[rows, column] = standing_in
            filled[rows, column] = ~np.isnan(standing_in)
            continue
        standing_in = _stand_ins(node, node.impute, values[:, column], rows, localities, problems)
        found[rows, column] = standing_in
        filled[rows, column] = np.isfinite(standing_in)
    return found, filled


def _stand_ins(
    node: Node,
    imputation: Imputation,
    column: FloatArray,
    rows: np.ndarray[tuple[int, ...], np.dtype[np.intp]],
    localities: Localities,
    problems: list[Problem],
) -> FloatArray:
    if imputation.method == "constant":
        return np.full(rows.size, imputation.value)
    middle = np.median if imputation.method.endswith("median") else np.mean
    seen = column[~np.isnan(column)]
    if imputation.group is None:
        if not seen.size:
            problems.append(Problem("nothing_to_impute_from", node.code))
            return np.full(rows.size, np.nan)
        return np.full(rows.size, float(middle(seen)))
    if imputation.group not in localities.columns:
        params = {"column": imputation.group}
        problems.append(Problem("column_missing", node.code, params=params))
        return np.full(rows.size, np.nan)
    groups = np.array([item.cells.get(imputation.group, "") for item in localities.items])
    found = np.full(rows.size, np.nan)
    for place, row in enumerate(rows):
        peers = column[(groups == groups[row]) & ~np.isnan(column)]
        if peers.size and groups[row]:
            found[place] = middle(peers)
        else:
            params = {"group": groups[row] or "—"}
            code = localities.items[row].code
            problems.append(Problem("group_without_values", node.code, code, params))
    return found
