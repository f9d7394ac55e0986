"""Rows of a long chart, shared out among several pictures that follow each other."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

ALL_ROWS: Final = slice(None)


def even_parts(count: int, *, whole: int, part: int) -> list[slice]:
    """Slices of ``count`` rows: one where at most ``whole``, else even ones of at most ``part``.

    The sizes differ by one row at most. There is always one slice, of nothing for no rows.
    """
    pictures = 1 if count <= whole else -(-count // part)
    starts = [count * number // pictures for number in range(pictures + 1)]
    return [slice(start, end) for start, end in pairwise(starts)]
