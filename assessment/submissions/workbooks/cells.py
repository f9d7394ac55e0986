"""One cell of a workbook becomes the text its writer meant, or a sentence about its fault."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import to_excel

from assessment.engine.document import Node
from assessment.engine.figures import plain_number
from assessment.observations.numbers import allowed_decimals, shown
from assessment.observations.validity import MAX_DECIMALS, Fault

# A cell holds a float of 64 bits, and spreadsheet programs show and compare 15 digits of it.
DIGITS = 15


class CellError(ValueError):
    """The cell holds what cannot be an answer; the message says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))


@dataclass(frozen=True)
class Content:
    """One cell: its value, how it is shown, and the formula that computed it, if one did."""

    value: object = None
    number_format: str = "General"
    formula: str = ""
    is_error: bool = False


def fits_cell(value: Decimal) -> bool:
    """Whether a cell gives the number back digit for digit."""
    return Decimal(_digits(float(value))) == value


def figure_format(node: Node) -> str:
    """As many decimals as the framework states, and each further one that is written."""
    decimals = allowed_decimals(node.value)
    if node.value is None or (node.value.decimals is None and decimals):
        return "General"
    if decimals == 0:
        return "0"
    return "0." + "0" * decimals + "#" * (MAX_DECIMALS - decimals)


def number_text(value: float) -> str:
    """The number as the spreadsheet shows it in full: 15 digits, no exponent.

    0.1 + 0.2 is 0.30000000000000004 as a float and 0.3 in every spreadsheet program.
    """
    return plain_number(Decimal(_digits(value)))


def cell_text(content: Content, *, is_value: bool) -> str:
    """The text of a cell; ``is_value`` for the column of figures.

    A formula counts as what it computed when its program saved it. ``CellError`` for an error
    of the spreadsheet, a formula nobody computed, and a date among figures.
    """
    value = content.value
    if content.formula and value is None:
        raise CellError(
            Fault(
                _("the formula %(formula)s without a result") % {"formula": shown(content.formula)},
                _("a figure or text"),
                _("Open the file in a spreadsheet program, save it, and choose it again."),
            )
        )
    if content.is_error:
        raise CellError(
            Fault(
                _("the error %(error)s") % {"error": value},
                _("a figure or text"),
                _("Correct the formula, or write the figure itself."),
            )
        )
    if isinstance(value, datetime | date | time | timedelta):
        return _date_text(value, is_value=is_value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _figure(value, content.number_format)
    return "" if value is None else str(value)


def _figure(value: float, number_format: str) -> str:
    """Where the program shows 0.853 as 85.3 %, the writer wrote 85.3 %."""
    if "%" in number_format:
        return f"{plain_number(Decimal(_digits(value)) * 100)}%"
    return number_text(value)


def _date_text(value: datetime | date | time | timedelta, *, is_value: bool) -> str:
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    text = value.isoformat() if isinstance(value, date | time) else str(value)
    if not is_value:
        return text
    number = number_text(float(to_excel(value)))  # type: ignore[no-untyped-call]
    raise CellError(
        Fault(
            _("the date or time %(date)s (the number %(number)s shown as a date)")
            % {"date": text, "number": number},
            _("a number"),
            _("Give the cell a number format and write the figure again."),
        )
    )


def _digits(value: float) -> str:
    return f"{value:.{DIGITS}g}"
