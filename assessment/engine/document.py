"""The framework document "lianping-framework/1" as immutable values."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from assessment.engine.canonical import document_text, in_order
from assessment.engine.methods import (
    Aggregation,
    Denominator,
    Imputation,
    MissingPolicy,
    Screen,
    Treatment,
    Weighting,
)
from assessment.engine.texts import LocalizedText

FORMAT = "lianping-framework/1"
# Characters of a code at most, as the JSON Schema says of nodes, rules and grades.
CODE_LENGTH = 64

Kind = Literal["index", "dimension", "indicator", "flag"]
Direction = Literal["positive", "negative"]
Unjudged = Literal["pass", "zero", "no_score"]
Previous = Literal["propose", "compare", "none"]
ValueType = Literal["number", "integer", "percent", "level", "boolean"]
Severity = Literal["error", "warning"]
Parameters = Mapping[str, Any]

_GIVEN = Weighting()
_ARITHMETIC = Aggregation()
_NONE_MISSING = MissingPolicy()


def is_in_force(valid_from: date | None, valid_to: date | None, on: date | None) -> bool:
    """Tell whether a dated parameter set applies on a day, both ends included.

    Without a day the sets that have no end apply.
    """
    if on is None:
        return valid_to is None
    return (valid_from is None or valid_from <= on) and (valid_to is None or on <= valid_to)


@dataclass(frozen=True, slots=True)
class Basis:
    """A regulation or paper the framework rests on."""

    id: str
    title: LocalizedText
    reference: str
    date: date | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """The range every score lies in."""

    min: float
    max: float

    @property
    def span(self) -> float:
        """Width of the scale, always positive."""
        return self.max - self.min


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade reached from a published score upwards."""

    code: str
    title: LocalizedText
    lower: float


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a rubric: the value reported and the score it earns."""

    value: float
    score: float
    title: LocalizedText
    description: LocalizedText | None = None


@dataclass(frozen=True, slots=True)
class ValueSpec:
    """What may be observed for an indicator: type, bounds, and the statuses allowed."""

    type: ValueType
    min: float | None = None
    max: float | None = None
    decimals: int | None = None
    allow: tuple[str, ...] = ()
    nothing_to_report_score: float | None = None
    levels: tuple[Level, ...] = ()

    def allows(self, status: str) -> bool:
        """Tell whether a locality may answer with this status instead of a value."""
        return status in self.allow


@dataclass(frozen=True, slots=True)
class Evidence:
    """Supporting material asked for with an answer."""

    required: bool
    text: LocalizedText


@dataclass(frozen=True, slots=True)
class Prefill:
    """What a locality is offered before it answers.

    ``previous``: whether the value it gave for the period before is proposed, only shown to
    compare, or not shown. ``measured``: the measured quantity that is the same thing, if any.
    """

    previous: Previous = "compare"
    measured: str | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """Parameters that hold between two days, both included."""

    valid_from: date | None
    valid_to: date | None
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Normalisation:
    """How an observed value becomes a score; editions override parameters by date."""

    method: str
    parameters: Parameters = field(default_factory=dict)
    editions: tuple[Edition, ...] = ()

    def parameters_on(self, on: date | None) -> Parameters | None:
        """Return the parameters in force on a day; ``None`` when no edition covers it."""
        if not self.editions:
            return self.parameters
        for edition in self.editions:
            if is_in_force(edition.valid_from, edition.valid_to, on):
                return {**self.parameters, **edition.parameters}
        return None


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the tree. ``weight`` is in points; flags have none and only feed rules."""

    code: str
    parent: str | None
    kind: Kind
    title: LocalizedText
    weight: float = 0.0
    description: LocalizedText | None = None
    definition: LocalizedText | None = None
    unit: LocalizedText | None = None
    formula: LocalizedText | None = None
    guidance: LocalizedText | None = None
    evidence: Evidence | None = None
    article: LocalizedText | None = None
    source: str | None = None
    value: ValueSpec | None = None
    prefill: Prefill = field(default_factory=Prefill)
    direction: Direction = "positive"
    denominate: Denominator | None = None
    screen: Screen | None = None
    impute: Imputation | None = None
    treat: Treatment | None = None
    normalisation: Normalisation | None = None
    weighting: Weighting = _GIVEN
    aggregation: Aggregation = _ARITHMETIC
    missing: MissingPolicy = _NONE_MISSING

    @property
    def is_leaf(self) -> bool:
        """Whether the node is observed rather than aggregated."""
        return self.kind in ("indicator", "flag")


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of an observed value with a constant."""

    operator: str
    value: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the regulation acting on a node beside the weighted tree.

    ``unjudged`` says what happens where its indicator has no value: the rule does not fire,
    acts as if it had fired, or takes the node's score away.
    """

    id: str
    type: str
    node: str
    article: LocalizedText
    text: LocalizedText
    indicator: str | None = None
    when: Condition | None = None
    parameters: Parameters = field(default_factory=dict)
    valid_from: date | None = None
    valid_to: date | None = None
    unjudged: Unjudged = "pass"

    @property
    def substitute(self) -> str | None:
        """The node whose score a substitution puts in place; ``None`` for other rules."""
        return self.parameters["by"] if self.type == "substitution" else None

    def is_in_force(self, on: date | None) -> bool:
        """Whether the rule applies to a period ending on this day."""
        return is_in_force(self.valid_from, self.valid_to, on)


@dataclass(frozen=True, slots=True)
class ValidationRule:
    """What answers should be like; no score depends on it (``engine.validation``).

    ``indicators`` may be empty where the kind names them in its ``parameters``.
    """

    id: str
    kind: str
    severity: Severity
    indicators: tuple[str, ...]
    parameters: Parameters = field(default_factory=dict)
    text: LocalizedText | None = None
    article: LocalizedText | None = None


@dataclass(frozen=True)
class FrameworkDocument:
    """A whole framework: checked, immutable, with look-ups by code."""

    code: str
    version: str
    title: LocalizedText
    description: LocalizedText | None
    basis: tuple[Basis, ...]
    scale: Scale
    decimals: int
    grades: tuple[Grade, ...]
    nodes: tuple[Node, ...]
    rules: tuple[Rule, ...]
    validation: tuple[ValidationRule, ...]
    # Columns of the localities within which ranks are taken; ``None`` for those of text.
    groups: tuple[str, ...] | None
    source: Mapping[str, Any] = field(repr=False, compare=False)

    @cached_property
    def by_code(self) -> Mapping[str, Node]:
        """All nodes by code."""
        return MappingProxyType({node.code: node for node in self.nodes})

    @cached_property
    def _children(self) -> Mapping[str, tuple[Node, ...]]:
        found: dict[str, list[Node]] = {node.code: [] for node in self.nodes}
        for node in self.nodes:
            if node.parent is not None and node.kind != "flag":
                found[node.parent].append(node)
        return {code: tuple(nodes) for code, nodes in found.items()}

    @cached_property
    def root(self) -> Node:
        """The index node."""
        return next(node for node in self.nodes if node.kind == "index")

    def node(self, code: str) -> Node:
        """Return the node with this code; ``KeyError`` if there is none."""
        return self.by_code[code]

    def children(self, code: str) -> tuple[Node, ...]:
        """Return the weighted children in document order; flags are not among them."""
        return self._children[code]

    @property
    def indicators(self) -> tuple[Node, ...]:
        """All weighted indicators in document order."""
        return tuple(node for node in self.nodes if node.kind == "indicator")

    @property
    def imputed_over_time(self) -> tuple[Node, ...]:
        """The indicators whose missing values are filled from other periods."""
        return tuple(node for node in self.indicators if node.impute and node.impute.is_over_time)

    @property
    def flags(self) -> tuple[Node, ...]:
        """Observed nodes outside the weighted tree."""
        return tuple(node for node in self.nodes if node.kind == "flag")

    @property
    def observed(self) -> tuple[Node, ...]:
        """Every node that takes observations: indicators and flags."""
        return tuple(node for node in self.nodes if node.is_leaf)

    @property
    def dimensions(self) -> tuple[Node, ...]:
        """The index's direct branches."""
        return self.children(self.root.code)

    @cached_property
    def weighted_nodes(self) -> tuple[Node, ...]:
        """Nodes that get a score: the tree in document order, flags left out."""
        return tuple(node for node in self.nodes if node.kind != "flag")

    @cached_property
    def depth_first(self) -> tuple[Node, ...]:
        """The weighted tree from the index down, each branch complete before the next."""
        ordered: list[Node] = []
        stack = [self.root]
        while stack:
            node = stack.pop()
            ordered.append(node)
            stack.extend(reversed(self.children(node.code)))
        return tuple(ordered)

    def ancestors(self, code: str) -> tuple[Node, ...]:
        """Return the nodes above this one, nearest first."""
        found: list[Node] = []
        parent = self.node(code).parent
        while parent is not None:
            found.append(self.node(parent))
            parent = found[-1].parent
        return tuple(found)

    def rules_on(self, on: date | None) -> tuple[Rule, ...]:
        """Return the rules in force for a period ending on this day."""
        return tuple(rule for rule in self.rules if rule.is_in_force(on))

    def grade(self, code: str) -> Grade:
        """Return the grade with this code; ``KeyError`` if there is none."""
        for grade in self.grades:
            if grade.code == code:
                return grade
        raise KeyError(code)

    def as_dict(self) -> dict[str, Any]:
        """Return the document as plain JSON values in the published order; may be changed."""
        return copy.deepcopy(in_order(self.source))

    def as_json(self) -> str:
        """Return the canonical text: keys in the published order, two-space indent, newline."""
        return document_text(self.source)
