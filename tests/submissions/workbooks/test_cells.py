"""What a cell means: digits, percentages, dates, formulas, errors."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assessment.engine.figures import plain_number
from assessment.submissions.workbooks.cells import (
    CellError,
    Content,
    cell_text,
    fits_cell,
    number_text,
)

# As a workbook tells it: without a zone.
FIRST_OF_MARCH = datetime(2017, 3, 1)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (82.09999999999999, "82.1"),
        (1 / 3, "0.333333333333333"),
        (1e-7, "0.0000001"),
        (123456789012345.0, "123456789012345"),
        (1e15, "1000000000000000"),
        (-0.0, "0"),
        (81, "81"),
    ],
)
def test_number_has_the_fifteen_digits_a_spreadsheet_shows(value: float, text: str) -> None:
    assert number_text(value) == text


@given(
    st.decimals(min_value=-(10**15), max_value=10**15, places=8, allow_nan=False).filter(fits_cell)
)
def test_number_that_fits_a_cell_comes_back_digit_for_digit(value: Decimal) -> None:
    assert number_text(float(value)) == plain_number(value)


def test_sixteen_digits_do_not_fit_a_cell() -> None:
    assert fits_cell(Decimal("1234567890.12345"))
    assert not fits_cell(Decimal("1234567890.123456"))


def test_percent_format_means_what_the_cell_shows() -> None:
    assert cell_text(Content(0.853, "0.0%"), is_value=True) == "85.3%"
    assert cell_text(Content(0.07, "0%"), is_value=True) == "7%"
    assert cell_text(Content(85.3, "0.0"), is_value=True) == "85.3"


def test_formula_counts_as_what_it_computed() -> None:
    assert cell_text(Content(3.0, formula="=1+2"), is_value=True) == "3"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            Content(None, formula="=SUM(A1:A3)"),
            "Found the formula “=SUM(A1:A3)” without a result; expected a figure or text. "
            "Open the file in a spreadsheet program, save it, and choose it again.",
        ),
        (
            Content("#DIV/0!", is_error=True, formula="=1/0"),
            "Found the error #DIV/0!; expected a figure or text. "
            "Correct the formula, or write the figure itself.",
        ),
        (
            Content(FIRST_OF_MARCH),
            "Found the date or time 2017-03-01 (the number 42795 shown as a date); "
            "expected a number. Give the cell a number format and write the figure again.",
        ),
        (
            Content(time(12, 0)),
            "Found the date or time 12:00:00 (the number 0.5 shown as a date); "
            "expected a number. Give the cell a number format and write the figure again.",
        ),
        (
            Content(timedelta(days=1, hours=12)),
            "Found the date or time 1 day, 12:00:00 (the number 1.5 shown as a date); "
            "expected a number. Give the cell a number format and write the figure again.",
        ),
    ],
)
def test_what_cannot_be_a_figure_is_named(content: Content, said: str) -> None:
    with translation.override("en"), pytest.raises(CellError) as refused:
        cell_text(content, is_value=True)
    assert str(refused.value) == said


def test_date_among_words_is_a_date() -> None:
    assert cell_text(Content(FIRST_OF_MARCH), is_value=False) == "2017-03-01"
    assert cell_text(Content(date(2017, 3, 1)), is_value=False) == "2017-03-01"
