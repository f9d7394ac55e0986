"""One locality's results: each dimension in words, each indicator from value to points."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from assessment.charts import ChartDefinition, ProfileRow, dimension_profile
from assessment.charts.figures import median_of, written
from assessment.engine import FrameworkDocument, Node, round_half_even, rule_text
from assessment.engine.explain import (
    AdjustmentText,
    adjustment_texts,
    explain_node,
    weight_of_points,
)
from assessment.engine.figures import unit_text, value_text
from assessment.frameworks.wording import SOURCE_LABELS, Label
from assessment.observations.statuses import Status
from assessment.portal.drawing import Chart, draw
from assessment.portal.text import (
    notes,
    reader_language,
    said,
    titled_trace,
)
from assessment.publication.models import Publication
from assessment.scores.places import Place
from assessment.scores.queries import RankingRow, locality_trace, ranking


@dataclass(frozen=True)
class RuleLine:
    """A rule of the framework that was applied at a node, and why."""

    text: str
    article: str
    outcome: str


@dataclass(frozen=True)
class NodeLine:
    """One node below a dimension. ``level`` counts from 1; ``points`` are of the ``weight``."""

    node: Node
    level: int
    url: str
    value: str
    unit: str
    status: str
    status_label: Label
    source: Label
    published: str
    rank: int | None
    weight: float
    points: Decimal | None
    notes: list[str]
    fired: list[RuleLine]
    adjustments: list[AdjustmentText]

    @property
    def has_effects(self) -> bool:
        """Whether a rule or an adjustment changed the score."""
        return bool(self.fired or self.adjustments)


@dataclass(frozen=True)
class DimensionPart:
    """A dimension: its result against the median, its story, its indicators."""

    line: NodeLine
    median: Decimal | None
    median_text: str
    sentence: str
    lines: list[NodeLine]


@dataclass(frozen=True)
class FlagLine:
    """An observed fact outside the tree that rules look at."""

    node: Node
    value: str
    status_label: Label


@dataclass(frozen=True)
class LocalityPage:
    """Everything the page of a locality shows."""

    row: RankingRow
    ranked_count: int
    group_count: int
    sentence: str
    line: NodeLine
    parts: list[DimensionPart]
    flags: list[FlagLine]
    chart: Chart | None


def read_locality(publication: Publication, locality: Place) -> LocalityPage | None:
    """The locality's results; None where the run has none. Two SQL queries."""
    run = publication.run
    framework = run.parsed
    trace = locality_trace(run, locality)
    rows = ranking(run)
    row = next((row for row in rows if row.locality.code == locality.code), None)
    if trace is None or row is None:
        return None
    nodes: Mapping[str, Any] = trace["nodes"]
    parts = [
        _part(publication, framework, node, nodes, locality, rows) for node in framework.dimensions
    ]
    return LocalityPage(
        row=row,
        ranked_count=sum(other.rank is not None for other in rows),
        group_count=sum(
            other.rank is not None and other.group.code == row.group.code for other in rows
        ),
        sentence=_sentence(framework, nodes[framework.root.code], locality, rows),
        line=_line(publication, framework, framework.root, nodes, 0),
        parts=parts,
        flags=[_flag(framework, flag.code, trace["flags"][flag.code]) for flag in framework.flags],
        chart=draw(lambda width: _profile(framework, locality, row, parts, width)),
    )


def _part(
    publication: Publication,
    framework: FrameworkDocument,
    node: Node,
    nodes: Mapping[str, Any],
    locality: Place,
    rows: Sequence[RankingRow],
) -> DimensionPart:
    below = list(_below(framework, node, 1)) or [(node, 1)]
    median = median_of(row.results[node.code].published for row in rows)
    return DimensionPart(
        line=_line(publication, framework, node, nodes, 0),
        median=median,
        median_text=written(median, framework.decimals),
        sentence=_sentence(framework, nodes[node.code], locality, rows),
        lines=[_line(publication, framework, item, nodes, level) for item, level in below],
    )


def _below(framework: FrameworkDocument, node: Node, level: int) -> Iterator[tuple[Node, int]]:
    for child in framework.children(node.code):
        yield child, level
        yield from _below(framework, child, level + 1)


def _line(
    publication: Publication,
    framework: FrameworkDocument,
    node: Node,
    nodes: Mapping[str, Any],
    level: int,
) -> NodeLine:
    trace = nodes[node.code]
    points, status = trace["points"], trace["status"] or ""
    return NodeLine(
        node=node,
        level=level,
        url=(
            reverse("portal:indicator", args=[publication.cycle.code, node.code])
            if node.is_leaf
            else ""
        ),
        value=value_text(node, trace["raw"], reader_language()),
        unit=unit_text(node, reader_language()),
        status=status,
        status_label=Status(status).label if status else "",
        source=SOURCE_LABELS.get(node.source or "", node.source or ""),
        published=trace["published"] or "",
        rank=trace["rank"],
        weight=round(weight_of_points(node, trace), 4),
        points=None if points is None else round_half_even(points, framework.decimals),
        notes=notes(framework, trace),
        fired=[_rule(framework, rule) for rule in trace["rules"] if rule["outcome"] == "fired"],
        adjustments=adjustment_texts(trace, reader_language()),
    )


def _rule(framework: FrameworkDocument, traced: Mapping[str, Any]) -> RuleLine:
    rule = next(rule for rule in framework.rules if rule.id == traced["id"])
    return RuleLine(
        text=said(rule.text),
        article=said(rule.article),
        outcome=rule_text(framework, traced, reader_language()),
    )


def _flag(framework: FrameworkDocument, code: str, seen: Mapping[str, Any]) -> FlagLine:
    node = framework.node(code)
    value = value_text(node, seen["raw"], reader_language())
    return FlagLine(node, value, Status(seen["status"]).label)


def _sentence(
    framework: FrameworkDocument,
    trace: Mapping[str, Any],
    locality: Place,
    rows: Sequence[RankingRow],
) -> str:
    named = titled_trace(framework, trace)
    node, rank = trace["node"], trace["rank"]
    same = sum(node in row.results and row.results[node].rank == rank for row in rows)
    return explain_node(
        framework, named, locality.name, reader_language(), is_tied=same > 1, tells_effects=False
    )


def _profile(
    framework: FrameworkDocument,
    locality: Place,
    row: RankingRow,
    parts: Sequence[DimensionPart],
    width: int,
) -> ChartDefinition:
    rows = [
        ProfileRow(
            label=said(part.line.node.title),
            score=row.results[part.line.node.code].published,
            median=part.median,
        )
        for part in parts
    ]
    return dimension_profile(
        rows,
        name=locality.name,
        language=reader_language(),
        decimals=framework.decimals,
        highest=Decimal(str(framework.scale.max)),
        width=width,
    )
