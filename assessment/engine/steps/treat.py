"""Treat outliers: winsorise, then transform (OECD/JRC Handbook 2008, steps 3 and 5).

The automatic treatment is the one usual in composite indicators of the JRC (Becker et al.
2022, COINr): while |skewness| and kurtosis both reach their thresholds, the outermost value is
set to the next one; if the most points allowed do not suffice, the logarithm of the original.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from assessment.engine.arrays import BoolArray, CodeArray, FloatArray
from assessment.engine.document import Node
from assessment.engine.methods import Treatment
from assessment.engine.problems import Problem
from assessment.engine.steps.columns import kurtosis, skewness

UNTREATED: Final = np.int8(0)
WINSORISED: Final = np.int8(1)
LOGGED: Final = np.int8(2)
LIMITED: Final = np.int8(3)
BOX_COX: Final = np.int8(4)
TREATMENTS: Final = ("untreated", "winsorised", "log", "limited", "box_cox")


def treated(
    nodes: Sequence[Node], values: FloatArray, problems: list[Problem]
) -> tuple[FloatArray, CodeArray]:
    """Return the values after treatment and what was done to each cell.

    Both are localities × ``nodes``; the codes index ``TREATMENTS``.
    """
    marks = np.zeros(values.shape, dtype=np.int8)
    if not any(node.treat for node in nodes):
        return values, marks
    found = values.copy(order="F")
    for column, node in enumerate(nodes):
        if node.treat is None:
            continue
        rows = np.flatnonzero(~np.isnan(values[:, column]))
        if rows.size:
            with np.errstate(over="ignore", invalid="ignore"):
                seen, done = _treated(node, node.treat, values[rows, column], problems)
            if not np.isfinite(seen).all():
                problems.append(Problem("overflow", node.code))
            found[rows, column], marks[rows, column] = seen, done
    return found, marks


def _treated(
    node: Node, treatment: Treatment, values: FloatArray, problems: list[Problem]
) -> tuple[FloatArray, CodeArray]:
    match treatment.method:
        case "winsorise":
            return automatic(values, treatment)
        case "limits":
            limited = np.clip(values, treatment.lower, treatment.upper)
            return limited, np.where(limited != values, LIMITED, UNTREATED)
        case "log":
            return log_of(values), np.full(values.shape, LOGGED)
        case _:
            if (values <= 0).any():
                params = {"value": f"{values.min():g}"}
                problems.append(Problem("box_cox_not_positive", node.code, params=params))
                return values, np.full(values.shape, UNTREATED)
            return box_cox(values, treatment.exponent), np.full(values.shape, BOX_COX)


def automatic(values: FloatArray, treatment: Treatment) -> tuple[FloatArray, CodeArray]:
    """Winsorise a vector without gaps; where that is not enough, transform the original."""
    found = values.copy()
    touched: BoolArray = np.zeros(values.shape, dtype=np.bool_)
    while _is_outlying(found, treatment):
        at_top = skewness(found) >= 0
        edge = found == (found.max() if at_top else found.min())
        if int((touched | edge).sum()) > treatment.max_points:
            break
        inner = found[~edge]
        found[edge] = inner.max() if at_top else inner.min()
        touched |= edge
    if not _is_outlying(found, treatment):
        return found, np.where(touched, WINSORISED, UNTREATED)
    if treatment.fallback == "log":
        return log_of(values), np.full(values.shape, LOGGED)
    return found, np.where(touched, WINSORISED, UNTREATED)


def _is_outlying(values: FloatArray, treatment: Treatment) -> bool:
    # Both are NaN for a vector too short or without spread, and NaN is not outlying.
    return abs(skewness(values)) >= treatment.skewness and kurtosis(values) >= treatment.kurtosis


def log_of(values: FloatArray) -> FloatArray:
    """Return log(x − min + 0.01·(max − min)) of a vector; a constant one stays as it is."""
    low, high = values.min(), values.max()
    if low == high:
        return values.copy()
    found: FloatArray = np.log(values - low + 0.01 * (high - low))
    return found


def box_cox(values: FloatArray, exponent: float) -> FloatArray:
    """Return (x^λ − 1)/λ, the natural logarithm where λ is zero (Box and Cox 1964)."""
    found: FloatArray = np.log(values) if exponent == 0 else (values**exponent - 1.0) / exponent
    return found
