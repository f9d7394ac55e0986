"""Shows reductions in tables."""

from decimal import ROUND_HALF_EVEN, Decimal

from django import template

from assessment.airquality.reduction import POLLUTANT_OF
from assessment.engine.document import Node

register = template.Library()
_SHOWN = Decimal("0.01")


@register.filter
def pollutant(node: Node) -> str:
    """The pollutant an indicator measures the fall of."""
    return str(POLLUTANT_OF[node.code].label)


@register.filter
def two_places(value: Decimal | None) -> str:
    """A percentage with two decimals, half-even, with a true minus sign; empty for none."""
    if value is None:
        return ""
    return f"{value.quantize(_SHOWN, ROUND_HALF_EVEN):f}".replace("-", "−")
