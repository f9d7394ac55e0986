"""Shows reductions in tables."""

from decimal import ROUND_HALF_EVEN, Decimal

from django import template

register = template.Library()
_SHOWN = Decimal("0.01")


@register.filter
def two_places(value: Decimal | None) -> str:
    """A percentage with two decimals, half-even, with a true minus sign; empty for none."""
    if value is None:
        return ""
    return f"{value.quantize(_SHOWN, ROUND_HALF_EVEN):f}".replace("-", "−")
