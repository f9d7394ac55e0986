"""The order of a cycle's dates, each fault told at the date to correct."""

from collections.abc import Mapping
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
