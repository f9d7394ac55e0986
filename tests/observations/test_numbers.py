"""What officials type as numbers."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from assessment.engine.document import Node, ValueSpec
from assessment.engine.texts import LocalizedText
from assessment.observations.numbers import NotANumberError, expected_value, parse_value


def node(unit: str = "%", unit_zh: str = "", **spec: Any) -> Node:
    values: dict[str, Any] = {"type": "number", "min": 0, "max": 100, "decimals": 1, **spec}
    return Node(
        code="S1",
        parent="d",
        kind="indicator",
        title=LocalizedText("指标", "Indicator"),
        unit=LocalizedText(unit_zh or unit, unit),
        value=ValueSpec(**values),
    )


WIDE = {"min": None, "max": None, "decimals": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("85", "85"),
        ("85.5", "85.5"),
        (" 85.5 ", "85.5"),
        ("８５．５", "85.5"),
        ("85。5", "85.5"),
        ("85.5%", "85.5"),
        ("85.5 %", "85.5"),
        ("８５．５％", "85.5"),
        ("85.50", "85.5"),
        ("+7", "7"),
        (".5", "0.5"),
        ("5.", "5"),
        ("\u3000100\u3000", "100"),
        ("\ufeff12", "12"),
        ("0", "0"),
    ],
)
def test_parse_value_of_a_percentage(text: str, expected: str) -> None:
    assert parse_value(text, node()) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234,567.89", "1234567.89"),
        ("1，234，567", "1234567"),
        ("１，２３４", "1234"),
        ("1 234 567", "1234567"),
        ("1\u00a0234", "1234"),
        ("-12.5", "-12.5"),
        ("−12.5", "-12.5"),
        ("－１２", "-12"),
        ("–3", "-3"),
        ("12 万元", "12"),
        ("12万元", "12"),
        ("12 10k yuan", "12"),
        ("12 10K Yuan", "12"),
    ],
)
def test_parse_value_with_separators_signs_and_units(text: str, expected: str) -> None:
    assert parse_value(text, node("10k yuan", "万元", **WIDE)) == Decimal(expected)


@pytest.mark.parametrize(
    ("text", "spec", "message"),
    [
        ("abc", {}, "Found “abc”; expected a number from 0 to 100, at most 1 decimal."),
        ("约80", {}, "Found “约80”; expected"),
        ("80左右", {}, "Write digits only"),
        ("8O", {}, "Write digits only"),
        ("1.2.3", {}, "Keep one decimal point."),
        ("NaN", {}, "Found “NaN”"),
        ("Infinity", {}, "Found “Infinity”"),
        ("-inf", {}, "Found “-inf”"),
        ("1e5", {}, "Write the number in full, without an exponent."),
        ("1E-2", {}, "Write the number in full, without an exponent."),
        ("0x10", {}, "Write digits only"),
        ("1_000", {}, "Write digits only"),
        ("5²", {}, "Write digits only"),
        ("½", {}, "Write digits only"),
        ("٣", {}, "Write digits only"),
        ("八十", {}, "Write digits only"),
        ("80-90", {}, "Write digits only"),
        ("12,34", {}, "Separate thousands in groups of three"),
        ("1,5", {}, "Separate thousands in groups of three"),
        ("1 5", {}, "Separate thousands in groups of three"),
        ("0,050", {}, "Separate thousands in groups of three, as in 1,234,567; write decimals as"),
        ("00,100", WIDE, "Separate thousands in groups of three"),
        ("0 050", WIDE, "Separate thousands in groups of three"),
        ("-0,050", WIDE, "Separate thousands in groups of three"),
        ("①", {}, "Write digits only"),
        ("1,234 567", {}, "Separate thousands in groups of three"),
        ("12.345", {}, "Found “12.345” with 3 decimals; expected at most 1 decimal."),
        ("12.345", {}, "Round it, for example to 12.3."),
        ("12.5", {"decimals": 0}, "expected a whole number. Remove the decimals."),
        ("12.5", {"type": "integer", "decimals": None}, "expected a whole number."),
        ("-1", {}, "It cannot be negative: remove the minus sign or check the figure."),
        ("101", {}, "A share cannot exceed 100 %: check numerator and denominator."),
        ("100.1", {}, "Found “100.1”; expected a number from 0 to 100"),
        ("5", {"min": 10, "max": 20}, "Found “5”; expected a number from 10 to 20."),
        ("25", {"min": 10, "max": 20}, "Found “25”; expected a number from 10 to 20."),
        ("1" * 16, WIDE, "a number of at most 15 digits"),
        ("12345678.12345678", WIDE, "a number of at most 15 digits"),
        ("0.123456789", WIDE, "at most 8 decimals"),
        ("2", {"type": "boolean", "min": None, "max": None}, "0 (no) or 1 (yes)"),
    ],
)
def test_parse_value_refuses_and_says_why(text: str, spec: dict[str, Any], message: str) -> None:
    with translation.override("en"), pytest.raises(NotANumberError) as refused:
        parse_value(text, node(**spec))
    assert message in str(refused.value)


def test_parse_value_refuses_percent_where_the_unit_is_another() -> None:
    with translation.override("en"), pytest.raises(NotANumberError) as refused:
        parse_value("12%", node("hours", "小时", **WIDE))
    assert str(refused.value) == (
        "Found “12%”; expected a number in hours. "
        "Write the figure in that unit, without the percent sign."
    )


def test_parse_value_cuts_a_pasted_page_in_its_message() -> None:
    with translation.override("en"), pytest.raises(NotANumberError) as refused:
        parse_value("word " * 1000, node())
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({}, "a number from 0 to 100, at most 1 decimal"),
        ({"decimals": 2}, "a number from 0 to 100, at most 2 decimals"),
        ({"max": None, "decimals": 0}, "a whole number of at least 0"),
        ({"min": None}, "a number of at most 100, at most 1 decimal"),
        (WIDE, "a number"),
    ],
)
def test_expected_value_in_words(spec: dict[str, Any], words: str) -> None:
    with translation.override("en"):
        assert expected_value(node(**spec)) == words


@pytest.mark.parametrize(
    "typed", ["9" * 400, "0." + "1" * 400, "1" * 30, "0." + "3" * 50, "-" + "9" * 59]
)
def test_parse_value_of_endless_digits_is_refused_in_words(typed: str) -> None:
    with pytest.raises(NotANumberError) as error:
        parse_value(typed, node())
    assert str(error.value)
