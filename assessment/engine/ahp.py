"""The analytic hierarchy process: weights from pairwise comparisons (Saaty 1980, 2008)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

# Mean consistency index of random reciprocal matrices of 1, 2, 3, … elements (Saaty 1980).
RANDOM_INDEX: Final = (
    *(0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
)
MAX_RATIO: Final = 0.10
# How far a(i, k) · a(k, i) may be from 1, so that 0.33 may be typed for a third.
RECIPROCAL_TOLERANCE: Final = 0.02


class Priorities(NamedTuple):
    """Weights that sum to one, the principal eigenvalue, and the consistency ratio."""

    weights: tuple[float, ...]
    eigenvalue: float
    ratio: float


def priorities(matrix: Sequence[Sequence[float]]) -> Priorities:
    """Return the principal eigenvector of a positive reciprocal matrix, and its consistency.

    The ratio is (λmax − n)/(n − 1) over the random index; one or two elements are always
    consistent. ValueError for a matrix that is not square or larger than the random index.
    """
    table = np.array(matrix, dtype=np.float64)
    size = len(table)
    if table.shape != (size, size) or not 1 <= size <= len(RANDOM_INDEX):
        raise ValueError(f"a square matrix of at most {len(RANDOM_INDEX)} elements is needed")
    values, vectors = np.linalg.eig(table)
    principal = int(np.argmax(values.real))
    vector = np.abs(vectors[:, principal].real)
    eigenvalue = float(values[principal].real)
    ratio = 0.0
    if size > 2:
        ratio = max(0.0, (eigenvalue - size) / (size - 1) / RANDOM_INDEX[size - 1])
    return Priorities(tuple((vector / vector.sum()).tolist()), eigenvalue, ratio)


def is_reciprocal(matrix: Sequence[Sequence[float]]) -> bool:
    """Tell whether a square matrix has a(k, i) = 1/a(i, k) and ones on its diagonal."""
    table = np.array(matrix, dtype=np.float64)
    return bool(
        (table > 0).all()
        and (np.diag(table) == 1).all()
        and (np.abs(table * table.T - 1.0) <= RECIPROCAL_TOLERANCE).all()
    )
