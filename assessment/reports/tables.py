"""The tables of a report: dimensions, and the whole tree by indicator."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.engine.document import Node
from assessment.engine.figures import plain_number, value_text, word_for
from assessment.observations.statuses import Status
from assessment.reports.effects import remarks_on
from assessment.reports.frozen import FrozenResults, Traced
from assessment.reports.numbers import ABSENT, Figure, aligned, figure, published, rounded
from assessment.reports.sentences import joined


@dataclass(frozen=True)
class DimensionRow:
    """One direct branch of the index."""

    title: str
    weight: str
    score: Figure
    median: Figure
    points: Figure
    rank: str


@dataclass(frozen=True)
class TreeRow:
    """One node below the index; ``level`` 0 is a dimension, ``is_group`` has children."""

    title: str
    level: int
    is_group: bool
    unit: str
    value: Figure
    median: Figure
    score: Figure
    weight: str
    points: Figure
    remarks: str


def dimension_rows(results: FrozenResults, language: str) -> list[DimensionRow]:
    """The dimensions with score, median, points and rank."""
    decimals = results.framework.decimals
    rows = []
    for node in results.framework.dimensions:
        traced = results.nodes[node.code]
        rows.append(
            DimensionRow(
                title=node.title.text(language),
                weight=plain_number(node.weight),
                score=figure(published(traced["published"]), decimals, _("No score")),
                median=figure(results.median_score(node), decimals),
                points=_points(traced, decimals),
                rank=ABSENT if traced["rank"] is None else str(traced["rank"]),
            )
        )
    return rows


def tree_branches(results: FrozenResults, language: str) -> list[list[TreeRow]]:
    """Every node below the index, one list for each dimension with all it holds."""
    branches: list[list[TreeRow]] = []
    for node in results.framework.depth_first:
        if node.parent == results.framework.root.code:
            branches.append([])
        if node.parent is not None:
            branches[-1].append(_tree_row(results, node, language))
    return branches


def observed_text(node: Node, traced: Traced, language: str) -> Figure:
    """The observed value in the indicator's own decimals, a level's name, or the status."""
    if traced["status"] != Status.VALUE or traced["raw"] is None:
        return Figure(word=str(Status(traced["status"]).label))
    return _value(node, Decimal(repr(float(traced["raw"]))), language)


def _tree_row(results: FrozenResults, node: Node, language: str) -> TreeRow:
    traced, decimals = results.nodes[node.code], results.framework.decimals
    return TreeRow(
        title=node.title.text(language),
        level=len(results.framework.ancestors(node.code)) - 1,
        is_group=not node.is_leaf,
        unit=node.unit.text(language) if node.unit is not None else "",
        value=observed_text(node, traced, language) if node.is_leaf else Figure(),
        median=_median(results, node, language),
        score=figure(published(traced["published"]), decimals),
        weight=plain_number(node.weight),
        points=_points(traced, decimals),
        remarks=joined(remarks_on(results, node, language), language),
    )


def _median(results: FrozenResults, node: Node, language: str) -> Figure:
    if not node.is_leaf:
        return Figure()
    middle = results.median_value(node)
    return Figure(word=ABSENT) if middle is None else _value(node, middle, language)


def _value(node: Node, value: Decimal, language: str) -> Figure:
    word = word_for(node, value, language)
    return Figure(word=word) if word else aligned(value_text(node, value, language))


def _points(traced: Traced, decimals: int) -> Figure:
    return figure(rounded(traced["points"], decimals), decimals)
