"""Evidence: a value has at least ``files`` files (one unless stated), all or ``when`` it holds."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from assessment.engine.document import ValidationRule
from assessment.engine.figures import plain_number
from assessment.engine.problems import Problem
from assessment.engine.validation.findings import Facts, Finding, basis_of, number
from assessment.engine.validation.kinds import Nodes
from assessment.engine.validation.wording import count, pick, titles

NAME = "evidence"
TITLE = ("佐证材料", "Evidence")

_COMPARISONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "equals": operator.eq,
    "not_equals": operator.ne,
    "above": operator.gt,
    "at_least": operator.ge,
    "below": operator.lt,
    "at_most": operator.le,
}
_CONDITIONS = {
    "equals": ("等于", "equal to"),
    "not_equals": ("不等于", "other than"),
    "above": ("大于", "above"),
    "at_least": ("不小于", "of at least"),
    "below": ("小于", "below"),
    "at_most": ("不大于", "of at most"),
}


def find(rule: ValidationRule, nodes: Nodes, facts: Facts) -> Iterator[Finding]:
    """Each value with fewer files; an answer that is no value needs none."""
    asked = _asked(rule)
    for code in rule.indicators:
        value = facts.value(code)
        if value is None or not _applies(rule.parameters.get("when"), value):
            continue
        attached = facts.given[code].files
        if attached < asked:
            basis = basis_of(**{code: value.normalize(), "files": attached})
            yield Finding(rule, "evidence_missing", nodes[code], basis, {"attached": attached})


def say(finding: Finding, language: str) -> tuple[str, str, str]:
    """With how many files there are."""
    attached = finding.params["attached"]
    found = (
        count(attached, "file", "个文件", language)
        if attached
        else pick(language, "没有佐证材料", "no evidence")
    )
    return (
        found,
        _at_least(finding.rule, language),
        pick(language, "请上传佐证材料。", "Attach the evidence."),
    )


def describe(rule: ValidationRule, nodes: Nodes, language: str) -> str:
    """Which values need evidence."""
    whose, files = titles(nodes, rule.indicators, language), _at_least(rule, language)
    when = rule.parameters.get("when")
    if when is None:
        return pick(language, f"{whose}须有{files}。", f"{whose}: {files}.")
    words = pick(language, *_CONDITIONS[when["operator"]])
    bound = plain_number(when["value"])
    return pick(
        language,
        f"{whose}{words} {bound} 时须有{files}。",
        f"{whose}: {files} for a value {words} {bound}.",
    )


def _applies(when: Mapping[str, Any] | None, value: Decimal) -> bool:
    return when is None or _COMPARISONS[when["operator"]](value, number(when["value"]))


def _asked(rule: ValidationRule) -> int:
    return int(rule.parameters.get("files", 1))


def _at_least(rule: ValidationRule, language: str) -> str:
    files = count(_asked(rule), "file", "个佐证材料文件", language)
    return pick(language, f"至少 {files}", f"at least {files} of evidence")


def problems(rule: ValidationRule) -> Iterator[Problem]:
    """None: the schema says it all."""
    yield from ()


def named(rule: ValidationRule) -> tuple[str, ...]:
    """The indicators listed."""
    return rule.indicators
