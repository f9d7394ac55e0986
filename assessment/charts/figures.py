"""Decimals of charts: medians and how numbers are written."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from statistics import median

from assessment.engine.figures import fixed_number


def median_of(values: Iterable[Decimal | None]) -> Decimal | None:
    """The median of the values there are; of an even number the mean of the middle two."""
    present = [value for value in values if value is not None]
    return median(present) if present else None


def written(value: Decimal | None, decimals: int, absent: str = "—") -> str:
    """The number with a fixed number of places, half-even (GB/T 8170), true minus sign."""
    if value is None:
        return absent
    return fixed_number(value, decimals)
