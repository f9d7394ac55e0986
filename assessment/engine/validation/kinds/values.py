"""Values: a value is one of those listed, such as the levels of a rubric or yes and no."""

from __future__ import annotations

from collections.abc import Iterator

from assessment.engine.document import ValidationRule
from assessment.engine.figures import plain_number
from assessment.engine.problems import Problem
from assessment.engine.validation.findings import Facts, Finding, basis_of, number
from assessment.engine.validation.kinds import Nodes
from assessment.engine.validation.wording import pick, titles

NAME = "values"
TITLE = ("可选取值", "Values allowed")


def find(rule: ValidationRule, nodes: Nodes, facts: Facts) -> Iterator[Finding]:
    """Each value that is not listed."""
    allowed = {number(value) for value in rule.parameters["values"]}
    for code in rule.indicators:
        value = facts.value(code)
        if value is None or value in allowed:
            continue
        spec = nodes[code].value
        what = "values_yes_no" if spec is not None and spec.type == "boolean" else "values_other"
        found = {"found": facts.given[code].found}
        yield Finding(rule, what, nodes[code], basis_of(**{code: value.normalize()}), found)


def say(finding: Finding, language: str) -> tuple[str, str, str]:
    """With the list."""
    found = finding.params["found"]
    if finding.code == "values_yes_no":
        expected = pick(language, "0（否）或 1（是）", "0 (no) or 1 (yes)")
        return found, expected, pick(language, "请填写 0 或 1。", "Write 0 or 1.")
    spec = finding.node.value
    remedy = (
        ("请选择评分标准中的等级。", "Choose one of the levels of the rubric.")
        if spec is not None and spec.levels
        else ("请填写所列数值之一。", "Write one of the values listed.")
    )
    return found, _listed(finding.rule, language), pick(language, *remedy)


def describe(rule: ValidationRule, nodes: Nodes, language: str) -> str:
    """The values of the indicators."""
    whose, listed = titles(nodes, rule.indicators, language), _listed(rule, language)
    return pick(language, f"{whose}只能取：{listed}。", f"{whose}: one of {listed}.")


def _listed(rule: ValidationRule, language: str) -> str:
    return pick(language, "、", ", ").join(plain_number(v) for v in rule.parameters["values"])


def problems(rule: ValidationRule) -> Iterator[Problem]:
    """None: the schema says it all."""
    yield from ()


def named(rule: ValidationRule) -> tuple[str, ...]:
    """The indicators listed."""
    return rule.indicators
