"""Normalisation: observed values become scores; the direction is applied here and only here.

Sources: goalposts and min-max, OECD/JRC Handbook on Constructing Composite Indicators (2008),
step 5; target attainment, the scheme of 环发〔2014〕107号 with the parameters inferred in
docs/methodology.md; bands and piecewise lines, the usual point tables of assessment schemes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.document import Level, Node, Scale
from assessment.engine.problems import Problem, ScoringError


def normalised(node: Node, values: FloatArray, scale: Scale, on: date | None) -> FloatArray:
    """Return the scores of an indicator's values; NaN stays NaN.

    Raises ScoringError when no edition applies, a scaled indicator is constant, or the
    arithmetic overflows.
    """
    if node.normalisation is None or node.value is None:
        raise TypeError(f"{node.code} is not an indicator")
    parameters = _parameters(node, on)
    method = node.normalisation.method
    is_positive = node.direction == "positive"
    with np.errstate(over="ignore", invalid="ignore"):
        match method:
            case "goalposts":
                scores = goalposts(values, scale, parameters, is_positive=is_positive)
            case "min_max":
                scores = min_max(node.code, values, scale, is_positive=is_positive)
            case "target_attainment":
                scores = target_attainment(values, scale, parameters)
            case "bands":
                scores = bands(values, parameters["bands"])
            case "piecewise_linear":
                scores = piecewise_linear(values, parameters["points"])
            case "levels":
                scores = levels(values, scale, node.value.levels, is_positive=is_positive)
            case _:
                scores = values.copy() if is_positive else scale.min + scale.max - values
    if np.any(np.isfinite(values) & ~np.isfinite(scores)):
        raise ScoringError([Problem("overflow", node.code)])
    return scores


def _parameters(node: Node, on: date | None) -> Mapping[str, Any]:
    parameters = node.normalisation.parameters_on(on) if node.normalisation else None
    if parameters is None:
        code = "date_needed" if on is None else "no_edition"
        raise ScoringError([Problem(code, node.code, params={"on": on})])
    return parameters


def goalposts(
    values: FloatArray, scale: Scale, parameters: Mapping[str, Any], *, is_positive: bool
) -> FloatArray:
    """Return min + span × (x − lower)/(upper − lower), mirrored for a negative direction."""
    lower, upper = parameters["lower"], parameters["upper"]
    share: FloatArray = (values - lower if is_positive else upper - values) / (upper - lower)
    if parameters.get("truncate", True):
        share = np.clip(share, 0.0, 1.0)
    return scale.min + scale.span * share


def min_max(code: str, values: FloatArray, scale: Scale, *, is_positive: bool) -> FloatArray:
    """Return min + span × (x − xmin)/(xmax − xmin) over the localities observed."""
    seen = values[np.isfinite(values)]
    if not seen.size:
        return values.copy()
    low, high = float(seen.min()), float(seen.max())
    if low == high:
        raise ScoringError([Problem("constant_indicator", code, params={"value": f"{low:g}"})])
    parameters = {"lower": low, "upper": high, "truncate": False}
    return goalposts(values, scale, parameters, is_positive=is_positive)


def target_attainment(
    values: FloatArray, scale: Scale, parameters: Mapping[str, Any]
) -> FloatArray:
    """Return base + span × (x − required)/(target − required); short of it base × attainment.

    Attainment is x/required where more is better and required/x where less is better, which
    the order of required and target tells. Scores stay between floor and cap.
    """
    required, target = float(parameters["required"]), float(parameters["target"])
    base = float(parameters.get("base", scale.min + 0.6 * scale.span))
    span = float(parameters.get("span", scale.max - base))
    floor, cap = float(parameters.get("floor", scale.min)), float(parameters.get("cap", scale.max))
    progress = (values - required) / (target - required)
    with np.errstate(divide="ignore", invalid="ignore"):
        attained = values / required if target > required else required / values
    scores = np.where(progress >= 0, base + span * progress, base * attained)
    return np.where(np.isnan(values), np.nan, np.clip(scores, floor, cap))


def bands(values: FloatArray, table: list[dict[str, Any]]) -> FloatArray:
    """Return the score of the last band whose start is reached, starts included."""
    starts = np.array([band["from"] for band in table[1:]], dtype=np.float64)
    scores = np.array([band["score"] for band in table], dtype=np.float64)
    found: FloatArray = scores[np.searchsorted(starts, values, side="right")]
    return np.where(np.isnan(values), np.nan, found)


def piecewise_linear(values: FloatArray, points: list[dict[str, Any]]) -> FloatArray:
    """Return straight-line scores between points, the end scores beyond them."""
    at = np.array([point["value"] for point in points], dtype=np.float64)
    scores = np.array([point["score"] for point in points], dtype=np.float64)
    return np.where(np.isnan(values), np.nan, np.interp(values, at, scores))


def levels(
    values: FloatArray, scale: Scale, table: tuple[Level, ...], *, is_positive: bool
) -> FloatArray:
    """Return the score of each level; without a table 1 earns the better end of the scale."""
    scores = np.full(values.shape, np.nan)
    low, high = (scale.min, scale.max) if is_positive else (scale.max, scale.min)
    pairs = [(level.value, level.score) for level in table] or [(0.0, low), (1.0, high)]
    for value, score in pairs:
        scores[values == value] = score
    return scores
