"""How numbers are written for readers: one way for pages, files, charts and reports."""

from __future__ import annotations

from decimal import Decimal

from assessment.engine.document import Node
from assessment.engine.rounding import round_half_even

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


def value_text(node: Node, value: Decimal | float | None, language: str) -> str:
    """An observed value for readers, without its unit: a level's title, yes or no, a number.

    A number has the indicator's own decimals; one without any is written plainly. Empty for
    ``None``.
    """
    if value is None:
        return ""
    spec = node.value
    if spec is None:
        return typographic(plain_number(value))
    for level in spec.levels:
        if level.value == value:
            return level.title.text(language)
    if spec.type == "boolean":
        yes, no = _YES_NO["zh" if language.lower().startswith("zh") else "en"]
        return yes if value else no
    if spec.decimals is None:
        return typographic(plain_number(value))
    return fixed_number(value, spec.decimals)


def unit_text(node: Node, language: str) -> str:
    """The unit of a value shown as a number; levels and yes or no have none."""
    if node.unit is None:
        return ""
    if node.value is not None and (node.value.levels or node.value.type == "boolean"):
        return ""
    return node.unit.text(language)
