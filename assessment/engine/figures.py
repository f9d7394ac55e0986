"""How numbers are written for readers: one way for pages, files, charts and reports."""

from __future__ import annotations

from decimal import Decimal

from assessment.engine.document import Node
from assessment.engine.rounding import round_half_even
from assessment.engine.texts import is_chinese

MINUS = "\N{MINUS SIGN}"
_YES_NO = {"zh": ("是", "否"), "en": ("Yes", "No")}


def plain_number(value: Decimal | float) -> str:
    """The number as people write it: no exponent, no needless zeros; a hyphen for minus."""
    text = f"{Decimal(str(value)):f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def typographic(number: str) -> str:
    """The number with a true minus sign, for reading; files keep the hyphen."""
    return number.replace("-", MINUS)


def fixed_number(value: Decimal | float, decimals: int) -> str:
    """The number with so many places, half-even (GB/T 8170), true minus sign, no minus zero."""
    return typographic(f"{round_half_even(float(value), decimals):f}")


def signed_number(value: Decimal | float) -> str:
    """A difference or points given, with a true sign; zero has none.

    A Decimal keeps its places, so that a column stays aligned; a float loses needless zeros.
    """
    text = f"{abs(value):f}" if isinstance(value, Decimal) else plain_number(abs(value))
    if not value:
        return text
    return f"+{text}" if value > 0 else f"{MINUS}{text}"


def value_text(node: Node, value: Decimal | float | None, language: str) -> str:
    """An observed value for readers, without its unit: a level's title, yes or no, a number.

    A number has the indicator's own decimals; one without any is written plainly. Empty for
    ``None``.
    """
    if value is None:
        return ""
    word = word_for(node, value, language)
    if word:
        return word
    if node.value is None or node.value.decimals is None:
        return typographic(plain_number(value))
    return fixed_number(value, node.value.decimals)


def word_for(node: Node, value: Decimal | float, language: str) -> str:
    """The word in the place of a value: a level's title, yes or no; empty for a number.

    Between two levels, or between yes and no, a median is a number.
    """
    spec, number = node.value, float(value)
    if spec is None:
        return ""
    for level in spec.levels:
        if level.value == number:
            return level.title.text(language)
    if spec.type == "boolean" and number in (0.0, 1.0):
        yes, no = _YES_NO["zh" if is_chinese(language) else "en"]
        return yes if number else no
    return ""


def unit_text(node: Node, language: str) -> str:
    """The unit of a value shown as a number; levels and yes or no have none."""
    if node.unit is None:
        return ""
    if node.value is not None and (node.value.levels or node.value.type == "boolean"):
        return ""
    return node.unit.text(language)
