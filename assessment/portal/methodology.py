"""The methodology as the framework of a publication states it, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.text import is_chinese, join_clauses
from assessment.engine import FrameworkDocument, Grade, Node, Rule
from assessment.frameworks.wording import (
    MISSING_LABELS,
    NOT_APPLICABLE_LABELS,
    RULE_LABELS,
    SOURCE_LABELS,
    Label,
    ValidationLine,
    aggregation_label,
    dates_words,
    plain_number,
    precision_words,
    scoring_words,
    validation_lines,
)
from assessment.publication.models import Publication


@dataclass(frozen=True)
class TreeLine:
    """One node of the tree with how it is scored or put together; ``level`` 0 is the index."""

    node: Node
    level: int
    url: str
    weight: str
    source: Label
    scoring: str
    aggregation: Label
    missing: Label
    not_applicable: Label
    availability: str


@dataclass(frozen=True)
class RuleEntry:
    """A rule with what it acts on and when it holds."""

    rule: Rule
    kind: Label
    node: Node
    indicator: Node | None
    validity: str
    is_in_force: bool


@dataclass(frozen=True)
class GradeSpan:
    """A grade with its lower bound and the one of the grade above."""

    grade: Grade
    lower: str
    upper: str


@dataclass(frozen=True)
class Methodology:
    """Everything the page of the methodology shows."""

    framework: FrameworkDocument
    tree: list[TreeLine]
    flags: list[TreeLine]
    rules: list[RuleEntry]
    validation: list[ValidationLine]
    grades: list[GradeSpan]
    aggregations: str
    missing: str
    precision: str
    not_applicable: str


def read_methodology(publication: Publication) -> Methodology:
    """The framework of the publication's run in words; no SQL query."""
    framework = publication.run.parsed
    tree = [
        _line(publication, framework, node, level)
        for node, level in _with_levels(framework, framework.root, 0)
    ]
    groups = [line for line in tree if not line.node.is_leaf]
    return Methodology(
        framework=framework,
        tree=tree,
        flags=[_line(publication, framework, node, 1) for node in framework.flags],
        rules=[_rule(publication, framework, rule) for rule in framework.rules],
        validation=validation_lines(framework.source),
        grades=_spans(framework),
        aggregations=_joined(line.aggregation for line in groups),
        missing=_joined(line.missing for line in groups),
        precision=("" if is_chinese() else " ").join(precision_words(framework)),
        not_applicable=_joined(line.not_applicable for line in groups),
    )


def _with_levels(
    framework: FrameworkDocument, node: Node, level: int
) -> Iterator[tuple[Node, int]]:
    yield node, level
    for child in framework.children(node.code):
        yield from _with_levels(framework, child, level + 1)


def _line(
    publication: Publication, framework: FrameworkDocument, node: Node, level: int
) -> TreeLine:
    raw: dict[str, Any] = next(n for n in framework.source["nodes"] if n["code"] == node.code)
    address = reverse("portal:indicator", args=[publication.cycle.code, node.code])
    return TreeLine(
        node=node,
        level=level,
        url=address if node.is_leaf else "",
        weight="" if node.kind == "flag" else plain_number(node.weight),
        source=SOURCE_LABELS.get(node.source or "", node.source or ""),
        scoring=scoring_words(raw, framework.source["scale"]),
        aggregation=""
        if node.is_leaf
        else aggregation_label(node.aggregation.method, node.weighting.method),
        missing="" if node.is_leaf else MISSING_LABELS[node.missing.policy],
        not_applicable="" if node.is_leaf else NOT_APPLICABLE_LABELS[node.missing.not_applicable],
        availability=plain_number(node.missing.availability * 100),
    )


def _rule(publication: Publication, framework: FrameworkDocument, rule: Rule) -> RuleEntry:
    return RuleEntry(
        rule=rule,
        kind=RULE_LABELS[rule.type],
        node=framework.node(rule.node),
        indicator=framework.by_code.get(rule.indicator or ""),
        validity=dates_words(rule.valid_from, rule.valid_to),
        is_in_force=rule.is_in_force(publication.cycle.on),
    )


def _spans(framework: FrameworkDocument) -> list[GradeSpan]:
    ordered = sorted(framework.grades, key=lambda grade: grade.lower, reverse=True)
    uppers = ["", *(plain_number(grade.lower) for grade in ordered)]
    return [
        GradeSpan(grade, _lower(framework, grade), upper)
        for grade, upper in zip(ordered, uppers, strict=False)
    ]


def _lower(framework: FrameworkDocument, grade: Grade) -> str:
    """Where the grade begins; nothing for the one that takes all the rest."""
    return plain_number(grade.lower) if grade.lower > framework.scale.min else ""


def _joined(labels: Iterable[Label]) -> str:
    """Each label once, as one phrase."""
    return join_clauses(dict.fromkeys(str(label) for label in labels))
