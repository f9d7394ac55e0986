"""Shows observations in tables."""

from decimal import Decimal

from django import template

from assessment.engine.figures import plain_number
from assessment.observations.matrix_page import shown_value
from assessment.observations.queries import Cell
from assessment.observations.statuses import Status

register = template.Library()


@register.filter
def cell_value(cell: Cell) -> str:
    """The value of a cell as the matrix shows it; empty without one."""
    return shown_value(cell)


@register.filter
def status_label(status: str) -> str:
    """The word for a status."""
    return str(Status(status).label)


@register.filter
def exact(value: Decimal | None) -> str:
    """A number with all its decimals and no needless zero; empty for none."""
    return "" if value is None else plain_number(value)
