"""Shows reductions in tables."""

from decimal import Decimal

from django import template

from assessment.airquality.reduction import POLLUTANT_OF
from assessment.engine.document import Node
from assessment.engine.figures import fixed_number

register = template.Library()


@register.filter
def pollutant(node: Node) -> str:
    """The pollutant an indicator measures the fall of."""
    return str(POLLUTANT_OF[node.code].label)


@register.filter
def two_places(value: Decimal | None) -> str:
    """A percentage with two decimals, half-even, with a true minus sign; empty for none."""
    return "" if value is None else fixed_number(value, 2)
