"""Benefit of the doubt: each locality's own weights, by linear programming.

Cherchye, Moesen, Rogge and Van Puyenbroeck (2007); OECD/JRC Handbook (2008), step 6. The best
score is unique, the weights that give it often are not, and which of them a solver finds may
change with its version. So the programme settles the score alone; among the best weights those
are taken whose contributions to the score are as even as possible (their squares add up to
least), of which there is exactly one set.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from assessment.engine.arrays import BoolArray, FloatArray
from assessment.engine.methods import Weighting
from assessment.engine.weighting import UnweightableError

# What a solver's last digits are worth: scores this near to one are one.
_NOISE: Final = 1e-9
# The share of the best score that the even contributions may fall short of it before they are
# scaled back to it: the set of exactly optimal weights may have no inside.
_SLACK: Final = 1e-9
_SCORE_PLACES: Final = 12


class Benefit(NamedTuple):
    """Benefit of the doubt: each locality's score in [0, 1] and its own weights."""

    scores: FloatArray
    weights: FloatArray


def benefit_of_the_doubt(
    weighting: Weighting, values: FloatArray, present: BoolArray | None = None
) -> Benefit:
    """Give each locality the weights that show it best, no locality above one with them.

    ``values`` are localities × children, not negative, zero where absent; ``present`` says
    which are there, all unless given. A child's share of the score is kept between
    ``min_share`` and ``max_share`` among those present. A child worth zero can have no share:
    under a least share the score is zero. Raises UnweightableError where no weights meet these
    bounds.
    """
    if (values.max(axis=0) <= 0).all():
        raise UnweightableError("no_spread")
    scores, weights = np.zeros(len(values)), np.zeros(values.shape)
    here = np.ones(values.shape, dtype=np.bool_) if present is None else present
    for row, own in enumerate(values):
        counted = own > 0
        bound = weighting.min_share > 0
        if not counted.any() or (bound and not counted[here[row]].all()):
            continue
        if present is not None and weighting.max_share * here[row].sum() < 1 - _NOISE:
            raise UnweightableError("no_benefit_weights", row=row)
        # In contributions c = w × own: what each locality would earn with them.
        earned = values[:, counted] / own[counted]
        best = _best(weighting, earned)
        if best is None:
            raise UnweightableError("no_benefit_weights", row=row)
        parts = _even(weighting, earned, best)
        if parts is None:
            raise UnweightableError("no_benefit_weights", row=row)
        scores[row] = best
        weights[row, counted] = parts * (best / parts.sum()) / own[counted]
    return Benefit(scores, weights)


def _best(weighting: Weighting, earned: FloatArray) -> float | None:
    """The highest sum of contributions with which no locality earns more than one."""
    from scipy.optimize import linprog  # loaded where it is needed: it takes a second

    limits, bounds = [earned], [np.ones(len(earned))]
    for share, sign in ((weighting.min_share, -1.0), (weighting.max_share, 1.0)):
        if (sign < 0 and share > 0) or (sign > 0 and share < 1):
            limits.append(sign * (np.eye(earned.shape[1]) - share))
            bounds.append(np.zeros(earned.shape[1]))
    answer = linprog(
        -np.ones(earned.shape[1]),
        A_ub=np.vstack(limits),
        b_ub=np.concatenate(bounds),
        method="highs",
    )
    if not answer.success:
        return None
    found = round(float(np.maximum(answer.x, 0.0).sum()), _SCORE_PLACES)
    return 1.0 if abs(found - 1.0) < _NOISE else found


def _even(weighting: Weighting, earned: FloatArray, best: float) -> FloatArray | None:
    """The contributions of least squares among those that reach the best score.

    Least distance under inequalities G c ≥ h, solved as non-negative least squares (Lawson and
    Hanson 1974, chapter 23).
    """
    from scipy.optimize import nnls

    size = earned.shape[1]
    if best <= 0:
        return np.zeros(size)
    # In units of the best score, so that every bound is of the same size.
    limits = [-earned * best, np.eye(size), np.ones((1, size))]
    bounds = [-np.ones(len(earned)) * (1 + _SLACK), np.zeros(size), np.full(1, 1.0 - _SLACK)]
    if weighting.min_share > 0:
        limits.append(np.eye(size))
        bounds.append(np.full(size, weighting.min_share * (1 - _SLACK)))
    if weighting.max_share < 1:
        limits.append(-np.eye(size))
        bounds.append(np.full(size, -weighting.max_share * (1 + _SLACK)))
    columns = np.vstack([np.vstack(limits).T, np.concatenate(bounds)])
    aim = np.zeros(size + 1)
    aim[-1] = 1.0
    multipliers, _distance = nnls(columns, aim, maxiter=100 * columns.shape[1])
    rest = columns @ multipliers - aim
    if abs(rest[-1]) < _NOISE:
        return None
    found: FloatArray = np.maximum(-rest[:-1] / rest[-1], 0.0)
    return found
