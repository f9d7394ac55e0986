"""Decimals: needless zeros do not count; rounding is half to even, as GB/T 8170 asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.engine.validation import describe, sentence
from tests.engine.validation.answers import codes, facts, found, rule, tiny

ONE = rule("decimals", decimals=1)
DOCUMENT = tiny(ONE)


@pytest.mark.parametrize(
    ("value", "is_found"),
    [
        ("12.3", False),
        ("12.30", False),
        ("12", False),
        ("12.34", True),
        ("1200", False),
        ("0.00000000", False),  # zero as a database gives it back
    ],
)
def test_places_after_the_point_are_counted(value: str, is_found: bool) -> None:
    assert bool(codes(DOCUMENT, facts({"A": value}))) == is_found


@given(st.integers(-(10**15), 10**15), st.integers(0, 8))
def test_a_number_written_with_n_places_has_at_most_n(digits: int, places: int) -> None:
    # Independent of the code: an integer divided by a power of ten has so many places at most.
    written = f"{'-' if digits < 0 else ''}{abs(digits) // 10**places}"
    written += f".{abs(digits) % 10**places:0{places}d}" if places else ""
    needed = len(written.partition(".")[2].rstrip("0"))
    assert bool(codes(DOCUMENT, facts({"A": written}))) == (needed > 1)


@pytest.mark.parametrize(("value", "rounded"), [("2.25", "2.2"), ("2.35", "2.4"), ("-0.04", "0")])
def test_the_rounded_number_is_offered(value: str, rounded: str) -> None:
    (finding,) = found(DOCUMENT, facts({"A": value}))
    assert f"Round it, for example to {rounded}. " in sentence(finding, "en")


def test_no_places_are_a_whole_number() -> None:
    document = tiny(A={"value": {"type": "integer"}})
    (finding,) = found(document, facts({"A": "2.5"}))
    assert sentence(finding, "en") == (
        "Found 2.5 with 1 decimal; expected a whole number. Remove the decimals."
    )
    assert sentence(finding, "zh-hans") == "现为：2.5（1 位小数）；应为：整数。请去掉小数。"


def test_the_rule_is_described() -> None:
    assert describe(DOCUMENT.validation[0], DOCUMENT.by_code, "en") == "“A”: at most 1 decimal."
