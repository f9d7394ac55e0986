"""What acted on a score beside the weighted sum: rules, adjustments, absent values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessment.engine import FrameworkDocument, adjustment_texts, note_text, rule_text, titled_note
from assessment.engine.document import Node
from assessment.engine.figures import signed_number
from assessment.reports.frozen import FrozenResults
from assessment.reports.numbers import Figure, figure, rounded


@dataclass(frozen=True)
class RuleEffect:
    """One rule of the framework and what it did to this locality."""

    node: str
    text: str
    article: str
    outcome: str
    has_fired: bool
    before: Figure
    after: Figure


@dataclass(frozen=True)
class AdjustmentLine:
    """Points added to or taken from a node, with the article that allows it."""

    node: str
    points: str
    article: str
    reason: str


def rule_effects(results: FrozenResults, language: str) -> list[RuleEffect]:
    """Every rule in force, in the order of the tree, whether it fired or not."""
    framework = results.framework
    rules = {rule.id: rule for rule in framework.rules}
    return [
        RuleEffect(
            node=node.title.text(language),
            text=rules[traced["id"]].text.text(language),
            article=rules[traced["id"]].article.text(language),
            outcome=_outcome(framework, traced, language),
            has_fired=traced["outcome"] == "fired",
            before=figure(rounded(traced["before"], framework.decimals), framework.decimals),
            after=figure(rounded(traced["after"], framework.decimals), framework.decimals),
        )
        for node in _scored(framework)
        for traced in results.nodes[node.code]["rules"]
    ]


def adjustments(results: FrozenResults, language: str) -> list[AdjustmentLine]:
    """Every adjustment of the locality, in the order of the tree."""
    return [
        AdjustmentLine(
            node=node.title.text(language),
            points=signed_number(float(said.points)),
            article=said.article,
            reason=said.reason,
        )
        for node in _scored(results.framework)
        for said in adjustment_texts(results.nodes[node.code], language)
    ]


def remarks_on(results: FrozenResults, node: Node, language: str) -> list[str]:
    """The notes of the trace on a node and the rules that changed it, as sentences.

    That a value is missing stands in the value's own place and is not said twice.
    """
    framework, traced = results.framework, results.nodes[node.code]
    sentences = [
        note_text(titled_note(framework, note, language), language)
        for note in traced["notes"]
        if note["code"] != "note_missing"
    ]
    rules = {rule.id: rule for rule in framework.rules}
    for applied in traced["rules"]:
        if applied["outcome"] in ("fired", "not_judged"):
            sentences.append(rules[applied["id"]].text.text(language))
            sentences.append(_outcome(framework, applied, language))
    return sentences


def _scored(framework: FrameworkDocument) -> Iterator[Node]:
    return iter(framework.depth_first)


def _outcome(framework: FrameworkDocument, traced: Mapping[str, Any], language: str) -> str:
    return rule_text(framework, traced, language)
