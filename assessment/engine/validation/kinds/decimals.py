"""Decimals: a value has at most ``decimals`` places after the point, needless zeros aside."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, Context, Decimal

from assessment.engine.document import ValidationRule
from assessment.engine.figures import plain_number
from assessment.engine.problems import Problem
from assessment.engine.validation.findings import Facts, Finding, basis_of
from assessment.engine.validation.kinds import Nodes
from assessment.engine.validation.wording import count, pick, titles

NAME = "decimals"
TITLE = ("小数位数", "Decimals")
# More digits than any figure has: a rounded number never overflows the context.
_WIDE = Context(prec=100, rounding=ROUND_HALF_EVEN)


def decimal_places(value: Decimal) -> int:
    """How many decimals the finite number has, needless zeros aside, however long it is.

    Zero has none: databases give it back with all the places of its column.
    """
    _sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or not value:
        return 0
    written = "".join(map(str, digits))
    needless = len(written) - len(written.rstrip("0"))
    return max(0, -exponent - needless)


def find(rule: ValidationRule, nodes: Nodes, facts: Facts) -> Iterator[Finding]:
    """Each value with more decimals."""
    allowed = int(rule.parameters["decimals"])
    for code in rule.indicators:
        value = facts.value(code)
        if value is None or decimal_places(value) <= allowed:
            continue
        rounded = value.quantize(Decimal(1).scaleb(-allowed), context=_WIDE)
        params = {
            "found": facts.given[code].found,
            "places": decimal_places(value),
            "rounded": plain_number(rounded),
        }
        what = "decimals_whole" if allowed == 0 else "decimals_many"
        yield Finding(rule, what, nodes[code], basis_of(**{code: value.normalize(_WIDE)}), params)


def say(finding: Finding, language: str) -> tuple[str, str, str]:
    """With the number as it would be rounded."""
    params, allowed = finding.params, int(finding.rule.parameters["decimals"])
    places = count(params["places"], "decimal", "位小数", language)
    found = pick(language, f"{params['found']}（{places}）", f"{params['found']} with {places}")
    if finding.code == "decimals_whole":
        whole = pick(language, "整数", "a whole number")
        return found, whole, pick(language, "请去掉小数。", "Remove the decimals.")
    rounded = params["rounded"]
    remedy = pick(language, f"请修约，例如 {rounded}。", f"Round it, for example to {rounded}.")
    return found, _at_most(allowed, language), remedy


def describe(rule: ValidationRule, nodes: Nodes, language: str) -> str:
    """How many decimals the indicators have."""
    whose = titles(nodes, rule.indicators, language)
    allowed = int(rule.parameters["decimals"])
    most = _at_most(allowed, language) if allowed else pick(language, "取整数", "a whole number")
    return pick(language, f"{whose}{most}。", f"{whose}: {most}.")


def _at_most(allowed: int, language: str) -> str:
    places = count(allowed, "decimal", "位小数", language)
    return pick(language, f"最多 {places}", f"at most {places}")


def problems(rule: ValidationRule) -> Iterator[Problem]:
    """None: the schema says it all."""
    yield from ()


def named(rule: ValidationRule) -> tuple[str, ...]:
    """The indicators listed."""
    return rule.indicators
