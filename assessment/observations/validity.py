"""Whether a status and a value fit what the framework says of an indicator."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.text import join_items
from assessment.engine.document import Node
from assessment.engine.figures import plain_number
from assessment.engine.validation import Finding, Words, judge_value, words
from assessment.observations.statuses import Status

# What the column of the table holds is 24 digits, 8 of them after the point; spreadsheets and
# SQLite, which keep a number as a binary float, give 15 digits back as they were written.
MAX_DECIMALS = 8
MAX_DIGITS = 15


@dataclass(frozen=True)
class Fault:
    """What was found, what was expected, what to do about it; in the reader's language."""

    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        said = Words(self.found, self.expected, self.remedy)
        return said.sentence(get_language() or "zh-hans")


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


def fault_of(finding: Finding) -> Fault:
    """What a rule of the framework found, in the reader's language."""
    said = words(finding, get_language() or "zh-hans")
    return Fault(said.found, said.expected, said.remedy)


def fits(value: Decimal) -> bool:
    """Whether every place that keeps the number keeps each of its digits."""
    if not value.is_finite() or abs(value) >= Decimal(10) ** MAX_DIGITS:
        return False
    return len(value.normalize().as_tuple().digits) <= MAX_DIGITS


def _value_fault(node: Node, value: Decimal) -> Fault | None:
    if not fits(value):
        return Fault(str(value), _("a number of at most 15 digits"), _("Check the number."))
    # Measured values come with more decimals than a locality is asked to write.
    finding = judge_value(node, value, decimals=MAX_DECIMALS)
    return None if finding is None else fault_of(finding)
