"""How numbers are written for readers."""

from decimal import Decimal

import pytest

from assessment.engine.figures import fixed_number, plain_number, signed_number


@pytest.mark.parametrize(
    ("value", "text"),
    [(25.0, "25"), (12.5, "12.5"), (100, "100"), (-0.0, "0"), (1e-7, "0.0000001")],
)
def test_plain_numbers_have_no_exponent_and_no_needless_zero(value: float, text: str) -> None:
    assert plain_number(value) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.125, 2, "0.12"), (0.375, 2, "0.38"), (-3.456, 2, "−3.46"), (-0.001, 2, "0.00")],
)
def test_fixed_numbers_are_rounded_half_even(value: float, decimals: int, text: str) -> None:
    assert fixed_number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.5, "+2.5"),
        (-1.0, "−1"),
        (0.0, "0"),
        (3, "+3"),
        (Decimal("1.20"), "+1.20"),
        (Decimal("-0.10"), "−0.10"),
        (Decimal("0.00"), "0.00"),
    ],
)
def test_differences_carry_their_sign_and_decimals_their_places(
    value: Decimal | float, text: str
) -> None:
    assert signed_number(value) == text
