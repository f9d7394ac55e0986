"""Rounding once, half to even (GB/T 8170), on the decimal value a person would read.

A score is computed in binary floating point. Whether it lies exactly halfway between two
published values is decided on the shortest decimal text that denotes the float, first rounded
to ten places more than are published, or to thirteen digits if those are fewer: no arithmetic on
floats is good for more. That step removes the noise of binary arithmetic: a sum that should be
2.675 but came out as 2.6749999999999994 is treated as the tie it is, and scores that are equal
in exact arithmetic are published as equal.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

import numpy as np

from assessment.engine.arrays import FloatArray

GUARD_PLACES: Final = 10
SAFE_DIGITS: Final = 13

# Room for every digit of the largest float with the guard places behind it.
_CONTEXT = Context(prec=400, rounding=ROUND_HALF_EVEN)

# Scaled values nearer than this to a tie, or this large, take the exact decimal path.
_NEAR_TIE = 1e-6
_LARGE = 1e9


def round_half_even(value: float, decimals: int) -> Decimal:
    """Return a finite float as the published decimal with exactly ``decimals`` places."""
    exact, last = Decimal(repr(float(value))), Decimal(1).scaleb(-decimals)
    safe = exact.adjusted() - SAFE_DIGITS + 1
    fine = Decimal(1).scaleb(max(-(decimals + GUARD_PLACES), safe))
    cleaned = exact.quantize(fine, context=_CONTEXT)
    # Rounding twice is right for a tie alone: elsewhere the first step could move the second.
    is_tie = _CONTEXT.remainder(abs(cleaned), last) == last / 2
    rounded = (cleaned if is_tie else exact).quantize(last, context=_CONTEXT)
    return abs(rounded) if rounded == 0 else rounded


def published_units(values: FloatArray, decimals: int) -> FloatArray:
    """Round an array; the result counts units of the last published place (NaN stays NaN)."""
    scaled = values * 10.0**decimals
    units = np.rint(scaled)
    off_tie = np.abs(np.abs(scaled - units) - 0.5)
    size = np.abs(scaled)
    units += 0.0
    with np.errstate(invalid="ignore"):
        exact = (off_tie < np.maximum(_NEAR_TIE, size * 10.0 ** (1 - SAFE_DIGITS))) | (
            size > _LARGE
        )
    if exact.any():
        for place in zip(*np.nonzero(exact & np.isfinite(values)), strict=True):
            units[place] = float(round_half_even(float(values[place]), decimals).scaleb(decimals))
    return units


def units_to_decimal(units: float, decimals: int) -> Decimal | None:
    """Return counted units as the published decimal; ``None`` for NaN."""
    return None if units != units else Decimal(int(units)).scaleb(-decimals)
