"""The tables of a report: dimensions, and the whole tree by indicator."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.engine import full_score_value
from assessment.engine.document import Node
from assessment.engine.explain import weight_of_points
from assessment.engine.figures import plain_number, unit_text
from assessment.observations.provenance import source_label
from assessment.reports.earlier import earlier_score, earlier_value
from assessment.reports.effects import remarks_on
from assessment.reports.frozen import FrozenResults, Traced
from assessment.reports.numbers import ABSENT, Figure, figure, published, rounded
from assessment.reports.sentences import joined
from assessment.reports.values import observed_text, valued
from assessment.scores.models import Origin


@dataclass(frozen=True)
class DimensionRow:
    """One direct branch of the index."""

    title: str
    weight: str
    score: Figure
    before: Figure
    median: Figure
    points: Figure
    rank: str


@dataclass(frozen=True)
class TreeRow:
    """One node below the index; ``level`` 0 is a dimension, ``is_group`` has children.

    ``before`` is the value of the cycle before, ``target`` the one that earns the full score.
    ``source`` names where the value came from, ``evidence`` counts the files signed with it.
    """

    title: str
    level: int
    is_group: bool
    unit: str
    value: Figure
    before: Figure
    median: Figure
    target: Figure
    score: Figure
    weight: str
    points: Figure
    source: str
    evidence: int
    remarks: str


def dimension_rows(
    results: FrozenResults, earlier: FrozenResults | None, language: str
) -> list[DimensionRow]:
    """The dimensions with score, that of the cycle before, median, points and rank."""
    decimals = results.framework.decimals
    rows = []
    for node in results.framework.dimensions:
        traced = results.nodes[node.code]
        rows.append(
            DimensionRow(
                title=node.title.text(language),
                weight=plain_number(round(weight_of_points(node, traced), 4)),
                score=figure(published(traced["published"]), decimals, _("No score")),
                before=figure(earlier_score(earlier, node), decimals),
                median=figure(results.median_score(node), decimals),
                points=_points(traced, decimals),
                rank=ABSENT if traced["rank"] is None else str(traced["rank"]),
            )
        )
    return rows


def tree_branches(
    results: FrozenResults,
    earlier: FrozenResults | None,
    origins: Mapping[str, Origin],
    language: str,
) -> list[list[TreeRow]]:
    """Every node below the index, one list for each dimension with all it holds."""
    branches: list[list[TreeRow]] = []
    for node in results.framework.depth_first:
        if node.parent == results.framework.root.code:
            branches.append([])
        if node.parent is not None:
            origin = origins.get(node.code)
            branches[-1].append(_tree_row(results, earlier, node, origin, language))
    return branches


def _tree_row(
    results: FrozenResults,
    earlier: FrozenResults | None,
    node: Node,
    origin: Origin | None,
    language: str,
) -> TreeRow:
    traced, decimals = results.nodes[node.code], results.framework.decimals
    source = origin.source if origin is not None else node.source
    return TreeRow(
        title=node.title.text(language),
        level=len(results.framework.ancestors(node.code)) - 1,
        is_group=not node.is_leaf,
        unit=unit_text(node, language),
        value=observed_text(node, traced, language) if node.is_leaf else Figure(),
        before=earlier_value(earlier, node, language)
        if earlier is not None and node.is_leaf
        else Figure(),
        median=_median(results, node, language),
        target=_target(results, node, language),
        score=figure(published(traced["published"]), decimals),
        weight=plain_number(round(weight_of_points(node, traced), 4)),
        points=_points(traced, decimals),
        source=source_label(source) if node.is_leaf and source else "",
        evidence=0 if origin is None else origin.evidence,
        remarks=joined(remarks_on(results, node, language), language),
    )


def _target(results: FrozenResults, node: Node, language: str) -> Figure:
    if not node.is_leaf:
        return Figure()
    on = results.publication.cycle.on
    target = full_score_value(node, results.framework.scale, on)
    if target is None:
        return Figure(word=ABSENT)
    return valued(node, Decimal(repr(target)), language)


def _median(results: FrozenResults, node: Node, language: str) -> Figure:
    if not node.is_leaf:
        return Figure()
    middle = results.median_value(node)
    return Figure(word=ABSENT) if middle is None else valued(node, middle, language)


def _points(traced: Traced, decimals: int) -> Figure:
    return figure(rounded(traced["points"], decimals), decimals)
