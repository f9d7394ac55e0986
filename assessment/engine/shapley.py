"""The Shapley value of three factors, and parts rounded so that they add up to their whole.

Each factor's part is its marginal effect averaged over the six orders in which the factors can
change. The parts add up exactly, no order is preferred, and exchanging the two ends negates
every part (Shapley 1953; as a decomposition rule Shorrocks 2013, "Decomposition procedures for
distributional analysis", J. Econ. Inequal. 11, 99–126).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.rounding import published_units

# Remainders nearer than this share of a unit are equal; the earlier factor is then corrected.
_NOISE_PLACES: Final = 6

# By how many of the two other factors have changed already: 2 of the 6 orders begin with a
# factor, 2 end with it, and one each follows either other factor.
_SHARE: Final = np.array([[1 / 3, 1 / 6], [1 / 6, 1 / 3]])


def shapley_parts(worlds: FloatArray) -> FloatArray:
    """Return 3 × …, each factor's part of ``worlds[1, 1, 1] − worlds[0, 0, 0]``.

    ``worlds`` is 2 × 2 × 2 × …, one axis for each factor: 0 before, 1 after its change.
    """
    parts = []
    for factor in range(3):
        without, with_it = np.moveaxis(worlds, factor, 0)
        parts.append(np.tensordot(_SHARE, with_it - without, axes=2))
    return np.array(parts)


def rounded_parts(parts: FloatArray, total: FloatArray, decimals: int) -> FloatArray:
    """Round parts (3 × …) to units of the last place that add up to ``total``, in units too.

    Each is rounded half to even; what is then over or short goes to the part that rounding
    moved furthest the other way (largest remainder). Negated parts give negated units.
    """
    units = published_units(parts, decimals)
    moved = np.round(parts * 10.0**decimals - units, _NOISE_PLACES)
    for _ in range(2):  # three roundings err by less than two units together
        short = total - units.sum(axis=0)
        step = np.sign(short)
        place = np.argmax(np.where(np.isnan(moved), -np.inf, moved * step), axis=0)
        correction = np.where(np.isnan(step), 0.0, step)
        taken = np.arange(3).reshape((3,) + (1,) * place.ndim) == place
        units = units + taken * correction
        moved = moved - taken * correction
    return units + 0.0
