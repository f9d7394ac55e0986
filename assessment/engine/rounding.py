"""Rounding once, half to even (GB/T 8170), on the decimal value a person would read.

A score is computed in binary floating point. Whether it lies exactly halfway between two
published values is decided on the shortest decimal text that denotes the float, first rounded
to ten places more than are published, or to thirteen digits if those are fewer: no arithmetic on
floats is good for more. That step removes the noise of binary arithmetic: a sum that should be
2.675 but came out as 2.6749999999999994 is treated as the tie it is, and scores that are equal
in exact arithmetic are published as equal. Where numbers cancel, the noise goes with their size
and not with that of the sum: who knows it says so, or hands in the exact value (``exact``).
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np

from assessment.engine.arrays import FloatArray

GUARD_PLACES: Final = 10
SAFE_DIGITS: Final = 13
# What differences of scores may be off, as a share of the scores.
FLOAT_NOISE: Final = 1e-14

# Room for every digit of the largest float with the guard places behind it.
_CONTEXT = Context(prec=400, rounding=ROUND_HALF_EVEN)

# Scaled values nearer than this to a tie, or this large, take the exact decimal path.
_NEAR_TIE = 1e-6
_LARGE = 1e9


@lru_cache(maxsize=8192)
def decimal_of(number: float) -> Fraction:
    """The decimal that a finite float denotes, the shortest that reads back as it."""
    return Fraction(repr(float(number)))


def round_half_even(value: float, decimals: int, noise: float = 0.0) -> Decimal:
    """Return a finite float as the published decimal with exactly ``decimals`` places.

    A value no further than ``noise`` from a tie is the tie.
    """
    exact, last = Decimal(repr(float(value))), Decimal(1).scaleb(-decimals)
    safe = exact.adjusted() - SAFE_DIGITS + 1
    fine = Decimal(1).scaleb(max(-(decimals + GUARD_PLACES), safe))
    cleaned = exact.quantize(fine, context=_CONTEXT)
    tie = (_CONTEXT.divide_int(exact, last) + Decimal("0.5").copy_sign(exact)) * last
    # Rounding twice is right for a tie alone: elsewhere the first step could move the second.
    is_tie = cleaned == tie or abs(exact - tie) <= Decimal(repr(noise))
    cleaned = tie if is_tie else cleaned
    rounded = (cleaned if is_tie else exact).quantize(last, context=_CONTEXT)
    return abs(rounded) if rounded == 0 else rounded


def published_units(
    values: FloatArray,
    decimals: int,
    *,
    noise: FloatArray | float = 0.0,
    exact: Callable[..., Fraction | None] | None = None,
) -> FloatArray:
    """Round an array; the result counts units of the last published place (NaN stays NaN).

    ``noise`` says how far the values may be off. Where that leaves the rounding open, ``exact``
    (called with a place of the array) tells the value, or ``None``; without it a value no
    further than the noise from a tie is the tie.
    """
    scaled = values * 10.0**decimals
    units = np.rint(scaled)
    units += 0.0
    if not _is_near_tie(scaled, units, noise, decimals):
        return units
    off_tie = np.abs(np.abs(scaled - units) - 0.5)
    size = np.abs(scaled)
    with np.errstate(invalid="ignore", over="ignore"):
        least = np.maximum(_NEAR_TIE, np.asarray(noise) * 10.0**decimals)
        is_open = (off_tie < np.maximum(least, size * 10.0 ** (1 - SAFE_DIGITS))) | (size > _LARGE)
    if is_open.any():
        reach = np.broadcast_to(noise, values.shape)
        for place in zip(*np.nonzero(is_open & np.isfinite(values)), strict=True):
            known = None if exact is None else exact(*map(int, place))
            if known is not None:
                units[place] = float(round(known * 10**decimals))  # of a fraction: half to even
                continue
            found = round_half_even(float(values[place]), decimals, float(reach[place]))
            units[place] = float(found.scaleb(decimals))
    return units


def _is_near_tie(
    scaled: FloatArray, units: FloatArray, noise: FloatArray | float, decimals: int
) -> bool:
    """Whether any value may be open, by the largest noise and size: almost never, and cheaply."""
    if not scaled.size:
        return False
    with np.errstate(invalid="ignore", over="ignore"):
        size = max(float(np.fmax.reduce(scaled, None)), -float(np.fmin.reduce(scaled, None)))
        most = float(np.max(noise)) * 10.0**decimals
        off = scaled - units
        furthest = float(np.fmax.reduce(np.abs(off, out=off), None))
    reach = max(_NEAR_TIE, most, size * 10.0 ** (1 - SAFE_DIGITS))
    # Not so where a comparison with NaN decides: then each value is looked at.
    return not (size <= _LARGE and furthest <= 0.5 - reach)


def units_to_decimal(units: float, decimals: int) -> Decimal | None:
    """Return counted units as the published decimal; ``None`` for NaN."""
    return None if units != units else Decimal(int(units)).scaleb(-decimals)
