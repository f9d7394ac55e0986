"""Findings of all rules over one locality's answers, and the one place that words them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from assessment.engine.document import FrameworkDocument, Node, ValidationRule
from assessment.engine.texts import is_chinese
from assessment.engine.validation.findings import Facts, Finding, Given, Words
from assessment.engine.validation.kinds import KINDS
from assessment.engine.validation.rules import evidence_rules, stated_by_value

_EXPLAIN = ("如数据无误，请说明原因。", "If the figure is right, explain why.")


def judge(document: FrameworkDocument, facts: Facts) -> list[Finding]:
    """Everything the rules of a document find in the answers, in document order.

    Rules that indicators imply come before those the document states. A rule that needs a
    value that is not there finds nothing: what is not answered yet is no finding.
    """
    found = [
        finding
        for node in document.observed
        if node.code in facts.given
        for finding in _find((*stated_by_value(node), *evidence_rules(node)), document, facts)
    ]
    found += _find(document.validation, document, facts)
    order = {node.code: place for place, node in enumerate(document.nodes)}
    return sorted(found, key=lambda finding: order[finding.indicator])


def judge_value(
    node: Node, value: Decimal, *, typed: str = "", decimals: int | None = None
) -> Finding | None:
    """The first thing the indicator itself has against a value; ``None`` where it takes it."""
    facts = Facts({node.code: Given(value, typed=typed)})
    for rule in stated_by_value(node, decimals=decimals):
        for finding in KINDS[rule.kind].find(rule, {node.code: node}, facts):
            return finding
    return None


def _find(
    rules: Iterable[ValidationRule], document: FrameworkDocument, facts: Facts
) -> Iterator[Finding]:
    for rule in rules:
        yield from KINDS[rule.kind].find(rule, document.by_code, facts)


def words(finding: Finding, language: str) -> Words:
    """The finding in words; what can be explained says so."""
    found, expected, remedy = KINDS[finding.rule.kind].say(finding, language)
    if not finding.is_error:
        gap = "" if is_chinese(language) else " "
        remedy += gap + _EXPLAIN[0 if is_chinese(language) else 1]
    return Words(found, expected, remedy)


def sentence(finding: Finding, language: str) -> str:
    """The finding in one line."""
    return words(finding, language).sentence(language)


def describe(rule: ValidationRule, nodes: Mapping[str, Node], language: str) -> str:
    """What a rule asks for, in words, its indicators by their titles."""
    return KINDS[rule.kind].describe(rule, nodes, language)


def rule_title(kind: str, language: str) -> str:
    """What the kind of a rule is called."""
    return KINDS[kind].TITLE[0 if is_chinese(language) else 1]
