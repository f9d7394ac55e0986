"""Aggregation of children into their parent (OECD/JRC Handbook 2008, step 6).

``scores`` are localities × children. ``weights`` have as many rows, or a single row that holds
for every locality; a weight of zero leaves the child out, whatever its score.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from assessment.engine.arrays import BoolArray, FloatArray
from assessment.engine.document import Scale
from assessment.engine.methods import Aggregation
from assessment.engine.pairwise import PAIRWISE, compared

MEANS_OF_POSITIVE: Final = ("geometric", "harmonic")
# A power this near to zero is taken by logarithms.
_SMALL_POWER: Final = 0.01
_HUNDRED: Final = Scale(0.0, 100.0)


def needs_positive(aggregation: Aggregation) -> bool:
    """Whether the mean has no meaning for a score of zero."""
    is_power = aggregation.method == "generalised" and aggregation.power <= 0
    return is_power or aggregation.method in MEANS_OF_POSITIVE


def needs_non_negative(aggregation: Aggregation) -> bool:
    """Whether the mean has no meaning for a score below zero."""
    return aggregation.method == "generalised" and aggregation.power > 0


def aggregate(
    aggregation: str | Aggregation,
    scores: FloatArray,
    weights: FloatArray,
    scale: Scale = _HUNDRED,
) -> FloatArray:
    """Return one score per row; a row without any weight gives NaN.

    Means with powers expect positive scores; the caller reports the others. Methods that
    compare localities answer on ``scale``.
    """
    how = Aggregation(aggregation) if isinstance(aggregation, str) else aggregation
    if how.method in PAIRWISE:
        return compared(how.method, scores, weights, scale)
    counted = weights > 0
    total = weights.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        match how.method:
            case "arithmetic":
                result = np.where(counted, scores * weights, 0.0).sum(axis=1) / total
            case "geometric":
                result = _power_mean(scores, weights, counted, total, 0.0)
            case "harmonic":
                result = _power_mean(scores, weights, counted, total, -1.0)
            case "generalised":
                result = _power_mean(scores, weights, counted, total, how.power)
            case "minimum":
                result = np.where(counted, scores, np.inf).min(axis=1)
            case "maximum":
                result = np.where(counted, scores, -np.inf).max(axis=1)
            case "owa":
                shares = order_shares(how, scores, weights)
                result = np.where(shares > 0, shares * scores, 0.0).sum(axis=1)
            case _:
                raise ValueError(f"unknown aggregation {how.method}")
    return np.where(total > 0, result, np.nan)


def _power_mean(
    scores: FloatArray,
    weights: FloatArray,
    counted: BoolArray,
    total: FloatArray,
    power: float,
) -> FloatArray:
    """The generalised mean (Σ w xᵖ / Σ w)^(1/p); its limit at 0 is the geometric mean."""
    found: FloatArray
    if power == 0:
        found = np.exp(np.where(counted, np.log(scores) * weights, 0.0).sum(axis=1) / total)
    elif power == -1:
        found = total / np.where(counted, weights / scores, 0.0).sum(axis=1)
    else:
        # Divided by the score that decides first, the largest or, for a negative power, the
        # smallest, so that no power can leave the floats.
        if power > 0:
            deciding = np.where(counted, scores, 0.0).max(axis=1)
        else:
            deciding = np.where(counted, scores, np.inf).min(axis=1)
        unit = np.where((deciding > 0) & np.isfinite(deciding), deciding, 1.0)
        raised = np.where(counted, weights * powers(scores / unit[:, None], power), 0.0)
        found = unit * rooted(raised.sum(axis=1) / total, power)
    return found


def powers(scores: FloatArray, power: float) -> FloatArray:
    """The scores' powers, less one where the power is near zero: see ``rooted``."""
    with np.errstate(divide="ignore"):
        small = abs(power) < _SMALL_POWER
        found: FloatArray = np.expm1(power * np.log(scores)) if small else scores**power
    return found


def rooted(mean: FloatArray, power: float) -> FloatArray:
    """What the mean of ``powers`` is the power of.

    Near zero all powers are one but for a trace that the one would swallow: it is left out.
    """
    if abs(power) < _SMALL_POWER:
        found: FloatArray = np.exp(np.log1p(mean) / power)
        return found
    return mean ** (1.0 / power)


def order_shares(how: Aggregation, scores: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the share of each child in the ordered weighted average, in the children's order.

    The order weights, cumulated, are a function of the share of weight passed from the best
    child down (Torra 1997, WOWA); with equal weights they are Yager's (1988) themselves.
    """
    spread = np.broadcast_to(weights, scores.shape)
    ranked = np.where(spread > 0, scores, -np.inf)
    order = np.argsort(-ranked, axis=1, kind="stable")
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = spread / spread.sum(axis=1, keepdims=True)
    passed = np.cumsum(np.take_along_axis(shares, order, axis=1), axis=1)
    given = np.array(how.order_weights) / np.sum(how.order_weights)
    steps = np.linspace(0.0, 1.0, given.size + 1)
    cumulated = np.interp(np.clip(passed, 0.0, 1.0), steps, np.concatenate(([0.0], given.cumsum())))
    found: FloatArray = np.empty_like(shares)
    np.put_along_axis(found, order, np.diff(cumulated, axis=1, prepend=0.0), axis=1)
    return found


def contributions(
    aggregation: str | Aggregation, scores: FloatArray, weights: FloatArray, result: FloatArray
) -> FloatArray:
    """Return what each child adds to its parent's score; each row sums to the score.

    Weighted arithmetic and ordered weighted average: share × score. Minimum and maximum: the
    deciding branch (the first of equals) carries all. Other methods are not sums, so their
    entries are NaN.
    """
    how = Aggregation(aggregation) if isinstance(aggregation, str) else aggregation
    counted = weights > 0
    with np.errstate(invalid="ignore", divide="ignore"):
        if how.method == "arithmetic":
            shares = weights / weights.sum(axis=1, keepdims=True)
            return np.where(counted, shares * scores, 0.0)
        if how.method == "owa":
            shares = order_shares(how, scores, weights)
            return np.where(counted, shares * scores, 0.0)
    if how.method in ("minimum", "maximum"):
        deciding = counted & (scores == result[:, None])
        first = deciding & (np.cumsum(deciding, axis=1) == 1)
        return np.where(first, scores, 0.0)
    return np.full(scores.shape, np.nan)
