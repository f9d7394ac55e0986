"""Aggregation of children into their parent (OECD/JRC Handbook 2008, step 6)."""

from __future__ import annotations

import numpy as np

from assessment.engine.arrays import FloatArray

MEANS_OF_POSITIVE = ("geometric", "harmonic")


def aggregate(method: str, scores: FloatArray, weights: FloatArray) -> FloatArray:
    """Return one score per row.

    ``scores`` and ``weights`` are localities × children; a weight of zero leaves the child
    out, whatever its score. A row without any weight gives NaN. Geometric and harmonic means
    expect positive scores; the caller reports the others.
    """
    counted = weights > 0
    total = weights.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        match method:
            case "arithmetic":
                result = np.where(counted, scores * weights, 0.0).sum(axis=1) / total
            case "geometric":
                logs = np.where(counted, np.log(scores) * weights, 0.0)
                result = np.exp(logs.sum(axis=1) / total)
            case "harmonic":
                result = total / np.where(counted, weights / scores, 0.0).sum(axis=1)
            case "minimum":
                result = np.where(counted, scores, np.inf).min(axis=1)
            case "maximum":
                result = np.where(counted, scores, -np.inf).max(axis=1)
            case _:
                raise ValueError(f"unknown aggregation {method}")
    return np.where(total > 0, result, np.nan)


def contributions(
    method: str, scores: FloatArray, weights: FloatArray, result: FloatArray
) -> FloatArray:
    """Return what each child adds to its parent's score; each row sums to the score.

    Weighted arithmetic: share of weight × score. Minimum and maximum: the deciding branch
    (the first of equals) carries all. Other means are not sums, so their entries are NaN.
    """
    counted = weights > 0
    if method == "arithmetic":
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = weights / weights.sum(axis=1, keepdims=True)
        return np.where(counted, shares * scores, 0.0)
    if method in ("minimum", "maximum"):
        deciding = counted & (scores == result[:, None])
        first = deciding & (np.cumsum(deciding, axis=1) == 1)
        return np.where(first, scores, 0.0)
    return np.full(scores.shape, np.nan)
