"""Whether a status and a value fit what the framework says of an indicator."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.text import join_items
from assessment.engine.document import Node, ValueSpec
from assessment.engine.figures import plain_number
from assessment.observations.statuses import Status

# What the column of the table holds: 24 digits, 8 of them after the point.
MAX_DECIMALS = 8
MAX_WHOLE = Decimal(10) ** 16


@dataclass(frozen=True)
class Fault:
    """What was found, what was expected, what to do about it; in the reader's language."""

    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        return _("Found %(found)s; expected %(expected)s. %(remedy)s") % {
            "found": self.found,
            "expected": self.expected,
            "remedy": self.remedy,
        }


def find_fault(node: Node, status: str, value: Decimal | None) -> Fault | None:
    """The first thing wrong with an observation of the node; None where it is in order."""
    if status not in Status.values:
        return Fault(
            status or _("an empty status"),
            join_items(Status.values),
            _("Write one of the statuses listed."),
        )
    if status == Status.VALUE:
        if value is None:
            return Fault(
                _("no value"),
                _("a number"),
                _("Enter the value or choose another status."),
            )
        return _value_fault(node, value)
    if value is not None:
        return Fault(
            _("value %(value)s with status %(status)s")
            % {"value": plain_number(value), "status": status},
            _("no value"),
            _("Delete the value or set the status to value."),
        )
    return _status_fault(node, status)


def _status_fault(node: Node, status: str) -> Fault | None:
    needs_permission = status in {Status.NOTHING_TO_REPORT, Status.NOT_APPLICABLE}
    if not needs_permission or (node.value is not None and node.value.allows(status)):
        return None
    return Fault(
        status,
        _("a value: the framework does not allow this status here"),
        _("Enter the value, or record the value as missing."),
    )


def decimal_places(value: Decimal) -> int:
    """How many decimals the finite number has, needless zeros aside, however long it is."""
    _sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        return 0
    written = "".join(map(str, digits))
    needless = len(written) - len(written.rstrip("0"))
    return max(0, -exponent - needless)


def _value_fault(node: Node, value: Decimal) -> Fault | None:
    if not value.is_finite() or abs(value) >= MAX_WHOLE:
        return Fault(str(value), _("a number of at most 16 digits"), _("Check the number."))
    if decimal_places(value) > MAX_DECIMALS:
        return Fault(
            str(value),
            _("at most %(count)s decimals") % {"count": MAX_DECIMALS},
            _("Round the number."),
        )
    found = plain_number(value)
    spec = node.value
    return None if spec is None else _kind_fault(spec, value, found) or _range_fault(spec, value)


def _kind_fault(spec: ValueSpec, value: Decimal, found: str) -> Fault | None:
    if spec.levels:
        levels = [Decimal(str(level.value)) for level in spec.levels]
        if value in levels:
            return None
        listed = join_items(plain_number(level) for level in levels)
        return Fault(found, listed, _("Choose one of the levels of the rubric."))
    if spec.type == "boolean" and value not in (0, 1):
        return Fault(found, _("0 (no) or 1 (yes)"), _("Write 0 or 1."))
    if spec.type in {"integer", "boolean"} and value != value.to_integral_value():
        return Fault(found, _("a whole number"), _("Remove the decimals."))
    return None


def _range_fault(spec: ValueSpec, value: Decimal) -> Fault | None:
    lower = None if spec.min is None else Decimal(str(spec.min))
    upper = None if spec.max is None else Decimal(str(spec.max))
    if lower is not None and value < lower:
        bound = _("at least %(bound)s") % {"bound": plain_number(lower)}
    elif upper is not None and value > upper:
        bound = _("at most %(bound)s") % {"bound": plain_number(upper)}
    else:
        return None
    return Fault(plain_number(value), bound, _("Check the number and its unit."))
