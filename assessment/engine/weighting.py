"""Weights of a node's children that are not given: computed from opinions or from the data.

Sources: OECD/JRC Handbook (2008), step 6 (equal weights, principal components, budget
allocation); Shannon's entropy as in Zeleny (1982); CRITIC, Diakoulaki, Mavrotas and
Papayannakis (1995). Benefit of the doubt is in ``benefit``.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from assessment.engine.ahp import priorities
from assessment.engine.arrays import FloatArray
from assessment.engine.methods import Weighting
from assessment.engine.steps.columns import highest, is_constant, lowest

# Eigenvalues of a correlation matrix, which sum to the number of children, are one when they are
# this near, as a share of that sum.
_ALIKE: Final = 1e-9


class UnweightableError(Exception):
    """The data give no weights: the message's code, and the column or row at fault."""

    def __init__(self, code: str, child: int | None = None, row: int | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.child = child
        self.row = row


def shares_of(weighting: Weighting, scores: FloatArray) -> FloatArray:
    """Return the children's shares of their parent's weight; they sum to one.

    ``scores`` are localities × children; methods that read them use the localities that have
    all children. Raises UnweightableError where those give no weights.
    """
    count = scores.shape[1]
    match weighting.method:
        case "equal":
            weights = np.ones(count)
        case "ahp":
            weights = np.array(priorities(weighting.matrix).weights)
        case "budget":
            points = np.array(weighting.experts)
            weights = (points / points.sum(axis=1, keepdims=True)).mean(axis=0)
        case _:
            complete = scores[~np.isnan(scores).any(axis=1)]
            if len(complete) < 3:
                raise UnweightableError("too_few_complete")
            if weighting.method == "pca":
                weights = _principal(weighting, complete)
            else:
                weights = _DATA_DRIVEN[weighting.method](complete)
    total = weights.sum()
    if not np.isfinite(total) or total <= 0:
        raise UnweightableError("no_spread")
    found: FloatArray = weights / total
    return found


def _principal(weighting: Weighting, scores: FloatArray) -> FloatArray:
    """Loadings of the first principal component of the correlations, squared or as they are."""
    _need_spread(scores)
    values, vectors = np.linalg.eigh(
        np.corrcoef(scores, rowvar=False).reshape(2 * scores.shape[1:])
    )
    # Ascending. Where the two largest are one, every mixture of their components is a first one.
    if values.size > 1 and values[-1] - values[-2] <= _ALIKE * values.size:
        raise UnweightableError("no_first_component")
    first = vectors[:, int(np.argmax(values))]
    first = first if first.sum() >= 0 else -first
    if weighting.loadings == "squared":
        return first**2
    if (first < 0).any():
        raise UnweightableError("negative_loading", int(np.argmin(first)))
    return first


def _entropy(scores: FloatArray) -> FloatArray:
    """One minus the entropy of each child's distribution over the localities."""
    if (scores < 0).any():
        raise UnweightableError("negative_for_entropy", int(np.argmin(scores.min(axis=0))))
    total = scores.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = scores / np.where(total > 0, total, 1.0)
        logs = np.where(parts > 0, parts * np.log(parts), 0.0)
    spread = 1.0 + logs.sum(axis=0) / np.log(len(scores))
    # A child that is the same for all carries no information; nor does one of zeros alone.
    spread = np.where(is_constant(lowest(scores), highest(scores)), 0.0, spread)
    return np.maximum(spread, 0.0)


def _critic(scores: FloatArray) -> FloatArray:
    """Standard deviation of the min-max child times the sum of 1 − its correlations."""
    low, high = lowest(scores), highest(scores)
    varied = ~is_constant(low, high)
    found = np.zeros(scores.shape[1])
    if varied.any():
        unit = (scores[:, varied] - low[varied]) / (high[varied] - low[varied])
        size = int(varied.sum())
        conflict = (1.0 - np.corrcoef(unit, rowvar=False).reshape(size, size)).sum(axis=0)
        found[varied] = unit.std(axis=0, ddof=1) * np.maximum(conflict, 0.0)
        if size == 1:
            found[varied] = 1.0
    return found


_DATA_DRIVEN = {"entropy": _entropy, "critic": _critic}


def _need_spread(scores: FloatArray) -> None:
    constant = np.flatnonzero(is_constant(lowest(scores), highest(scores)))
    if constant.size:
        raise UnweightableError("no_spread", int(constant[0]))
