"""Entering the holidays of a year the software does not know."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from assessment.audit.models import Event
from assessment.cycles.holidays import read_days
from assessment.cycles.models import HolidayYear
from assessment.cycles.queries import working_calendar
from assessment.cycles.services import enter_holidays, take_back_holidays
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import assert_same_queries

NOTICE = "国办发明电〔2026〕9号"


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("2027-10-01", [date(2027, 10, 1)]),
        ("2027年2月5日至2027年2月7日", [date(2027, 2, n) for n in (5, 6, 7)]),
        (
            "2027-02-05 to 2027-02-06, 2027/1/1",
            [date(2027, 1, 1), date(2027, 2, 5), date(2027, 2, 6)],
        ),
        ("２０２７-01-01；2027.5.1", [date(2027, 1, 1), date(2027, 5, 1)]),
        ("", []),
    ],
)
def test_days_are_read_as_notices_write_them(typed: str, days: list[date]) -> None:
    assert read_days(typed) == days


@pytest.mark.parametrize("typed", ["soon", "2027-13-01", "2027-02-07 to 2027-02-05"])
def test_what_is_no_day_is_quoted(typed: str) -> None:
    with pytest.raises(ValueError, match=typed):
        read_days(typed)


def test_an_entered_year_is_known_and_goes_before_what_came_along(cast: Cast) -> None:
    assert working_calendar().unknown_years(date(2027, 2, 8)) == [2027]
    enter_holidays(
        year=2027,
        source=f" {NOTICE} ",
        rest=[date(2027, 2, 6), date(2027, 2, 8)],
        work=[date(2027, 2, 20)],
        by=cast.coordinator,
        at=NOW,
    )
    calendar = working_calendar()
    assert calendar.unknown_years(date(2027, 2, 8)) == []
    assert not calendar.is_working(date(2027, 2, 8))
    assert calendar.is_working(date(2027, 2, 20))
    event = Event.objects.get(action="cycles.enter_holidays")
    assert event.region == cast.region
    assert event.after == {
        "source": NOTICE,
        "rest_days": ["2027-02-08"],  # the 6th is a Saturday, off in any case
        "working_days": ["2027-02-20"],
    }
    again = {"year": 2027, "source": NOTICE, "by": cast.coordinator, "at": NOW}
    enter_holidays(rest=[date(2027, 2, 8)], work=[date(2027, 2, 20)], **again)
    assert Event.objects.filter(action="cycles.enter_holidays").count() == 1
    enter_holidays(rest=[date(2027, 2, 9)], work=[], **again)
    assert HolidayYear.objects.get().rest_days == ["2027-02-09"]


def test_faults_are_told_by_field(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        enter_holidays(
            year=2101,
            source=" ",
            rest=[],
            work=[date(2101, 1, 3)],
            by=cast.coordinator,
            at=NOW,
        )
    assert sorted(refused.value.message_dict) == ["rest_days", "source", "working_days", "year"]
    with pytest.raises(ValidationError) as refused:
        enter_holidays(year=2027, source=NOTICE, rest=[date(2028, 1, 3)], work=[], by=None, at=NOW)
    assert list(refused.value.message_dict) == ["rest_days"]
    with pytest.raises(PermissionDenied):
        enter_holidays(year=2027, source=NOTICE, rest=[], work=[], by=cast.approver, at=NOW)


def test_the_page_enters_a_year_and_keeps_what_was_typed(cast: Cast) -> None:
    client: Client = cast.client("coordinator")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    address = reverse("cycles:holidays")
    typed = {"year": "2027", "source": NOTICE, "rest_days": "2027-10-01 to soon"}
    refused = client.post(address, typed)
    assert refused.context["form"].errors == {
        "rest_days": ["“to” is not a date. Write year, month and day, as in 2016-12-31."]
    }
    assert "2027-10-01 to soon" in refused.content.decode()
    done = client.post(address, typed | {"rest_days": "2027-10-01 to 2027-10-07"}, follow=True)
    row = {"year": 2027, "source": NOTICE, "rest": 5, "work": [], "is_entered": True}
    assert done.context["years"][0] == row
    back = client.post(address, {"take-back": "2027"}, follow=True)
    assert [str(each) for each in back.context["messages"]] == [
        "What was entered of 2027 no longer counts."
    ]
    assert back.context["years"][0]["year"] == 2026


def test_what_was_entered_is_taken_back_and_what_is_built_in_counts_again(cast: Cast) -> None:
    workday = date(2017, 3, 14)
    built_in = working_calendar()
    enter_holidays(year=2017, source=NOTICE, rest=[workday], work=[], by=cast.coordinator, at=NOW)
    assert not working_calendar().is_working(workday)
    for administrator in (cast.approver, cast.auditor):
        with pytest.raises(PermissionDenied):
            take_back_holidays(year=2017, by=administrator, at=NOW)
    assert take_back_holidays(year=2017, by=cast.system_administrator, at=NOW)
    assert working_calendar().years == built_in.years
    event = Event.objects.get(action="cycles.take_back_holidays")
    assert (event.region, event.before["rest_days"]) == (None, ["2017-03-14"])
    assert not take_back_holidays(year=2017, by=cast.coordinator, at=NOW)
    assert not take_back_holidays(year=0, by=cast.coordinator, at=NOW)


def test_the_page_asks_the_database_equally_often(cast: Cast) -> None:
    client = cast.client("coordinator")

    def enter(year: int) -> None:
        enter_holidays(year=year, source=NOTICE, rest=[date(year, 10, 1)], work=[], by=None, at=NOW)

    enter(2030)
    assert_same_queries(
        lambda: client.get(reverse("cycles:holidays")),
        lambda: [enter(2031), enter(2032)],
        grows_by=2,
    )
