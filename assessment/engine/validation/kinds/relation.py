"""Relation: a sum of indicators compared with another sum and a constant.

    Σ factor·value(terms)  ⋚  Σ factor·value(other_terms) + constant,  within tolerance

Judged where all its indicators have values. The finding stands at the first of ``terms``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from assessment.engine.document import ValidationRule
from assessment.engine.figures import plain_number
from assessment.engine.problems import Problem
from assessment.engine.validation.findings import Facts, Finding, basis_of, number
from assessment.engine.validation.kinds import Nodes
from assessment.engine.validation.wording import pick, title

NAME = "relation"
TITLE = ("指标间关系", "Relation between indicators")

_OPERATORS = {
    "equals": ("等于", "equal to"),
    "at_least": ("不小于", "at least"),
    "at_most": ("不大于", "at most"),
}
Terms = Sequence[Mapping[str, Any]]


def find(rule: ValidationRule, nodes: Nodes, facts: Facts) -> Iterator[Finding]:
    """The relation, where it does not hold."""
    values = {code: facts.value(code) for code in named(rule)}
    known = {code: value for code, value in values.items() if value is not None}
    if len(known) < len(values):
        return
    left = _sum(rule.parameters["terms"], known)
    right = _sum(_others(rule), known) + _constant(rule)
    if _holds(rule, left, right):
        return
    basis = basis_of(**{code: value.normalize() for code, value in known.items()})
    params = {"left": left, "right": right, "nodes": nodes}
    yield Finding(
        rule, f"relation_{rule.parameters['operator']}", nodes[named(rule)[0]], basis, params
    )


def _holds(rule: ValidationRule, left: Decimal, right: Decimal) -> bool:
    slack = number(rule.parameters.get("tolerance", 0))
    if rule.parameters["operator"] == "equals":
        return abs(left - right) <= slack
    if rule.parameters["operator"] == "at_most":
        return left <= right + slack
    return left >= right - slack


def say(finding: Finding, language: str) -> tuple[str, str, str]:
    """Both sides with their figures, and how far they are apart."""
    rule, params = finding.rule, finding.params
    left, right, nodes = params["left"], params["right"], params["nodes"]
    found = _side(rule.parameters["terms"], Decimal(0), left, nodes, language)
    other = _side(_others(rule), _constant(rule), right, nodes, language)
    expected = f"{_operator(rule, language)}{pick(language, '', ' ')}{other}"
    apart = plain_number(abs(left - right))
    remedy = pick(
        language,
        f"两者相差 {apart}：请核对所涉指标。",
        f"They are {apart} apart: check the figures of these indicators.",
    )
    return found, expected + _tolerance(rule, language), remedy


def describe(rule: ValidationRule, nodes: Nodes, language: str) -> str:
    """The relation with the titles of its indicators."""
    left = _written(rule.parameters["terms"], Decimal(0), nodes, language)
    right = _written(_others(rule), _constant(rule), nodes, language)
    relation = _operator(rule, language)
    slack = _tolerance(rule, language)
    return pick(
        language, f"{left}应{relation} {right}{slack}。", f"{left}: {relation} {right}{slack}."
    )


def _sum(terms: Terms, values: Mapping[str, Decimal]) -> Decimal:
    return sum((_factor(term) * values[term["indicator"]] for term in terms), Decimal(0))


def _factor(term: Mapping[str, Any]) -> Decimal:
    return number(term.get("factor", 1))


def _others(rule: ValidationRule) -> Terms:
    others: Terms = rule.parameters.get("other_terms", ())
    return others


def _constant(rule: ValidationRule) -> Decimal:
    return number(rule.parameters.get("constant", 0))


def _operator(rule: ValidationRule, language: str) -> str:
    return pick(language, *_OPERATORS[rule.parameters["operator"]])


def _tolerance(rule: ValidationRule, language: str) -> str:
    slack = rule.parameters.get("tolerance", 0)
    if not slack:
        return ""
    return pick(
        language, f"（允许误差 {plain_number(slack)}）", f" (tolerance {plain_number(slack)})"
    )


def _side(terms: Terms, constant: Decimal, total: Decimal, nodes: Nodes, language: str) -> str:
    """One side in words with what it comes to; a bare constant is only that."""
    written = _written(terms, constant, nodes, language)
    return f"{written} = {plain_number(total)}" if terms else written


def _written(terms: Terms, constant: Decimal, nodes: Nodes, language: str) -> str:
    parts: list[str] = []
    for term in terms:
        factor = _factor(term)
        size = "" if abs(factor) == 1 else f"{plain_number(abs(factor))} × "
        sign = "−" if factor < 0 else "+" if parts else ""
        gap = " " if parts else ""
        parts.append(f"{sign}{gap}{size}{title(nodes, term['indicator'], language)}")
    if constant or not parts:
        sign = "−" if constant < 0 else "+" if parts else ""
        gap = " " if parts else ""
        parts.append(f"{sign}{gap}{plain_number(abs(constant))}")
    return " ".join(parts)


def problems(rule: ValidationRule) -> Iterator[Problem]:
    """An indicator given twice on one side or on both: its factors are one number."""
    codes = [term["indicator"] for term in (*rule.parameters["terms"], *_others(rule))]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        params = {"rule": rule.id, "code": code}
        yield Problem("validation_repeated_term", params=params)


def named(rule: ValidationRule) -> tuple[str, ...]:
    """The indicators of both sides."""
    terms = (*rule.parameters["terms"], *_others(rule))
    return tuple(dict.fromkeys(str(term["indicator"]) for term in terms))
