"""Filters that show a framework's texts and numbers to the reader."""

from decimal import Decimal

from django import template

from assessment.engine.figures import signed_number
from assessment.frameworks import wording

register = template.Library()


@register.filter
def localized(value: object) -> str:
    """``{{ node.title|localized }}``: a bilingual text in the reader's language."""
    return wording.reader_text(value)


@register.filter
def in_chinese(value: object) -> str:
    """The Chinese side of a bilingual text, whoever reads."""
    return wording.side_of(value, "zh-Hans")


@register.filter
def in_english(value: object) -> str:
    """The English side of a bilingual text, whoever reads."""
    return wording.side_of(value, "en")


@register.filter
def points(value: object) -> str:
    """``{{ node.weight|points }}``: a weight or score without needless zeros."""
    return wording.plain_number(value)


@register.filter
def signed(value: Decimal | float | None) -> str:
    """``{{ adjustment.points|signed }}``: points given, with a true sign, no needless zeros."""
    return "" if value is None else signed_number(float(value))


@register.filter
def get(mapping: object, key: str) -> object:
    """``{{ node.raw|get:"from" }}``: a part whose name the template language reserves."""
    return mapping.get(key) if isinstance(mapping, dict) else None
