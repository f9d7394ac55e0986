"""Local days: the last one counts to its end."""

from datetime import date, datetime

import pytest

from assessment.cycles.calendar import LOCAL_ZONE, days_left, local_date


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
    assert days_left(date(2017, 3, 15), at) == days
