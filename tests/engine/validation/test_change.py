"""Change: against the value of the cycle before, in percent, in the unit, or both."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.engine.validation import describe, sentence
from tests.engine.validation.answers import SHARE, codes, facts, found, rule, tiny

TEN_PERCENT = rule("change", percent=10)


@pytest.mark.parametrize(
    ("before", "now", "is_found"),
    [
        ("80", "88", False),  # exactly 10 %
        ("80", "88.01", True),
        ("80", "72", False),
        ("80", "71.99", True),
        ("-80", "-72", False),  # a tenth of the amount, whatever the sign
        ("-80", "-71.9", True),
        ("0", "0", False),
        ("0", "0.01", True),  # from zero, every change is beyond all percentages
        ("0.3", "0.33", False),
    ],
)
def test_a_change_beyond_the_percentage_is_found(before: str, now: str, is_found: bool) -> None:
    assert bool(codes(tiny(TEN_PERCENT), facts({"A": now}, before={"A": before}))) == is_found


@given(
    st.decimals(-1000, 1000, places=3),
    st.decimals(-1000, 1000, places=3),
    st.integers(1, 200),
    st.integers(1, 200),
)
def test_with_both_limits_both_must_be_passed(
    before: Decimal, now: Decimal, percent: int, absolute: int
) -> None:
    document = tiny(rule("change", percent=percent, absolute=absolute))
    moved = abs(Fraction(now) - Fraction(before))
    is_far = moved > Fraction(percent, 100) * abs(Fraction(before)) and moved > absolute
    answers = facts({"A": str(now)}, before={"A": str(before)})
    assert bool(codes(document, answers)) == is_far


def test_without_a_value_before_nothing_is_judged() -> None:
    assert codes(tiny(TEN_PERCENT), facts({"A": "5"})) == []
    assert codes(tiny(TEN_PERCENT), facts({"A": None}, before={"A": "5"})) == []


def test_the_sentence_has_both_values_and_the_change() -> None:
    (finding,) = found(tiny(TEN_PERCENT), facts({"A": "92.1"}, before={"A": "80"}))
    assert sentence(finding, "en") == (
        "Found 92.1 after 80 in the cycle before (+12.1, +15.1 %); expected a change of at most "
        "10 %. Check the figure and how it was counted. If the figure is right, explain why."
    )
    assert sentence(finding, "zh-hans") == (
        "现为：92.1，上一周期为 80（+12.1，+15.1%）；应为：变化不超过 10%。"
        "请核对数字和口径。如数据无误，请说明原因。"
    )


def test_places_a_database_adds_are_not_shown() -> None:
    (finding,) = found(tiny(TEN_PERCENT), facts({"A": "92.10000000"}, before={"A": "80.00000000"}))
    assert sentence(finding, "en").startswith("Found 92.1 after 80 in the cycle before (+12.1, ")


def test_from_zero_no_percentage_is_told() -> None:
    (finding,) = found(tiny(TEN_PERCENT), facts({"A": "3"}, before={"A": "0"}))
    assert sentence(finding, "en").startswith("Found 3 after 0 in the cycle before (+3);")


def test_of_shares_the_difference_is_in_percentage_points() -> None:
    document = tiny(rule("change", absolute=10), A={"unit": SHARE})
    assert describe(document.validation[0], document.by_code, "en") == (
        "“A”: a change against the cycle before of at most 10 percentage points."
    )


def test_another_value_before_makes_it_another_finding() -> None:
    (one,) = found(tiny(TEN_PERCENT), facts({"A": "9"}, before={"A": "5"}))
    (other,) = found(tiny(TEN_PERCENT), facts({"A": "9"}, before={"A": "6"}))
    assert one.basis != other.basis
