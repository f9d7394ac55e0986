"""Aggregation by comparing localities with each other instead of adding scores.

Sources: OECD/JRC Handbook (2008), step 6, non-compensatory multi-criteria analysis; Copeland
(1951); Hwang and Yoon (1981) for TOPSIS.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.document import Scale
from assessment.engine.steps.columns import NOISE

PAIRWISE: Final = ("copeland", "outranking", "topsis")

# Pairs looked at together: bounds the memory, whatever the number of localities.
_BLOCK_CELLS = 4_000_000


def compared(method: str, scores: FloatArray, weights: FloatArray, scale: Scale) -> FloatArray:
    """Return a score per row on ``scale``; rows without any weight take no part and get NaN.

    Scores are compared as they are: see ``settled`` for those that sums have blurred.
    """
    spread = np.broadcast_to(weights, scores.shape)
    taking_part = np.flatnonzero(spread.sum(axis=1) > 0)
    found = np.full(len(scores), np.nan)
    if not taking_part.size:
        return found
    shares = spread[taking_part] / spread[taking_part].sum(axis=1, keepdims=True)
    part = scores[taking_part]
    if method == "topsis":
        standing = closeness(part, shares)
    else:
        others = taking_part.size - 1
        net = np.concatenate([_standing(method, rows) for rows in _blocks(part, shares)])
        # A locality alone is neither above nor below anybody.
        standing = (net / others + 1.0) / 2.0 if others else np.full(1, 0.5)
    found[taking_part] = scale.min + scale.span * standing
    return found


def outranking(scores: FloatArray, shares: FloatArray) -> FloatArray:
    """Return the outranking matrix: o[i, k] is the share of weight on which i beats k.

    A tie gives half to each, and o[i, k] + o[k, i] = 1. A pair is compared on the children
    that both have, with the mean of their shares.
    """
    return np.concatenate(list(_blocks(scores, shares)))


def _blocks(scores: FloatArray, shares: FloatArray) -> Iterator[FloatArray]:
    """Yield the outranking matrix some rows at a time; its diagonal is ½."""
    size = max(1, _BLOCK_CELLS // max(1, scores.size))
    for start in range(0, len(scores), size):
        rows = slice(start, start + size)
        won = np.zeros((len(scores[rows]), len(scores)))
        due = np.zeros_like(won)
        for child in range(scores.shape[1]):
            own, other = scores[rows, child][:, None], scores[None, :, child]
            both = (shares[rows, child][:, None] > 0) & (shares[None, :, child] > 0)
            weight = np.where(both, shares[rows, child][:, None] + shares[None, :, child], 0.0)
            with np.errstate(invalid="ignore"):
                won += weight * ((own > other) + 0.5 * (own == other))
            due += weight
        with np.errstate(invalid="ignore", divide="ignore"):
            yield np.where(due > 0, won / due, 0.5)


def _standing(method: str, matrix: FloatArray) -> FloatArray:
    """The net number of others outranked, or the net share of weight won over all others."""
    margin = 2.0 * matrix - 1.0
    margin = np.where(np.abs(margin) <= NOISE, 0.0, margin)
    found: FloatArray = (np.sign(margin) if method == "copeland" else margin).sum(axis=1)
    return found


def closeness(scores: FloatArray, shares: FloatArray) -> FloatArray:
    """Return TOPSIS's relative closeness to the ideal; NaN where all localities are equal.

    Columns are divided by their Euclidean norm; ideal and anti-ideal are the best and worst
    of each column; distances are Euclidean, each child's times its share of weight.
    """
    present = shares > 0
    filled = np.where(present, scores, 0.0)
    norm = np.sqrt((filled**2).sum(axis=0))
    unit = filled / np.where(norm > 0, norm, 1.0)
    # A child that nobody has keeps no mark.
    someone = present.any(axis=0)
    best = np.where(someone, np.where(present, unit, -np.inf).max(axis=0), 0.0)
    worst = np.where(someone, np.where(present, unit, np.inf).min(axis=0), 0.0)
    to_best, to_worst = (
        np.sqrt((np.where(present, shares * (unit - mark), 0.0) ** 2).sum(axis=1))
        for mark in (best, worst)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        found: FloatArray = to_worst / (to_best + to_worst)
    return found
