"""Local calendar days and working days.

A period runs from 00:00 of its first to the end of its last day.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")
# Off by the Regulation on Public Holidays (全国年节及纪念日放假办法), with or without a notice.
_FIXED = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
_FIXED_SINCE_2025 = (*_FIXED, (5, 2))
YEARS_SERVED = range(2000, 2101)
# Days before it in a week, Monday first; so many are worked where nothing is arranged.
SATURDAY = 5


def local_date(at: datetime) -> date:
    """The calendar day in China on which the moment falls; ``at`` must know its zone."""
    if at.tzinfo is None:
        raise ValueError("The moment has no time zone.")
    return at.astimezone(LOCAL_ZONE).date()


def days_left(last: date, at: datetime) -> int:
    """Whole days until the last day: 0 on the day itself, negative afterwards."""
    return (last - local_date(at)).days


@dataclass(frozen=True)
class Arrangement:
    """The holidays of one year as its notice arranges them (放假调休).

    ``rest`` holds the days from Monday to Friday that are off, ``work`` the Saturdays and Sundays
    that are worked instead; ``source`` is the notice.
    """

    source: str
    rest: frozenset[date]
    work: frozenset[date]


class WorkingCalendar:
    """Working days of mainland China in the years whose arrangement is known.

    Of other years only the weekends and the holidays on fixed days are known. Counting goes on
    with those, and whoever shows a count asks ``unknown_years`` and says so.
    """

    def __init__(self, years: Mapping[int, Arrangement]) -> None:
        self.years = years
        arranged = [day for year in years.values() for day in year.rest]
        fixed = (
            date(year, month, day)
            for year in YEARS_SERVED
            if year not in years
            for month, day in (_FIXED if year < 2025 else _FIXED_SINCE_2025)
        )
        self._rest = sorted([*arranged, *(day for day in fixed if day.weekday() < SATURDAY)])
        self._work = sorted(day for year in years.values() for day in year.work)
        self._resting, self._worked = set(self._rest), set(self._work)

    def is_working(self, day: date) -> bool:
        """Whether offices work on the day, weekends and arranged days considered."""
        if day.weekday() < SATURDAY:
            return day not in self._resting
        return day in self._worked

    def working_days(self, after: date, until: date) -> int:
        """Working days after the first day up to the second, that one included; 0 if none."""
        if until <= after:
            return 0
        weeks, odd = divmod((until - after).days, 7)
        rest_of_week = sum((until - timedelta(days=n)).weekday() < SATURDAY for n in range(odd))
        return (
            weeks * SATURDAY
            + rest_of_week
            - _within(self._rest, after, until)
            + _within(self._work, after, until)
        )

    def working_day_before(self, day: date) -> date:
        """The last working day before the day."""
        found = day - timedelta(days=1)
        while not self.is_working(found):
            found -= timedelta(days=1)
        return found

    def working_day_after(self, day: date) -> date:
        """The first working day after the day."""
        found = day + timedelta(days=1)
        while not self.is_working(found):
            found += timedelta(days=1)
        return found

    def unknown_years(self, *days: date) -> list[int]:
        """The years from the first to the last of the days whose holidays are not known."""
        first, last = min(days).year, max(days).year
        return [year for year in range(first, last + 1) if year not in self.years]


def is_reminder_day(
    last: date, today: date, before: Collection[int], every: int, calendar: WorkingCalendar
) -> bool:
    """Whether those who are awaited are reminded today of the last day.

    ``before`` counts working days left (0: the last day itself, or the last working day up to
    it); ``every`` so many working days afterwards again, 0 never. Nobody is reminded on a day
    off.
    """
    if not calendar.is_working(today):
        return False
    if today <= last:
        return calendar.working_days(today, last) in before
    return every > 0 and calendar.working_days(last, today) % every == 0


def _within(days: Sequence[date], after: date, until: date) -> int:
    return bisect_right(days, until) - bisect_right(days, after)
