"""Impute: what stands in for a missing value (OECD/JRC Handbook 2008, step 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from assessment.engine.arrays import BoolArray, FloatArray
from assessment.engine.document import Node
from assessment.engine.localities import Localities
from assessment.engine.methods import Imputation
from assessment.engine.problems import Problem
from assessment.engine.steps.columns import NOISE, readable

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
    indicators imputed over time, what stands in by locality; NaN stays missing. Means and
    medians are the decimals they denote, and a value present where they equal one.
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
        if node.impute.method == "constant":
            standing_in = np.full(rows.size, node.impute.value)
        else:
            with np.errstate(over="ignore"):
                standing_in, size = _middles(
                    node, node.impute, values[:, column], rows, localities, problems
                )
            standing_in = _settled_on(standing_in, values[:, column], size)
        found[rows, column] = standing_in
        filled[rows, column] = np.isfinite(standing_in)
    return found, filled


def _settled_on(standing_in: FloatArray, column: FloatArray, size: FloatArray) -> FloatArray:
    """Means and medians as decimals; the value present they equal but for noise, if any."""
    seen = np.sort(column[~np.isnan(column)])
    if not seen.size:
        return standing_in
    found = readable(standing_in, size)
    after = np.searchsorted(seen, found).clip(max=seen.size - 1)
    before = (after - 1).clip(min=0)
    is_nearer = np.abs(seen[before] - found) <= np.abs(seen[after] - found)
    nearest: FloatArray = np.where(is_nearer, seen[before], seen[after])
    return np.where(np.abs(nearest - found) <= NOISE * size, nearest, found)


def _median(values: FloatArray) -> float:
    """As ``numpy.median`` of a vector without gaps, which looks for gaps first."""
    ascending, half = np.sort(values), values.size // 2
    if values.size % 2:
        return float(ascending[half])
    return float((ascending[half - 1] + ascending[half]) / 2)


def _middles(
    node: Node,
    imputation: Imputation,
    column: FloatArray,
    rows: np.ndarray[tuple[int, ...], np.dtype[np.intp]],
    localities: Localities,
    problems: list[Problem],
) -> tuple[FloatArray, FloatArray]:
    """The mean or median for each of the rows, and the magnitude of what it is taken of."""
    middle = _median if imputation.method.endswith("median") else np.mean
    found, size = np.full(rows.size, np.nan), np.full(rows.size, np.nan)
    present = ~np.isnan(column)
    if imputation.group is None:
        if present.any():
            found[:], size[:] = middle(column[present]), np.abs(column[present]).max()
            if np.isinf(found).any():
                problems.append(Problem("overflow", node.code))
        else:
            problems.append(Problem("nothing_to_impute_from", node.code))
        return found, size
    if imputation.group not in localities.columns:
        params = {"column": imputation.group}
        problems.append(Problem("column_missing", node.code, params=params))
        return found, size
    groups = np.array([item.cells.get(imputation.group, "") for item in localities.items])
    for place, row in enumerate(rows):
        peers = column[(groups == groups[row]) & present]
        code = localities.items[row].code
        if peers.size and groups[row]:
            found[place], size[place] = middle(peers), np.abs(peers).max()
            if np.isinf(found[place]):
                problems.append(Problem("overflow", node.code, code))
        else:
            params = {"group": groups[row] or "—"}
            problems.append(Problem("group_without_values", node.code, code, params))
    return found, size
