"""The days a file of evidence proves, both included, held against the period assessed."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessment.cycles.models import Cycle
from assessment.observations.validity import Fault

# What a slip of the pen makes of a year.
EARLIEST, LATEST = date(1949, 10, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both included; one day where they are the same."""

    first: date
    last: date

    def __str__(self) -> str:
        if self.first == self.last:
            return self.first.isoformat()
        return f"{self.first.isoformat()} – {self.last.isoformat()}"

    @classmethod
    def of(cls, cycle: Cycle) -> "Period":
        """The period the cycle assesses."""
        return cls(cycle.period_start_date, cycle.period_end_date)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def covers(self, other: "Period") -> bool:
        """Whether it holds every day of the other."""
        return self.first <= other.first and other.last <= self.last

    def meets(self, other: "Period") -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last


def typed_period(first: date | None, last: date | None, cycle: Cycle) -> Period:
    """What was typed, checked: one day alone is that day, nothing the cycle's period."""
    if first is None and last is None:
        return Period.of(cycle)
    found = Period(first or last or EARLIEST, last or first or LATEST)
    check_period(found, cycle)
    return found


def check_period(found: Period, cycle: Cycle) -> None:
    """``ValidationError`` on ``period_from`` or ``period_to`` for days no evidence can prove.

    Those in the wrong order, beyond all reason, or with none of the period assessed among them.
    """
    fault = _fault(found, Period.of(cycle))
    if fault is not None:
        field, sentence = fault
        raise ValidationError({field: [str(sentence)]})


def _fault(found: Period, assessed: Period) -> tuple[str, Fault] | None:
    if found.last < found.first:
        return "period_to", Fault(
            _("%(last)s before %(first)s")
            % {"last": found.last.isoformat(), "first": found.first.isoformat()},
            _("a last day that is not before the first one"),
            _("Correct one of the two days."),
        )
    if found.first < EARLIEST or found.last > LATEST:
        field = "period_from" if found.first < EARLIEST else "period_to"
        return field, Fault(
            str(found),
            _("days from %(first)s to %(last)s")
            % {"first": EARLIEST.isoformat(), "last": LATEST.isoformat()},
            _("Look at the year."),
        )
    if not found.meets(assessed):
        return "period_from", Fault(
            str(found),
            _("at least one day of %(period)s, the period assessed") % {"period": assessed},
            _("Correct the days, or attach a file that proves something of that period."),
        )
    return None
