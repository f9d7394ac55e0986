"""The order of a cycle's dates and its reminders, each fault told where it is corrected."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DATES: dict[str, Promise] = {
    "period_start_date": _("First day of the period"),
    "period_end_date": _("Last day of the period"),
    "collection_start_date": _("Collection opens"),
    "collection_end_date": _("Last day to submit"),
    "review_end_date": _("Last day of review"),
    "objection_end_date": _("Last day to object"),
}
# Later dates of a running cycle; the period itself decides what is measured and stays.
TIMETABLE_DATES = frozenset(
    {"collection_start_date", "collection_end_date", "review_end_date", "objection_end_date"}
)
# The days on which something must be done; one of them on a day off is worth a word.
DUE_DATES = ("collection_end_date", "review_end_date", "objection_end_date")
# When people are reminded of the last day to submit.
REMINDERS = ("reminders_before", "reminder_interval")
# In working days: more than a quarter ahead is a plan, not a reminder.
MOST_DAYS_BEFORE, MOST_REMINDERS = 60, 10
# (date to correct, date it may not lie before)
_ORDER = (
    ("period_end_date", "period_start_date"),
    ("collection_start_date", "period_start_date"),
    ("collection_end_date", "collection_start_date"),
    ("collection_end_date", "period_end_date"),
    ("review_end_date", "collection_end_date"),
    ("objection_end_date", "review_end_date"),
)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


def date_faults(dates: Mapping[str, date]) -> dict[str, list[Promise | str]]:
    """Faults by field name: dates out of the years served, dates in the wrong order.

    Dates that are absent (because they could not be read) are passed over.
    """
    faults: dict[str, list[Promise | str]] = {}
    for name, day in dates.items():
        if not EARLIEST <= day <= LATEST:
            faults.setdefault(name, []).append(
                _("%(day)s is out of range. Choose a day from %(first)s to %(last)s.")
                % {"day": day, "first": EARLIEST, "last": LATEST}
            )
    # A day out of the years served is wrong by itself: no other date is to be moved after it.
    dates = {name: day for name, day in dates.items() if name not in faults}
    for later, earlier in _ORDER:
        if later in dates and earlier in dates and dates[later] < dates[earlier]:
            faults.setdefault(later, []).append(
                _("%(day)s lies before “%(name)s” (%(other)s). Choose %(other)s or a later day.")
                % {"day": dates[later], "name": DATES[earlier], "other": dates[earlier]}
            )
    return faults


def reminder_faults(before: Sequence[object], interval: int) -> dict[str, list[Promise | str]]:
    """Faults by field name of the working days on which people are reminded."""
    faults: dict[str, list[Promise | str]] = {}
    are_days = all(isinstance(n, int) and 0 <= n <= MOST_DAYS_BEFORE for n in before)
    if not are_days or len(before) > MOST_REMINDERS or len(set(before)) < len(before):
        faults["reminders_before"] = [
            _("Write up to %(count)d different whole numbers from 0 to %(most)d, as in 7, 3, 1, 0.")
            % {"count": MOST_REMINDERS, "most": MOST_DAYS_BEFORE}
        ]
    if not 0 <= interval <= MOST_DAYS_BEFORE:
        faults["reminder_interval"] = [
            _("Write a whole number from 0 to %(most)d.") % {"most": MOST_DAYS_BEFORE}
        ]
    return faults
