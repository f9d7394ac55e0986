"""One locality's trace as a page shows it: numbers in a table, steps in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.utils.translation import get_language

from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.explain import (
    AdjustmentText,
    adjustment_texts,
    explain_node,
    rule_text,
)
from assessment.engine.figures import plain_number, typographic, unit_text, value_text
from assessment.scores.models import ScoreRun
from assessment.scores.places import Place
from assessment.scores.queries import tied_nodes, trace_of

_SHOWN_PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class FiredRule:
    """A rule that changed the node or could not be judged, with its article and the outcome."""

    text: str
    article: str
    outcome: str


@dataclass(frozen=True)
class TraceLine:
    """One node: its numbers as text, its steps as a sentence; ``level`` 0 heads a section."""

    node: Node
    level: int
    status: str
    raw: str
    unit: str
    normalised: str
    weight: str
    effective_weight: str
    contribution: str
    aggregated: str
    points: str
    score: str
    published: str
    rank: int | None
    grade: str
    sentence: str
    fired: list[FiredRule]
    adjustments: list[AdjustmentText]

    @property
    def title(self) -> str:
        """The node's title in the reader's language."""
        return self.node.title.text(get_language() or "zh-hans")


@dataclass(frozen=True)
class TraceSection:
    """A dimension (or an indicator right under the index) with everything below it."""

    head: TraceLine
    lines: list[TraceLine]


@dataclass(frozen=True)
class TracePage:
    """The index and its sections."""

    index: TraceLine
    sections: list[TraceSection]


def trace_page(run: ScoreRun, locality: Place) -> TracePage | None:
    """The locality's trace in the reader's language; None where the run does not have it."""
    trace = trace_of(run, locality)
    if trace is None:
        return None
    framework, nodes, tied = run.parsed, trace["nodes"], tied_nodes(run, locality)
    root = framework.root

    def line(node: Node, level: int) -> TraceLine:
        traced, is_tied = nodes[node.code], node.code in tied
        return _line(framework, node, traced, locality, level, is_tied=is_tied)

    return TracePage(
        index=line(root, 0),
        sections=[
            TraceSection(
                head=line(child, 0),
                lines=[line(node, level) for node, level in _below(framework, child, 1)],
            )
            for child in framework.children(root.code)
        ],
    )


def number_text(value: float | None) -> str:
    """A number of the trace with at most four decimals, half-even; empty for none."""
    if value is None:
        return ""
    rounded = Decimal(repr(float(value))).quantize(_SHOWN_PLACES, ROUND_HALF_EVEN)
    return typographic(plain_number(rounded))


def _below(framework: FrameworkDocument, node: Node, level: int) -> Iterator[tuple[Node, int]]:
    for child in framework.children(node.code):
        yield child, level
        yield from _below(framework, child, level + 1)


def _line(
    framework: FrameworkDocument,
    node: Node,
    traced: Mapping[str, Any],
    locality: Place,
    level: int,
    *,
    is_tied: bool,
) -> TraceLine:
    language = get_language() or "zh-hans"
    return TraceLine(
        node=node,
        level=level,
        status=traced["status"] or "",
        raw=value_text(node, traced["raw"], language),
        unit=unit_text(node, language),
        normalised=number_text(traced["normalised"]),
        weight=number_text(traced["weight"]),
        effective_weight=number_text(traced["effective_weight"]),
        contribution=number_text(traced["contribution"]),
        aggregated=number_text(traced["aggregated"]),
        points=number_text(traced["points"]),
        score=number_text(traced["score"]),
        published=traced["published"] or "",
        rank=traced["rank"],
        grade=traced["grade"] or "",
        sentence=explain_node(framework, traced, locality.name, language, is_tied=is_tied),
        fired=[
            _fired(framework, rule, language)
            for rule in traced["rules"]
            if rule["outcome"] in ("fired", "not_judged")
        ],
        adjustments=adjustment_texts(traced, language),
    )


def _fired(framework: FrameworkDocument, traced: Mapping[str, Any], language: str) -> FiredRule:
    rule = next(rule for rule in framework.rules if rule.id == traced["id"])
    return FiredRule(
        text=rule.text.text(language),
        article=rule.article.text(language),
        outcome=rule_text(framework, traced, language),
    )
