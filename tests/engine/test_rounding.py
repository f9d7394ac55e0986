"""Rounding: GB/T 8170 examples and the removal of float noise."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.engine import round_half_even
from assessment.engine.rounding import published_units, units_to_decimal


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        # GB/T 8170-2008, 3.2 (进舍规则): the standard's examples of whole numbers and
        # decimals; those of tens and hundreds have no counterpart in a published score.
        (12.1498, 0, "12"),
        (12.1498, 1, "12.1"),
        (10.5002, 0, "11"),
        (1.050, 1, "1.0"),
        (0.35, 1, "0.4"),
        (-0.0365, 3, "-0.036"),
        # Ties that binary floats cannot hold exactly.
        (2.675, 2, "2.68"),
        (2.665, 2, "2.66"),
        (1.005, 2, "1.00"),
        (2.6749999999999994, 2, "2.68"),
        (2.6749999, 2, "2.67"),
        (0.1 + 0.2, 1, "0.3"),
        (-0.001, 2, "0.00"),
        # Noise in the last digits of a score with many published places.
        (50.000000499999993, 6, "50.000000"),
        (50.000000500000007, 6, "50.000000"),
        (50.0000005001, 6, "50.000001"),
        (99.99999949999999, 6, "100.000000"),
        # Beyond thirteen digits a tie is one only if the float itself says so.
        (12345678901234.5, 0, "12345678901234"),
        (12345678901234.6, 0, "12345678901235"),
        (100.0, 2, "100.00"),
        (1e308, 0, str(int(Decimal("1e308")))),
    ],
)
def test_round_half_even(value: float, decimals: int, expected: str) -> None:
    assert str(round_half_even(value, decimals)) == expected


@given(st.integers(-(10**7), 10**7), st.integers(0, 4))
def test_ties_written_as_decimals_go_to_the_even_neighbour(units: int, decimals: int) -> None:
    tie = Decimal(2 * units + 1).scaleb(-decimals) / 2
    expected = tie.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    assert round_half_even(float(tie), decimals) == expected


@given(st.lists(st.floats(-1e4, 1e4), min_size=1), st.integers(0, 4))
def test_arrays_round_as_single_values(values: list[float], decimals: int) -> None:
    units = published_units(np.array(values), decimals)
    found = [units_to_decimal(unit, decimals) for unit in units]
    assert found == [round_half_even(value, decimals) for value in values]


def test_missing_values_stay_missing() -> None:
    units = published_units(np.array([[1.005, np.nan]]), 2)
    assert units_to_decimal(units[0, 0], 2) == Decimal("1.00")
    assert units_to_decimal(units[0, 1], 2) is None
