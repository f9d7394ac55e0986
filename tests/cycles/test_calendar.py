"""Local days: the last one counts to its end."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from assessment.cycles.calendar import LOCAL_ZONE, days_left, is_open, local_date

FIRST, LAST = date(2017, 2, 1), date(2017, 3, 15)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2017, 3, 15, 23, 59, 59, tzinfo=LOCAL_ZONE), True),
        (datetime(2017, 3, 16, 0, 0, tzinfo=LOCAL_ZONE), False),
        (datetime(2017, 2, 1, 0, 0, tzinfo=LOCAL_ZONE), True),
        (datetime(2017, 1, 31, 23, 59, 59, tzinfo=LOCAL_ZONE), False),
        (datetime(2017, 3, 15, 15, 59, 59, tzinfo=UTC), True),
        (datetime(2017, 3, 15, 16, 0, tzinfo=UTC), False),
        (datetime(2017, 1, 31, 16, 0, tzinfo=UTC), True),
        (datetime(2017, 3, 15, 11, 59, tzinfo=timezone(timedelta(hours=-4))), True),
        (datetime(2017, 3, 15, 12, 0, tzinfo=timezone(timedelta(hours=-4))), False),
    ],
)
def test_is_open_by_local_days(at: datetime, expected: bool) -> None:
    assert is_open(FIRST, LAST, at) is expected


def test_local_date_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        local_date(datetime(2017, 3, 15, 12, 0))  # noqa: DTZ001 - the fault tested


@pytest.mark.parametrize(
    ("at", "days"),
    [
        (datetime(2017, 3, 15, 23, 59, tzinfo=LOCAL_ZONE), 0),
        (datetime(2017, 3, 16, 0, 0, tzinfo=LOCAL_ZONE), -1),
        (datetime(2017, 3, 1, 9, 0, tzinfo=LOCAL_ZONE), 14),
    ],
)
def test_days_left(at: datetime, days: int) -> None:
    assert days_left(LAST, at) == days
