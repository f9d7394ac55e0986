"""Filters that show differences to the public."""

from decimal import Decimal

from django import template

from assessment.portal import text

register = template.Library()


@register.filter
def signed(value: Decimal | float | None) -> str:
    """A difference with a true sign; empty for none."""
    return "" if value is None else text.signed(value)
