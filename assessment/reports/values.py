"""Observed values as a report prints them: numbers, levels, or the word for their absence."""

from decimal import Decimal

from assessment.engine.document import Node
from assessment.engine.figures import value_text, word_for
from assessment.observations.statuses import Status
from assessment.reports.frozen import Traced
from assessment.reports.numbers import Figure, aligned


def observed_text(node: Node, traced: Traced, language: str) -> Figure:
    """The observed value in the indicator's own decimals, a level's name, or the status."""
    if traced["status"] != Status.VALUE or traced["raw"] is None:
        return Figure(word=str(Status(traced["status"]).label))
    return valued(node, Decimal(repr(float(traced["raw"]))), language)


def valued(node: Node, value: Decimal, language: str) -> Figure:
    """A value of the indicator: a level's name, or a number with its own decimals."""
    word = word_for(node, value, language)
    return Figure(word=word) if word else aligned(value_text(node, value, language))
