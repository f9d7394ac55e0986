"""Straight-line normalisation: one value earns one score, another value another score.

Every method here fixes two anchors per indicator; all indicators are then computed at once.
Every formula with its source: docs/methodology.md, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.document import Node, Scale
from assessment.engine.figures import plain_number
from assessment.engine.problems import Problem
from assessment.engine.steps.columns import (
    OBSERVED_NOISE,
    deviation,
    highest,
    is_constant,
    lowest,
    mean,
)

LINEAR: Final = (
    "goalposts",
    "min_max",
    "z_score",
    "distance_to_target",
    "distance_to_maximum",
    "distance_to_reference",
    "fraction_of_maximum",
)


@dataclass(frozen=True, slots=True)
class Line:
    """The value ``start`` earns ``low`` and ``end`` earns ``high``.

    The share of the way from start to end is kept between ``floor`` and ``cap``.
    """

    start: float
    end: float
    low: float
    high: float
    floor: float = -np.inf
    cap: float = np.inf


def on_lines(values: FloatArray, lines: Sequence[Line]) -> FloatArray:
    """Return low + (high − low) × (x − start)/(end − start), column by column."""
    start, end, low, high, floor, cap = (
        np.array([getattr(line, name) for line in lines]) for name in Line.__slots__
    )
    reach = end - start
    scores: FloatArray = values - start
    scores /= reach
    # Ends that lie further apart than the largest float are halved, which costs no digit.
    wide = np.isinf(reach)
    if wide.any():
        half = start[wide] / 2
        scores[:, wide] = (values[:, wide] / 2 - half) / (end[wide] / 2 - half)
    if np.isfinite(floor).any() or np.isfinite(cap).any():
        np.clip(scores, floor, cap, out=scores)
    scores *= high - low
    scores += low
    return scores


@dataclass(frozen=True)
class Extent:
    """What the statistics of the columns are, computed once for all indicators."""

    low: FloatArray
    high: FloatArray
    mean: FloatArray
    deviation: FloatArray
    localities: Sequence[str]
    values: FloatArray


def extent_of(values: FloatArray, codes: Sequence[str], *, with_moments: bool) -> Extent:
    """Return the statistics of localities × indicators; the moments only where asked for."""
    absent = np.full(values.shape[1], np.nan)
    return Extent(
        low=lowest(values),
        high=highest(values),
        mean=mean(values) if with_moments else absent,
        deviation=deviation(values) if with_moments else absent,
        localities=codes,
        values=values,
    )


def line_of(
    node: Node,
    parameters: Mapping[str, Any],
    extent: Extent,
    column: int,
    scale: Scale,
    problems: list[Problem],
) -> Line | None:
    """Return an indicator's line; ``None`` with a problem where it has none."""
    method = node.normalisation.method if node.normalisation else ""
    is_positive = node.direction == "positive"
    if method == "goalposts":
        return goalposts_line(parameters, scale, is_positive=is_positive)
    low, high = float(extent.low[column]), float(extent.high[column])
    if np.isnan(low):
        return Line(0.0, 1.0, scale.min, scale.max)  # no values, so none to score
    is_flat = bool(is_constant(np.array(low), np.array(high), OBSERVED_NOISE))
    if is_flat and method != "fraction_of_maximum":
        params = {"value": plain_number(low)}
        problems.append(Problem("constant_indicator", node.code, params=params))
        return None
    worst, best = (low, high) if is_positive else (high, low)
    match method:
        case "min_max":
            bottom = float(parameters.get("low", scale.min))
            return Line(worst, best, bottom, float(parameters.get("high", scale.max)))
        case "z_score":
            centre, spread = float(extent.mean[column]), float(extent.deviation[column])
            middle, unit = float(parameters.get("mean", 0)), float(parameters.get("deviation", 1))
            end = centre + (spread if is_positive else -spread)
            return Line(centre, end, middle, middle + unit)
        case "distance_to_maximum":
            return Line(worst, best, scale.min, scale.max)
        case "distance_to_target":
            goal = float(parameters["target"])
        case "distance_to_reference":
            goal = _reference(node, parameters["locality"], extent, column, problems)
        case _:
            worst, goal = 0.0, high
    if np.isnan(goal):
        return None
    if goal == worst or (goal > worst) != (best > worst or method == "fraction_of_maximum"):
        params = {"reference": f"{goal:g}", "worst": f"{worst:g}"}
        problems.append(Problem("reference_not_better", node.code, params=params))
        return None
    cap = 1.0 if parameters.get("cap", False) else np.inf
    return Line(worst, goal, scale.min, scale.max, cap=cap)


def goalposts_line(parameters: Mapping[str, Any], scale: Scale, *, is_positive: bool) -> Line:
    """Return the line between two fixed goalposts, mirrored for a negative direction."""
    lower, upper = float(parameters["lower"]), float(parameters["upper"])
    start, end = (lower, upper) if is_positive else (upper, lower)
    if parameters.get("truncate", True):
        return Line(start, end, scale.min, scale.max, 0.0, 1.0)
    return Line(start, end, scale.min, scale.max)


def _reference(
    node: Node, code: str, extent: Extent, column: int, problems: list[Problem]
) -> float:
    is_known = code in extent.localities
    row = extent.localities.index(code) if is_known else 0
    value = float(extent.values[row, column]) if is_known else np.nan
    if np.isnan(value):
        problems.append(Problem("reference_without_value", node.code, code))
    return value
