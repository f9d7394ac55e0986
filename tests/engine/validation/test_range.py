"""Range: both ends belong to it; a missing end is open; no value, no finding."""

import pytest

from assessment.engine.validation import describe, sentence
from tests.engine.validation.answers import HOURS, SHARE, codes, facts, found, rule, tiny

FROM_2_TO_3 = rule("range", min=2, max=3)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1.99999999", ["range_below"]),
        ("2", []),
        ("3", []),
        ("3.00000001", ["range_above"]),
        ("-2", ["range_negative"]),
        (None, []),
    ],
)
def test_the_ends_belong_to_the_range(value: str | None, expected: list[str]) -> None:
    assert [code for _a, code in codes(tiny(FROM_2_TO_3), facts({"A": value}))] == expected


def test_binary_fractions_do_not_move_the_ends() -> None:
    assert codes(tiny(rule("range", max=0.3)), facts({"A": "0.3"})) == []
    assert codes(tiny(rule("range", max=0.3)), facts({"A": "0.30000001"})) != []


def test_an_end_that_is_left_out_is_open() -> None:
    assert codes(tiny(rule("range", max=3)), facts({"A": "-1000000"})) == []
    assert codes(tiny(rule("range", min=2)), facts({"A": "1000000"})) == []


def test_a_warning_asks_for_an_explanation_and_an_error_does_not() -> None:
    (warning,) = found(tiny(FROM_2_TO_3), facts({"A": "5"}))
    assert sentence(warning, "en") == (
        "Found 5; expected a number from 2 to 3. Check the number and its unit. "
        "If the figure is right, explain why."
    )
    assert sentence(warning, "zh-hans") == (
        "现为：5；应为：2 至 3 之间的数字。请核对数字和单位。如数据无误，请说明原因。"
    )
    (error,) = found(tiny({**FROM_2_TO_3, "severity": "error"}), facts({"A": "5"}))
    assert sentence(error, "en").endswith("Check the number and its unit.")


def test_a_share_above_100_percent_is_told_as_such() -> None:
    document = tiny(A={"value": {"type": "percent"}, "unit": SHARE})
    (finding,) = found(document, facts({"A": "101"}))
    assert finding.is_error
    assert sentence(finding, "en") == (
        "Found 101; expected a number from 0 to 100. "
        "A share cannot exceed 100 %: check numerator and denominator."
    )


def test_the_rule_is_described_with_the_titles_of_its_indicators() -> None:
    document = tiny(rule("range", min=2, indicators=["A", "B"]), A={"unit": HOURS})
    (stated,) = document.validation
    assert describe(stated, document.by_code, "en") == "“A”, “B”: a number of at least 2."
    assert (
        describe(stated, document.by_code, "zh-hans") == "“中文 A”、“中文 B”应为不小于 2 的数字。"
    )


def test_the_unit_stands_behind_the_range() -> None:
    title = {"zh-Hans": "“一厂一策”用时", "en": "Hours of “one plan”"}
    document = tiny(rule("range", max=24), A={"unit": HOURS, "title": title})
    (finding,) = found(document, facts({"A": "45"}))
    assert "expected a number of at most 24 (hours)." in sentence(finding, "en")
    (stated,) = document.validation
    assert describe(stated, document.by_code, "zh-hans") == (
        "“‘一厂一策’用时”应为不大于 24 的数字（小时）。"
    )
