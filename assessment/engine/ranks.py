"""Ranks on published values: the highest is 1 and equal values share the better rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from assessment.engine.arrays import FloatArray

# Whole numbers whose range is at most this many times their count are counted, not sorted.
_COUNTED_RANGE = 16

# Rows up to this long are ranked by comparing every two values.
_COMPARED_COLUMNS = 128

# Whole numbers that two bytes hold, which compare four times as fast as floats.
_SMALL = 32_000


def competition_ranks(values: FloatArray) -> FloatArray:
    """Return ranks of a vector, 1, 2, 2, 4; NaN values are not ranked and stay NaN."""
    ranked = np.isfinite(values)
    if ranked.all():
        return _ranks(values)
    ranks = np.full(values.shape, np.nan)
    ranks[ranked] = _ranks(values[ranked])
    return ranks


def _ranks(values: FloatArray) -> FloatArray:
    if not values.size:
        return values.copy()
    low, high = float(values.min()), float(values.max())
    if high - low <= _COUNTED_RANGE * values.size:
        below = high - values
        places = below.astype(np.intp)
        if (places == below).all():
            # One more than the number of values above: cumulated counts, shifted by one.
            counts = np.bincount(places)
            above = np.cumsum(counts) - counts
            return (above[places] + 1).astype(np.float64)
    ascending = np.sort(-values)
    return (np.searchsorted(ascending, -values, side="left") + 1).astype(np.float64)


def column_ranks(values: FloatArray) -> FloatArray:
    """Return the ranks within each column of a matrix."""
    ranks = np.empty(values.shape, order="F")
    for column in range(values.shape[1]):
        ranks[:, column] = competition_ranks(values[:, column])
    return ranks


def row_ranks(values: FloatArray) -> FloatArray:
    """Return the ranks within each row of a matrix."""
    if values.shape[1] > _COMPARED_COLUMNS:
        return np.array([competition_ranks(row) for row in values]).reshape(values.shape)
    # Fewer comparisons than a sort would take steps; nothing is above or below a NaN.
    columns = _compact(values)
    above, is_above = np.zeros(columns.shape, dtype=np.uint8), np.empty(columns.shape, dtype=bool)
    added = is_above.view(np.uint8)
    for column in columns:
        np.greater(column, columns, out=is_above)
        above += added
    return np.where(np.isnan(values), np.nan, above.T + 1.0)


def _compact(values: FloatArray) -> np.ndarray[tuple[int, ...], np.dtype[Any]]:
    """The values column by column, in two bytes each where they are small whole numbers."""
    columns = np.ascontiguousarray(values.T)
    if not (np.abs(columns) <= _SMALL).all():  # a NaN is not, either
        return columns
    small = columns.astype(np.int16)
    return small if (small == columns).all() else columns


def group_ranks(values: FloatArray, groups: Sequence[str]) -> FloatArray:
    """Return ranks within each group of rows; rows without a group are not ranked."""
    ranks = np.full(values.shape, np.nan)
    labels = np.array(groups)
    for group in dict.fromkeys(label for label in groups if label):
        members = labels == group
        ranks[members] = column_ranks(values[members])
    return ranks


def rank_number(rank: float) -> int | None:
    """Return a rank as a number, or ``None`` for the unranked."""
    return None if rank != rank else int(rank)  # NaN alone differs from itself
