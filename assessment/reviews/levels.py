"""The levels of a rubric as exact numbers: a framework writes any number as a level."""

from decimal import Decimal

from assessment.engine.document import Level, Node


def levels_of(node: Node) -> dict[Decimal, Level]:
    """The levels experts choose from, by their value, in the framework's order."""
    levels = node.value.levels if node.value else ()
    return {Decimal(str(level.value)): level for level in levels}
