"""Rounding once, half to even (GB/T 8170), on the decimal value a person would read.

A score is computed in binary floating point. Whether it lies exactly halfway between two
published values is decided on the shortest decimal text that denotes the float, first rounded
to ten places more than are published. That step removes the noise of binary arithmetic: a sum
that should be 2.675 but came out as 2.6749999999999994 is treated as the tie it is.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

import numpy as np

from assessment.engine.arrays import FloatArray

GUARD_PLACES = 10

# Room for every digit of the largest float with the guard places behind it.
_CONTEXT = Context(prec=400, rounding=ROUND_HALF_EVEN)

# Scaled values nearer than this to a tie, or this large, take the exact decimal path.
_NEAR_TIE = 1e-6
_LARGE = 1e9


def round_half_even(value: float, decimals: int) -> Decimal:
    """Return a finite float as the published decimal with exactly ``decimals`` places."""
    fine = Decimal(1).scaleb(-(decimals + GUARD_PLACES))
    cleaned = Decimal(repr(float(value))).quantize(fine, context=_CONTEXT)
    rounded = cleaned.quantize(Decimal(1).scaleb(-decimals), context=_CONTEXT)
    return abs(rounded) if rounded == 0 else rounded


def published_units(values: FloatArray, decimals: int) -> FloatArray:
    """Round an array; the result counts units of the last published place (NaN stays NaN)."""
    scaled = values * 10.0**decimals
    units = np.rint(scaled) + 0.0
    off_tie = np.abs(np.abs(scaled - np.floor(scaled)) - 0.5)
    exact = np.isfinite(values) & ((off_tie < _NEAR_TIE) | (np.abs(scaled) > _LARGE))
    for place in zip(*np.nonzero(exact), strict=True):
        units[place] = float(round_half_even(float(values[place]), decimals).scaleb(decimals))
    return units


def units_to_decimal(units: float, decimals: int) -> Decimal | None:
    """Return counted units as the published decimal; ``None`` for NaN."""
    return None if np.isnan(units) else Decimal(int(units)).scaleb(-decimals)
