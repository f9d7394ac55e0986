"""Typed text, in a form or a file, becomes a decimal number, or a sentence about its fault."""

import re
from decimal import Decimal

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.text import join_items
from accounts.typed_numbers import fold_signs, plain_digits
from assessment.engine.document import Node, ValueSpec
from assessment.engine.figures import plain_number
from assessment.engine.validation import judge_value
from assessment.observations.statuses import Status
from assessment.observations.validity import (
    MAX_DECIMALS,
    Fault,
    fault_of,
    find_fault,
)

MAX_SHOWN = 40
# No figure is longer; what is comes from a stuck key or a pasted text.
MAX_LENGTH = 60

_SCIENTIFIC = re.compile(r"[+-]?[0-9]*\.?[0-9]+\s*[eE]\s*[+-]?[0-9]{1,6}\Z")


class NotANumberError(ValueError):
    """The text cannot stand for the indicator's value; the message says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def parse_value(text: str, node: Node, *, decimals: int | None = None) -> Decimal:
    """The number meant by ``text`` for the indicator; ``NotANumberError`` otherwise.

    Accepts full-width characters, thousands separators (comma or space, in groups of
    three), a sign, spaces around, and the indicator's own unit behind the number. Refuses
    what could mean something else. ``decimals`` stands for those the framework
    allows, where the figure was computed and not written.
    """
    plain = _without_unit(fold_signs(text), node)
    number = Decimal(_digits(plain, text, expected_value(node)))
    finding = judge_value(node, number, typed=shown(text), decimals=decimals)
    if finding is not None:
        raise NotANumberError(fault_of(finding))
    fault = find_fault(node, Status.VALUE, number)
    if fault is not None:
        raise NotANumberError(fault)
    return number


def parse_number(text: str, expected: str) -> Decimal:
    """The number meant by ``text`` where no indicator says what is allowed.

    The same ways of writing it are taken; ``NotANumberError`` tells with ``expected`` what was
    asked for.
    """
    return Decimal(_digits(fold_signs(text), text, expected))


def expected_value(node: Node) -> str:
    """What the field takes, in words: kind, range, decimals."""
    spec = node.value
    if spec is None:
        return _("a number")
    if spec.type == "boolean":
        return _("0 (no) or 1 (yes)")
    if spec.levels:
        return join_items(plain_number(level.value) for level in spec.levels)
    decimals = allowed_decimals(spec)
    kind = _("a whole number") if decimals == 0 else _("a number")
    text = kind + _range_words(spec)
    if decimals and decimals < MAX_DECIMALS:
        text += ngettext(
            ", at most %(count)d decimal", ", at most %(count)d decimals", decimals
        ) % {"count": decimals}
    return text


def allowed_decimals(spec: ValueSpec | None) -> int:
    """How many decimals the framework lets a locality write; without a rule what is stored."""
    if spec is None:
        return MAX_DECIMALS
    if spec.type in {"integer", "boolean"}:
        return 0
    return MAX_DECIMALS if spec.decimals is None else min(spec.decimals, MAX_DECIMALS)


def shown(text: str) -> str:
    """What was typed, in quotation marks and not longer than a line."""
    stripped = text.strip()
    cut = stripped if len(stripped) <= MAX_SHOWN else stripped[:MAX_SHOWN] + "…"
    return f"“{cut}”"


def _range_words(spec: ValueSpec) -> str:
    if spec.min is not None and spec.max is not None:
        return _(" from %(min)s to %(max)s") % {
            "min": plain_number(spec.min),
            "max": plain_number(spec.max),
        }
    if spec.min is not None:
        return _(" of at least %(min)s") % {"min": plain_number(spec.min)}
    if spec.max is not None:
        return _(" of at most %(max)s") % {"max": plain_number(spec.max)}
    return ""


def _units(node: Node) -> list[str]:
    if node.unit is None:
        return []
    units = {fold_signs(node.unit.zh_hans).casefold(), fold_signs(node.unit.en).casefold()}
    return sorted((unit for unit in units if unit), key=len, reverse=True)


def _without_unit(plain: str, node: Node) -> str:
    units = _units(node)
    for unit in units:
        if plain.casefold().endswith(unit) and not unit[-1].isdigit():
            return plain[: len(plain) - len(unit)].rstrip()
    if plain.endswith("%") and "%" not in units:
        raise NotANumberError(
            Fault(
                shown(plain),
                _("a number in %(unit)s") % {"unit": _unit_name(node)},
                _("Write the figure in that unit, without the percent sign."),
            )
        )
    return plain


def _unit_name(node: Node) -> str:
    unit = node.unit.text(get_language() or "zh-hans") if node.unit else ""
    return unit or _("the unit of the indicator")


def _digits(plain: str, text: str, expected: str) -> str:
    """The digits with sign and point; the fault that fits best otherwise."""
    if len(plain) > MAX_LENGTH:
        raise NotANumberError(
            Fault(shown(text), _("a number of at most 15 digits"), _("Check the number."))
        )
    digits = plain_digits(plain)
    if digits:
        return digits
    raise NotANumberError(Fault(shown(text), expected, _remedy(plain)))


def _remedy(plain: str) -> str:
    if _SCIENTIFIC.match(plain):
        return _("Write the number in full, without an exponent.")
    is_numeric = all(sign in "0123456789.,+- " for sign in plain)
    if is_numeric and plain.count(".") > 1:
        return _("Keep one decimal point.")
    if is_numeric and ("," in plain or " " in plain):
        return _("Separate thousands in groups of three, as in 1,234,567; write decimals as 1.5.")
    return _("Write digits only, for example 12.5.")
