"""A framework document laid out for the designer, also while its weights do not sum yet."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assessment.engine.outline import WEIGHT_TOLERANCE
from assessment.frameworks import wording
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.problems import DocumentProblem, described, is_unfinished_only
from assessment.frameworks.reading import document_problems
from assessment.frameworks.step_wording import aggregation_label

Raw = Mapping[str, Any]
_INDENTS = ("", "ps-3", "ps-4", "ps-5")


@dataclass(frozen=True)
class DesignNode:
    """One node of the tree. ``children_weight`` is the sum the parent's weight should equal."""

    raw: Raw
    depth: int
    children_weight: float | None = None
    is_balanced: bool = True
    scoring: str = ""
    problems: list[DocumentProblem] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The node's code."""
        return str(self.raw["code"])

    @property
    def kind(self) -> str:
        """The node's kind."""
        return str(self.raw["kind"])

    @property
    def kind_label(self) -> wording.Label:
        """The kind in words."""
        return wording.KIND_LABELS.get(self.kind, self.kind)

    @property
    def indent_class(self) -> str:
        """The class that sets the node in by its depth; deep nodes share the last one."""
        return _INDENTS[min(self.depth, len(_INDENTS) - 1)]

    @property
    def is_leaf(self) -> bool:
        """Whether it is observed rather than aggregated."""
        return self.kind in ("indicator", "flag")

    @property
    def source_label(self) -> wording.Label:
        """Where its value comes from."""
        return wording.SOURCE_LABELS.get(self.raw.get("source", ""), "")

    @property
    def direction_label(self) -> wording.Label:
        """Whether more or less is better."""
        return wording.DIRECTION_LABELS[str(self.raw.get("direction", "positive"))]

    @property
    def aggregation_label(self) -> wording.Label:
        """How the children become its score."""
        method = str(self.raw.get("aggregation", {}).get("method", "arithmetic"))
        weighting = str(self.raw.get("weighting", {}).get("method", "given"))
        return aggregation_label(method, weighting)

    @property
    def missing_label(self) -> wording.Label:
        """What happens when a child has no value."""
        return wording.MISSING_LABELS.get(self.raw.get("missing", {}).get("policy", "error"), "")

    @property
    def not_applicable_label(self) -> wording.Label:
        """What happens when a child does not apply or was excluded."""
        stated = self.raw.get("missing", {}).get("not_applicable", "")
        return wording.NOT_APPLICABLE_LABELS.get(stated, wording.NOT_APPLICABLE_UNSTATED)


@dataclass(frozen=True)
class DesignRule:
    """A rule beside the tree, in words."""

    raw: Raw
    type_label: wording.Label
    dates: str
    node_title: object


@dataclass(frozen=True)
class Design:
    """What the designer shows. Without a readable tree ``nodes`` is empty."""

    nodes: list[DesignNode]
    rules: list[DesignRule]
    validation: list[wording.ValidationLine]
    grades: list[Raw]
    basis: list[Raw]
    problems: list[DocumentProblem]
    raw: Raw

    @property
    def by_code(self) -> dict[str, DesignNode]:
        """The nodes by code."""
        return {node.code: node for node in self.nodes}

    @property
    def indicator_count(self) -> int:
        """How many weighted indicators the tree has."""
        return sum(node.kind == "indicator" for node in self.nodes)

    @property
    def is_usable(self) -> bool:
        """Whether a cycle can be assessed by it."""
        return not self.problems


def design_of(version: FrameworkVersion) -> Design:
    """Lay out a version; never raises, however broken its document is."""
    document = version.document if isinstance(version.document, dict) else {}
    found = document_problems(document)
    is_readable = is_unfinished_only(found)
    problems = [described(problem, document if is_readable else None) for problem in found]
    if not is_readable:
        return Design([], [], [], [], [], problems, document)
    return Design(
        nodes=_nodes(document, problems),
        rules=_rules(document),
        validation=wording.validation_lines(document),
        grades=document["grades"],
        basis=document.get("basis", []),
        problems=problems,
        raw=document,
    )


def _nodes(document: Raw, problems: list[DocumentProblem]) -> list[DesignNode]:
    children: dict[str | None, list[Raw]] = {}
    for raw in document["nodes"]:
        children.setdefault(raw["parent"], []).append(raw)
    laid_out, stack = [], [(raw, 0) for raw in reversed(children.get(None, []))]
    while stack:
        raw, depth = stack.pop()
        below = children.get(raw["code"], [])
        laid_out.append(_node(raw, depth, below, document["scale"], problems))
        stack.extend((child, depth + 1) for child in reversed(below))
    return sorted(laid_out, key=lambda node: node.kind == "flag")


def _node(
    raw: Raw, depth: int, below: list[Raw], scale: Raw, problems: list[DocumentProblem]
) -> DesignNode:
    own = [problem for problem in problems if problem.node == raw["code"]]
    if raw["kind"] in ("indicator", "flag"):
        words = wording.scoring_words(raw, scale)
        return DesignNode(raw, depth, scoring=words, problems=own)
    weights = [child["weight"] for child in below if child["kind"] != "flag"]
    method = raw.get("aggregation", {}).get("method", "arithmetic")
    tolerance = WEIGHT_TOLERANCE * max(1.0, raw["weight"])
    if method in ("minimum", "maximum"):  # every branch carries the full weight
        is_balanced = all(abs(weight - raw["weight"]) <= tolerance for weight in weights)
        return DesignNode(raw, depth, None, is_balanced, problems=own)
    total = math.fsum(weights)
    return DesignNode(raw, depth, total, abs(total - raw["weight"]) <= tolerance, problems=own)


def _rules(document: Raw) -> list[DesignRule]:
    titles = {raw["code"]: raw["title"] for raw in document["nodes"]}
    return [
        DesignRule(
            raw=rule,
            type_label=wording.RULE_LABELS.get(rule["type"], rule["type"]),
            dates=wording.dates_words(rule.get("valid_from"), rule.get("valid_to")),
            node_title=titles.get(rule["node"], rule["node"]),
        )
        for rule in document.get("rules", [])
    ]
