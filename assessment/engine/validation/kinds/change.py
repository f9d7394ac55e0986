"""Change: a value differs from that of the cycle before by at most ``percent``, ``absolute``.

Where both are stated, only a change beyond both is found: a small number changes by many
percent and still by little. A change from zero is beyond every percentage. Judged where both
cycles have a value.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Decimal

from assessment.engine.document import ValidationRule
from assessment.engine.figures import MINUS, plain_number, signed_number, unit_text
from assessment.engine.problems import Problem
from assessment.engine.validation.findings import Facts, Finding, basis_of, number
from assessment.engine.validation.kinds import Nodes
from assessment.engine.validation.wording import pick, shared_unit, titles

NAME = "change"
TITLE = ("与上一周期相比的变化", "Change against the cycle before")


def find(rule: ValidationRule, nodes: Nodes, facts: Facts) -> Iterator[Finding]:
    """Each value that changed by more than the rule lets pass."""
    for code in rule.indicators:
        value, before = facts.value(code), facts.previous.get(code)
        if value is None or before is None or not _is_beyond(rule, value, before):
            continue
        basis = basis_of(**{code: value.normalize(), "before": before.normalize()})
        params = {"found": facts.given[code].found, "value": value, "before": before}
        yield Finding(rule, "change_large", nodes[code], basis, params)


def percent_change(value: Decimal, before: Decimal) -> Decimal | None:
    """(value − before) / |before| · 100; ``None`` from zero, of which nothing is a share."""
    return None if before == 0 else (value - before) / abs(before) * 100


def _is_beyond(rule: ValidationRule, value: Decimal, before: Decimal) -> bool:
    if value == before:
        return False
    percent, absolute = rule.parameters.get("percent"), rule.parameters.get("absolute")
    # Multiplied, not divided: a change of exactly so many percent is not beyond it.
    is_percent = percent is None or (abs(value - before) * 100 > number(percent) * abs(before))
    return is_percent and (absolute is None or abs(value - before) > number(absolute))


def say(finding: Finding, language: str) -> tuple[str, str, str]:
    """Both values and the change between them."""
    value, before = finding.params["value"], finding.params["before"]
    change = percent_change(value, before)
    moved = ("+" if value > before else MINUS) + plain_number(abs(value - before))
    if change is not None:
        share = signed_number(change.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN))
        moved += pick(language, f"，{share}%", f", {share} %")
    now, old = finding.params["found"], plain_number(before)
    found = pick(
        language,
        f"{now}，上一周期为 {old}（{moved}）",
        f"{now} after {old} in the cycle before ({moved})",
    )
    most = _limits(finding.rule, unit_text(finding.node, language), language)
    expected = pick(language, f"变化不超过 {most}", f"a change of at most {most}")
    remedy = pick(language, "请核对数字和口径。", "Check the figure and how it was counted.")
    return found, expected, remedy


def describe(rule: ValidationRule, nodes: Nodes, language: str) -> str:
    """Which changes are asked about."""
    whose = titles(nodes, rule.indicators, language)
    most = _limits(rule, shared_unit(nodes, rule.indicators, language), language)
    return pick(
        language,
        f"{whose}与上一周期相比，变化不超过 {most}。",
        f"{whose}: a change against the cycle before of at most {most}.",
    )


def _limits(rule: ValidationRule, unit: str, language: str) -> str:
    """The limits in words; of shares the absolute one is in percentage points."""
    percent, absolute = rule.parameters.get("percent"), rule.parameters.get("absolute")
    parts = []
    if percent is not None:
        parts.append(pick(language, f"{plain_number(percent)}%", f"{plain_number(percent)} %"))
    if absolute is not None:
        if unit == "%":
            unit = pick(language, "个百分点", "percentage points")
        parts.append(f"{plain_number(absolute)} {unit}".rstrip())
    return pick(language, " 或 ", " or ").join(parts)


def problems(rule: ValidationRule) -> Iterator[Problem]:
    """No limit at all."""
    if "percent" not in rule.parameters and "absolute" not in rule.parameters:
        params = {"rule": rule.id, "parameters": "percent, absolute"}
        yield Problem("validation_no_limit", params=params)


def named(rule: ValidationRule) -> tuple[str, ...]:
    """The indicators listed."""
    return rule.indicators
