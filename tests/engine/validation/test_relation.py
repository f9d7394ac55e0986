"""Relation: Σ terms compared with Σ other terms + constant, within a tolerance."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.engine.validation import describe, sentence
from tests.engine.validation.answers import codes, facts, found, rule, tiny


def term(code: str, factor: float = 1) -> dict[str, Any]:
    return {"indicator": code, "factor": factor}


PARTS = rule(
    "relation",
    terms=[term("A"), term("B")],
    operator="equals",
    other_terms=[term("C")],
    tolerance=0.1,
)


@pytest.mark.parametrize(
    ("a", "b", "c", "holds"),
    [
        ("40", "60", "100", True),
        ("40", "60.1", "100", True),  # exactly the tolerance
        ("40", "60.11", "100", False),
        ("0.1", "0.2", "0.3", True),
    ],
)
def test_two_parts_make_the_whole(a: str, b: str, c: str, holds: bool) -> None:
    assert (codes(tiny(PARTS), facts({"A": a, "B": b, "C": c})) == []) == holds


@given(
    st.decimals(-1000, 1000, places=4),
    st.decimals(-1000, 1000, places=4),
    st.sampled_from(["equals", "at_least", "at_most"]),
    st.decimals(0, 10, places=2),
)
def test_every_operator_agrees_with_fractions(
    a: Decimal, b: Decimal, operator: str, tolerance: Decimal
) -> None:
    stated = rule(
        "relation",
        terms=[term("A", 2)],
        operator=operator,
        other_terms=[term("B", -0.5)],
        constant=7,
        tolerance=float(tolerance),
    )
    apart = 2 * Fraction(a) - (Fraction(b) * Fraction(-1, 2) + 7)
    holds = {
        "equals": abs(apart) <= Fraction(tolerance),
        "at_least": apart >= -Fraction(tolerance),
        "at_most": apart <= Fraction(tolerance),
    }[operator]
    assert (codes(tiny(stated), facts({"A": str(a), "B": str(b)})) == []) == holds


def test_without_one_of_its_values_nothing_is_judged() -> None:
    assert codes(tiny(PARTS), facts({"A": "40", "B": "70", "C": None})) == []
    assert codes(tiny(PARTS), facts({"A": "40", "C": "100"})) == []


def test_the_finding_stands_at_the_first_term_and_shows_both_sums() -> None:
    (finding,) = found(tiny(PARTS), facts({"A": "40", "B": "70", "C": "100"}))
    assert finding.indicator == "A"
    assert sentence(finding, "en") == (
        "Found “A” + “B” = 110; expected equal to “C” = 100 (tolerance 0.1). They are 10 apart: "
        "check the figures of these indicators. If the figure is right, explain why."
    )
    assert sentence(finding, "zh-hans") == (
        "现为：“中文 A” + “中文 B” = 110；应为：等于“中文 C” = 100（允许误差 0.1）。"
        "两者相差 10：请核对所涉指标。如数据无误，请说明原因。"
    )


def test_any_figure_that_changes_makes_it_another_finding() -> None:
    (one,) = found(tiny(PARTS), facts({"A": "40", "B": "70", "C": "100"}))
    (same,) = found(tiny(PARTS), facts({"A": "40.0", "B": "70", "C": "100.00"}))
    (other,) = found(tiny(PARTS), facts({"A": "40", "B": "71", "C": "100"}))
    assert one.basis == same.basis != other.basis


def test_the_rule_is_described() -> None:
    stated = rule("relation", terms=[term("A"), term("B", -2)], operator="at_most", constant=100)
    document = tiny(stated)
    assert describe(document.validation[0], document.by_code, "en") == "“A” − 2 × “B”: at most 100."
