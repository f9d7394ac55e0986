"""Range: a value lies between ``min`` and ``max``, both included."""

from __future__ import annotations

from collections.abc import Iterator

from assessment.engine.document import ValidationRule
from assessment.engine.figures import unit_text
from assessment.engine.problems import Problem
from assessment.engine.validation.findings import Facts, Finding, basis_of, number
from assessment.engine.validation.kinds import Nodes
from assessment.engine.validation.wording import limits, pick, shared_unit, titles

NAME = "range"
TITLE = ("取值范围", "Range")


def find(rule: ValidationRule, nodes: Nodes, facts: Facts) -> Iterator[Finding]:
    """Each value outside."""
    lower, upper = rule.parameters.get("min"), rule.parameters.get("max")
    for code in rule.indicators:
        value = facts.value(code)
        if value is None:
            continue
        if lower is not None and value < number(lower):
            is_sign = value < 0 <= number(lower)
            what = "range_negative" if is_sign else "range_below"
        elif upper is not None and value > number(upper):
            unit = nodes[code].unit
            is_share = number(upper) == 100 and unit is not None and unit.en.strip() == "%"
            what = "range_share" if is_share else "range_above"
        else:
            continue
        found = {"found": facts.given[code].found}
        yield Finding(rule, what, nodes[code], basis_of(**{code: value.normalize()}), found)


def say(finding: Finding, language: str) -> tuple[str, str, str]:
    """The two mistakes made most often have their own remedies."""
    parameters = finding.rule.parameters
    remedy = {
        "range_negative": (
            "不能为负数：请去掉负号或核对数字。",
            "It cannot be negative: remove the minus sign or check the figure.",
        ),
        "range_share": (
            "比例不能超过 100%：请核对分子和分母。",
            "A share cannot exceed 100 %: check numerator and denominator.",
        ),
    }.get(finding.code, ("请核对数字和单位。", "Check the number and its unit."))
    unit = unit_text(finding.node, language)
    expected = limits(parameters.get("min"), parameters.get("max"), unit, language)
    return finding.params["found"], expected, pick(language, *remedy)


def describe(rule: ValidationRule, nodes: Nodes, language: str) -> str:
    """The range of the indicators."""
    whose = titles(nodes, rule.indicators, language)
    unit = shared_unit(nodes, rule.indicators, language)
    span = limits(rule.parameters.get("min"), rule.parameters.get("max"), unit, language)
    return pick(language, f"{whose}应为{span}。", f"{whose}: {span}.")


def problems(rule: ValidationRule) -> Iterator[Problem]:
    """No limit, or two that leave no value between them."""
    lower, upper = rule.parameters.get("min"), rule.parameters.get("max")
    if lower is None and upper is None:
        yield Problem("validation_no_limit", params={"rule": rule.id, "parameters": "min, max"})
    elif lower is not None and upper is not None and lower > upper:
        yield Problem("validation_bounds_crossed", params={"rule": rule.id})


def named(rule: ValidationRule) -> tuple[str, ...]:
    """The indicators listed."""
    return rule.indicators
