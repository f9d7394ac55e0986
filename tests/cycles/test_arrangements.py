"""Days off and days of work of nine years, against the notices of the State Council's office.

The notices name first and last days; what falls on a weekend in between is off anyway.
"""

from datetime import date, timedelta

import pytest

from assessment.cycles.queries import published_arrangements

# Year: spells off (month and day, first to last), and days of work on weekends, as announced.
NOTICES = {
    2015: (
        "0101-0103 0218-0224 0406-0406 0501-0501 0622-0622 0903-0905 1001-1007",
        "0104 0215 0228 0906 1010",
    ),
    2017: (
        "0102-0102 0127-0202 0402-0404 0501-0501 0528-0530 1001-1008",
        "0122 0204 0401 0527 0930",
    ),
    # The first of January 2019 is reached by a bridge day of the notice for that year.
    2018: (
        "0101-0101 0215-0221 0405-0407 0429-0501 0618-0618 0924-0924 1001-1007 1231-1231",
        "0211 0224 0408 0428 0929 0930 1229",
    ),
    2019: (
        "0101-0101 0204-0210 0405-0405 0501-0504 0607-0607 0913-0913 1001-1007",
        "0202 0203 0428 0505 0929 1012",
    ),
    2020: (
        "0101-0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008",
        "0119 0426 0509 0628 0927 1010",
    ),
    2021: (
        "0101-0103 0211-0217 0403-0405 0501-0505 0612-0614 0919-0921 1001-1007",
        "0207 0220 0425 0508 0918 0926 1009",
    ),
    2022: (
        "0101-0103 0131-0206 0403-0405 0430-0504 0603-0605 0910-0912 1001-1007",
        "0129 0130 0402 0424 0507 1008 1009",
    ),
    2023: (
        "0101-0102 0121-0127 0405-0405 0429-0503 0622-0624 0929-1006",
        "0128 0129 0423 0506 0625 1007 1008",
    ),
    2024: (
        "0101-0101 0210-0217 0404-0406 0501-0505 0610-0610 0915-0917 1001-1007",
        "0204 0218 0407 0428 0511 0914 0929 1012",
    ),
}


def day(year: int, written: str) -> date:
    return date(year, int(written[:2]), int(written[2:]))


def weekdays_of(year: int, spell: str) -> set[date]:
    first, last = (day(year, end) for end in spell.split("-"))
    days = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return {each for each in days if each.weekday() < 5}


@pytest.mark.parametrize("year", NOTICES)
def test_a_year_is_arranged_as_its_notice_says(year: int) -> None:
    off, worked = NOTICES[year]
    arranged = published_arrangements()[year]
    assert arranged.rest == set().union(*(weekdays_of(year, spell) for spell in off.split()))
    assert arranged.work == {day(year, written) for written in worked.split()}
