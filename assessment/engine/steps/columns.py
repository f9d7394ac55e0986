"""Statistics of columns that pass over what is missing, and values equal but for float noise."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.rounding import SAFE_DIGITS

# Values nearer than this share of their column's largest are one value: the arithmetic that
# led to them cannot tell them apart.
NOISE: Final = 1e-12

# Observed values are the decimals they denote; those of a caller's array may carry the noise of
# a few additions, which is far less. Whole numbers of thirteen digits are told apart.
OBSERVED_NOISE: Final = 16 * float(np.finfo(np.float64).eps)


def lowest(values: FloatArray) -> FloatArray:
    """The smallest value of each column; NaN for a column without any."""
    found: FloatArray = np.fmin.reduce(values, axis=0)
    return found


def highest(values: FloatArray) -> FloatArray:
    """The largest value of each column; NaN for a column without any."""
    found: FloatArray = np.fmax.reduce(values, axis=0)
    return found


def largest(values: FloatArray) -> FloatArray:
    """The largest magnitude of each column, zero for a column without values."""
    with np.errstate(invalid="ignore"):
        found: FloatArray = np.fmax.reduce(np.abs(values), axis=0, initial=0.0)
    return found


def mean(values: FloatArray) -> FloatArray:
    """The mean of each column; NaN for a column without values."""
    present = ~np.isnan(values)
    count = present.sum(axis=0)
    total = _sums(np.where(present, values, 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: FloatArray = total / count
    return found


def _sums(values: FloatArray) -> FloatArray:
    """The sum of each column, whatever the order of its values."""
    return np.array([_total(column) for column in values.T])


def _total(column: FloatArray) -> float:
    try:
        return math.fsum(column.tolist())
    except (OverflowError, ValueError):  # beyond the floats, or infinities of both signs
        return float(column.sum())


def deviation(values: FloatArray) -> FloatArray:
    """The sample standard deviation (n − 1) of each column; NaN below two values."""
    found = _deviation(values)
    # Squares leave the floats long before deviations do.
    beyond = np.flatnonzero(np.isinf(found) | (found == 0) | np.isnan(found))
    if beyond.size:
        scaled, exponents = _scaled(values[:, beyond])
        found[beyond] = np.ldexp(_deviation(scaled), exponents)
    return found


def _deviation(values: FloatArray) -> FloatArray:
    present = ~np.isnan(values)
    count = present.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore", under="ignore"):
        squares = np.where(present, values - mean(values), 0.0) ** 2
        found: FloatArray = np.sqrt(np.where(count > 1, _sums(squares), np.nan) / (count - 1))
    return found


def _scaled(
    values: FloatArray,
) -> tuple[FloatArray, np.ndarray[tuple[int, ...], np.dtype[np.intc]]]:
    """Values by a power of two below one, which costs no digit, and its exponent, by column."""
    largest = np.fmax.reduce(np.abs(values), axis=0)
    exponents = np.frexp(np.where(np.isfinite(largest), largest, 1.0))[1]
    return np.ldexp(values, -exponents), exponents


def is_constant(
    low: FloatArray, high: FloatArray, noise: float = NOISE
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Whether the extremes of a column differ by no more than float noise."""
    return high - low <= noise * np.maximum(np.abs(low), np.abs(high))


def settled(column: FloatArray, noise: float = 0.0) -> FloatArray:
    """A column in which values equal but for float noise are exactly equal; NaN stays NaN.

    ``noise`` is how far they may be off, where the column does not show it: it came about by
    numbers that cancelled.
    """
    present = np.flatnonzero(~np.isnan(column))
    order = present[np.argsort(column[present], kind="stable")]
    ascending = column[order]
    if ascending.size < 2:
        return column
    steps = np.diff(ascending)
    noise = max(noise, NOISE * max(abs(ascending[0]), abs(ascending[-1])))
    if not ((steps > 0) & (steps <= noise)).any():
        return column
    starts = np.concatenate(([True], steps > noise))
    found = column.copy()
    found[order] = ascending[starts][np.cumsum(starts) - 1]
    return found


def readable(values: FloatArray, size: FloatArray | None = None) -> FloatArray:
    """The decimals that computed values denote: to thirteen significant digits of ``size``.

    ``size`` is the magnitude the arithmetic worked at, the values' own unless stated: a mean of
    large numbers is no better than they are. Each value is judged by itself, so that equal
    results of division are equal whoever else is there. What is not finite stays.
    """
    magnitude = np.abs(values)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        # Clear of noise in the logarithm itself: 0.1 and the float below it have one exponent.
        exponent = np.floor(np.log10(magnitude if size is None else size) + 1e-14)
        places = SAFE_DIGITS - 1 - exponent
        unit = 10.0 ** np.abs(places)
        units = np.where(places >= 0, magnitude * unit, magnitude / unit)
        # Halves go up, clear of the noise that would send one up and its equal down.
        units = np.floor(units + 0.52)
        found = np.copysign(np.where(places >= 0, units / unit, units * unit), values)
    return np.where(np.isfinite(found), found, values)


def _centred(values: FloatArray) -> FloatArray:
    """Deviations from the mean in a unit in which their powers stay within the floats."""
    scaled, _exponent = _scaled(values)
    centred: FloatArray = scaled - scaled.mean()
    return _scaled(centred)[0]


def skewness(values: FloatArray) -> float:
    """Sample skewness G₁ = √(n(n − 1))/(n − 2) · m₃/m₂^(3/2) of a vector without gaps.

    NaN below three values or without spread (Joanes and Gill 1998).
    """
    n = values.size
    if n < 3:
        return float("nan")
    centred = _centred(values)
    second = float((centred**2).mean())
    if second == 0:
        return float("nan")
    third = float((centred**3).mean())
    return float(np.sqrt(n * (n - 1)) / (n - 2) * third / second**1.5)


def kurtosis(values: FloatArray) -> float:
    """Sample excess kurtosis G₂ = (n − 1)/((n − 2)(n − 3)) · ((n + 1)g₂ + 6) of a vector.

    NaN below four values or without spread (Joanes and Gill 1998).
    """
    n = values.size
    if n < 4:
        return float("nan")
    centred = _centred(values)
    second = float((centred**2).mean())
    if second == 0:
        return float("nan")
    excess = float((centred**4).mean()) / second**2 - 3.0
    return (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * excess + 6.0)
