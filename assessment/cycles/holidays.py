"""The holidays of a year as people enter them: how days are read, and what may not be said."""

import re
import unicodedata
from datetime import date, timedelta

from django.utils.translation import gettext as _

from accounts.text import join_items
from assessment.cycles.calendar import SATURDAY, YEARS_SERVED

LONGEST_SOURCE = 200
_DAY = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
# A day, or the first and the last of several: 2027-10-01, 2027-10-01 至 2027-10-07.
_DAYS = re.compile(rf"{_DAY}(?:\s*(?:至|到|to|~|–|—)\s*{_DAY})?", re.ASCII)


def read_days(typed: str) -> list[date]:
    """The days of a text, with those between the ends of a span; ``ValueError`` quotes the rest."""
    text = unicodedata.normalize("NFKC", typed)
    found: list[date] = []
    for match in _DAYS.finditer(text):
        try:
            first = date(*map(int, match.groups()[:3]))
            last = date(*map(int, match.groups()[3:])) if match.group(4) else first
        except ValueError:
            raise ValueError(match.group(0)) from None
        if not 0 <= (last - first).days < 31:
            raise ValueError(match.group(0))
        found += [first + timedelta(days=n) for n in range((last - first).days + 1)]
    left = _DAYS.sub(" ", text).translate(str.maketrans(",;、", "   ")).split()
    if left:
        raise ValueError(left[0][:40])
    return sorted(set(found))


def holiday_faults(
    year: int, source: str, off: list[date], worked: list[date]
) -> dict[str, list[str]]:
    """Faults by field of ``HolidayForm``: year, notice, days off, days worked instead."""
    faults: dict[str, list[str]] = {}
    if year not in YEARS_SERVED:
        text = _("Choose a year from %(first)d to %(last)d.")
        faults["year"] = [text % {"first": YEARS_SERVED[0], "last": YEARS_SERVED[-1]}]
    if not source:
        faults["source"] = [_("Name the notice the days are taken from.")]
    elif len(source) > LONGEST_SOURCE:
        faults["source"] = [_("The name of the notice is too long. Shorten it.")]
    if not off:
        faults["rest_days"] = [_("Write the days off between Monday and Friday.")]
    other = [day.isoformat() for day in (*off, *worked) if day.year != year]
    if other:
        text = _("Not in %(year)d: %(days)s.")
        name = "rest_days" if off and other[0] in map(str, off) else "working_days"
        faults[name] = [text % {"year": year, "days": join_items(other)}]
    weekdays = [day.isoformat() for day in worked if day.weekday() < SATURDAY]
    if weekdays:
        text = _("No Saturday or Sunday: %(days)s. Other days are worked anyway.")
        faults.setdefault("working_days", []).append(text % {"days": join_items(weekdays)})
    return faults
