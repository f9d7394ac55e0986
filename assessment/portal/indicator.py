"""One indicator: what it means, how it is scored, and every locality's value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessment.charts import ChartDefinition, DistributionRow, indicator_distribution
from assessment.engine import FrameworkDocument, Node, Rule
from assessment.engine.figures import unit_text, value_text
from assessment.frameworks.wording import (
    DIRECTION_LABELS,
    SOURCE_LABELS,
    Label,
    scoring_words,
)
from assessment.observations.statuses import Status
from assessment.portal.drawing import Chart, draw
from assessment.portal.ranking import locality_url
from assessment.portal.text import reader_language, said
from assessment.publication.models import Publication
from assessment.scores.models import Result
from assessment.scores.places import Place
from assessment.scores.queries import node_traces, ranking


@dataclass(frozen=True)
class ValueLine:
    """One locality's value and what it earned."""

    locality: Place
    url: str
    raw: float | None
    value: str
    status: str
    status_label: Label
    result: Result | None

    @property
    def published(self) -> Decimal | None:
        """The published score; None where there is none or the node is not scored."""
        return None if self.result is None else self.result.published

    @property
    def rank(self) -> int | None:
        """The rank on this indicator."""
        return None if self.result is None else self.result.rank


@dataclass(frozen=True)
class IndicatorPage:
    """Everything the page of an indicator shows; ``chart`` is missing without numbers and
    where it could not be drawn.
    """

    node: Node
    parent: Node | None
    unit: str
    source: Label
    direction: Label
    scoring: str
    rules: list[Rule]
    lines: list[ValueLine]
    chart: Chart | None


def read_indicator(publication: Publication, code: str) -> IndicatorPage | None:
    """The indicator or flag with this code; None for other nodes. Two SQL queries."""
    run = publication.run
    framework = run.parsed
    node = framework.by_code.get(code)
    if node is None or not node.is_leaf:
        return None
    raw = _raw_node(framework, code)
    traces = node_traces(run, node)
    lines = [
        _line(publication, node, row.locality, traces[row.locality.code], row.results.get(code))
        for row in ranking(run)
    ]
    # Of equal ranks the better value first; lists keep this order among equals.
    best_first = -1 if node.direction == "positive" else 1
    lines.sort(key=lambda line: (line.raw is None, best_first * (line.raw or 0)))
    has_numbers = unit_text(node, reader_language()) or not (node.value and node.value.levels)
    chart = draw(lambda width: _distribution(node, lines, width)) if has_numbers else None
    return IndicatorPage(
        node=node,
        parent=framework.by_code.get(node.parent or ""),
        unit=unit_text(node, reader_language()),
        source=SOURCE_LABELS.get(node.source or "", node.source or ""),
        direction=DIRECTION_LABELS[node.direction],
        scoring=scoring_words(raw, framework.source["scale"]),
        rules=[
            rule
            for rule in framework.rules_on(publication.cycle.on)
            if code in (rule.node, rule.indicator)
        ],
        lines=lines,
        chart=chart,
    )


def _line(
    publication: Publication,
    node: Node,
    locality: Place,
    seen: Mapping[str, Any],
    result: Result | None,
) -> ValueLine:
    return ValueLine(
        locality=locality,
        url=locality_url(publication, locality),
        raw=seen["raw"],
        value=value_text(node, seen["raw"], reader_language()),
        status=seen["status"],
        status_label=Status(seen["status"]).label,
        result=result,
    )


def _raw_node(framework: FrameworkDocument, code: str) -> dict[str, Any]:
    raw: dict[str, Any] = next(n for n in framework.source["nodes"] if n["code"] == code)
    return raw


def _distribution(node: Node, lines: Sequence[ValueLine], width: int) -> ChartDefinition:
    rows = [
        DistributionRow(line.locality.name, None if line.raw is None else Decimal(repr(line.raw)))
        for line in lines
    ]
    stated = node.value.decimals if node.value else None
    return indicator_distribution(
        rows,
        indicator=said(node.title),
        unit=said(node.unit),
        language=reader_language(),
        decimals=2 if stated is None else stated,
        width=width,
    )
