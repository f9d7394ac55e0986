"""Working days with 调休, held against the notices of the General Office of the State Council.

2016: 国办发明电〔2015〕18号; 2025: 国办发明电〔2024〕12号; 2026: 国办发明电〔2025〕7号.
"""

from datetime import date, timedelta

import pytest

from assessment.cycles.calendar import WorkingCalendar, is_reminder_day
from assessment.cycles.queries import published_arrangements

CALENDAR = WorkingCalendar(published_arrangements())


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("first", "last", "made_up"),
    [
        # 国庆节：10月1日至7日放假调休，共7天。10月8日（星期六）、10月9日（星期日）上班。
        (date(2016, 10, 1), date(2016, 10, 7), [date(2016, 10, 8), date(2016, 10, 9)]),
        # 春节：2月7日至13日放假调休，共7天。2月6日（星期六）、2月14日（星期日）上班。
        (date(2016, 2, 7), date(2016, 2, 13), [date(2016, 2, 6), date(2016, 2, 14)]),
        # 国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日、10月11日上班。
        (date(2025, 10, 1), date(2025, 10, 8), [date(2025, 9, 28), date(2025, 10, 11)]),
        # 国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日、10月10日上班。
        (date(2026, 10, 1), date(2026, 10, 7), [date(2026, 9, 20), date(2026, 10, 10)]),
        # 春节：2月15日（周日）至23日（周一）放假调休，共9天。2月14日、2月28日上班。
        (date(2026, 2, 15), date(2026, 2, 23), [date(2026, 2, 14), date(2026, 2, 28)]),
    ],
)
def test_holidays_are_off_and_their_weekends_are_made_up(
    first: date, last: date, made_up: list[date]
) -> None:
    assert [day for day in days(first, last) if CALENDAR.is_working(day)] == []
    assert all(day.weekday() >= 5 and CALENDAR.is_working(day) for day in made_up)


def test_a_rest_day_leads_to_the_working_days_around_it() -> None:
    assert CALENDAR.working_day_before(date(2026, 10, 3)) == date(2026, 9, 30)
    assert CALENDAR.working_day_after(date(2026, 10, 3)) == date(2026, 10, 8)
    # 9 October 2016, a Sunday, is worked for the holiday before it.
    assert CALENDAR.working_day_after(date(2016, 10, 8)) == date(2016, 10, 9)


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        (date(2016, 9, 30), date(2016, 10, 7), 0),
        (date(2016, 9, 30), date(2016, 10, 9), 2),  # the two days made up
        (date(2025, 9, 30), date(2025, 10, 11), 3),  # 9, 10 and, made up, 11 October
        (date(2026, 9, 18), date(2026, 10, 8), 9),  # 20 to 24, 28 to 30 September, 8 October
        (date(2026, 9, 18), date(2026, 9, 18), 0),
        (date(2026, 9, 18), date(2026, 9, 17), 0),
    ],
)
def test_working_days_between(after: date, until: date, expected: int) -> None:
    assert CALENDAR.working_days(after, until) == expected


def test_counting_by_weeks_agrees_with_counting_each_day() -> None:
    start = date(2015, 12, 20)
    worked = 0
    for day in days(start + timedelta(days=1), date(2018, 1, 15)):
        worked += CALENDAR.is_working(day)
        assert CALENDAR.working_days(start, day) == worked


def test_a_year_without_a_notice_is_named() -> None:
    assert CALENDAR.unknown_years(date(2026, 12, 1), date(2027, 1, 5)) == [2027]
    assert CALENDAR.unknown_years(date(2016, 12, 1)) == []


def test_of_such_a_year_the_holidays_on_fixed_days_are_known() -> None:
    new_year = date(2027, 1, 1)
    assert not CALENDAR.is_working(new_year)
    assert CALENDAR.working_day_before(date(2027, 1, 3)) == date(2026, 12, 31)
    assert CALENDAR.working_days(date(2026, 12, 31), date(2027, 1, 4)) == 1


def test_every_arranged_day_is_one_that_needs_arranging() -> None:
    for year, arrangement in published_arrangements().items():
        assert arrangement.source.endswith("号")
        assert all(d.year == year and d.weekday() < 5 for d in arrangement.rest)
        assert all(d.year == year and d.weekday() >= 5 for d in arrangement.work)


def reminded(last: date, first: date, until: date, every: int = 3) -> list[date]:
    before = (7, 3, 1, 0)
    return [
        day for day in days(first, until) if is_reminder_day(last, day, before, every, CALENDAR)
    ]


def test_reminders_count_working_days_around_national_day() -> None:
    # The last day is the second after the holiday of 2026; 10 October, a Saturday, is worked.
    found = reminded(date(2026, 10, 9), date(2026, 9, 18), date(2026, 10, 20))
    assert found == [
        date(2026, 9, 22),  # 23, 24, 28, 29, 30 September, 8, 9 October: seven
        date(2026, 9, 29),
        date(2026, 10, 8),
        date(2026, 10, 9),
        date(2026, 10, 13),  # 10, 12, 13 October: three
        date(2026, 10, 16),
    ]


def test_a_last_day_that_is_off_is_called_to_mind_on_the_working_day_before() -> None:
    sunday = date(2017, 3, 19)
    assert reminded(sunday, date(2017, 3, 15), sunday) == [date(2017, 3, 16), date(2017, 3, 17)]


def test_no_reminders_afterwards_where_none_are_wanted() -> None:
    last = date(2017, 3, 15)
    assert reminded(last, date(2017, 3, 16), date(2017, 4, 30), every=0) == []
