"""Local calendar days: a period runs from 00:00 of its first to the end of its last day."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")


def local_date(at: datetime) -> date:
    """The calendar day in China on which the moment falls; ``at`` must know its zone."""
    if at.tzinfo is None:
        raise ValueError("The moment has no time zone.")
    return at.astimezone(LOCAL_ZONE).date()


def days_left(last: date, at: datetime) -> int:
    """Whole days until the last day: 0 on the day itself, negative afterwards."""
    return (last - local_date(at)).days
