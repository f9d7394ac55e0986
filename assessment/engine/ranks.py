"""Ranks on published values: the highest is 1 and equal values share the better rank."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assessment.engine.arrays import FloatArray


def competition_ranks(values: FloatArray) -> FloatArray:
    """Return ranks of a vector, 1, 2, 2, 4; NaN values are not ranked and stay NaN."""
    ranked = np.isfinite(values)
    ranks = np.full(values.shape, np.nan)
    ascending = np.sort(-values[ranked])
    ranks[ranked] = np.searchsorted(ascending, -values[ranked], side="left") + 1
    return ranks


def column_ranks(values: FloatArray) -> FloatArray:
    """Return the ranks within each column of a matrix."""
    return np.column_stack([competition_ranks(column) for column in values.T])


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
    return None if np.isnan(rank) else int(rank)
