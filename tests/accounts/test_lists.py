"""One way to read a list: search, filters, order, pages and addresses from the query."""

import csv
import io
from dataclasses import dataclass

import pytest
from django.http import QueryDict
from django.utils import translation

from accounts.lists import (
    Choice,
    Column,
    Filter,
    ListPage,
    Search,
    Switch,
    field_choices,
    list_csv,
    read_computed,
    read_stored,
    value_choices,
)
from accounts.models import Locality
from accounts.searching import MAX_LENGTH, place_texts, words_of
from tests.factories import LocalityFactory
from tests.queries import count_queries


@dataclass(frozen=True)
class Place:
    """A row that no database knows."""

    code: str
    name_zh: str
    name_en: str
    points: int | None = None


PLACES = [
    Place("110000", "北京", "Beijing", 3),
    Place("120000", "天津", "Tianjin", None),
    Place("130100", "石家庄", "Shijiazhuang", 7),
]
COLUMNS: list[Column[Place]] = [
    Column("Locality", "locality", value=lambda place: place.code),
    Column("Points", "points", value=lambda place: place.points, descending_first=True),
    Column("Remarks"),
]
STORED_COLUMNS: list[Column[Locality]] = [
    Column("Locality", "locality", ("code",)),
    Column("Name", "name", ("name_en",)),
    Column(
        "Length", "length", computed=lambda rows: {row.pk: len(row.name_en) or None for row in rows}
    ),
]
KIND = Filter(
    "kind", "Kind", value_choices(lambda p: p.code[:2], [("11", "City"), ("13", "Other")])
)


def computed(query: str = "", **more: object) -> ListPage[Place]:
    """The list of places with that query."""
    return read_computed(
        PLACES,
        QueryDict(query),
        columns=COLUMNS,
        sort="locality",
        search=Search("Search", texts=place_texts),
        filters=[KIND],
        **more,  # type: ignore[arg-type]
    )


def codes(listed: ListPage[Place]) -> list[str]:
    """What the page shows."""
    return [place.code for place in listed.page.object_list]


def stored(query: str = "") -> ListPage[Locality]:
    """The same places from the database."""
    return read_stored(
        Locality.objects.all(),
        QueryDict(query),
        columns=STORED_COLUMNS,
        sort="locality",
        ties=("code",),
        search=Search("Search", ("code", "name_zh", "name_en")),
        filters=[
            Filter("code", "Place", field_choices("code", {"110000": "Beijing", "990000": "None"}))
        ],
    )


@pytest.fixture
def places(db: None) -> None:
    """The places, kept."""
    for place in PLACES:
        LocalityFactory(code=place.code, name_zh=place.name_zh, name_en=place.name_en)


# Full-width letters and figures, the full-width space, any case, both languages, codes, parts.
FOUND = [
    ("BEIJING", ["110000"]),
    ("\uff22\uff45\uff49", ["110000"]),  # Ｂｅｉ
    ("\uff11\uff13\uff10\uff11", ["130100"]),  # １３０１
    ("石家\u3000shi", ["130100"]),
    ("京", ["110000"]),
    ("jin", ["110000", "120000"]),
    ("jin 天", ["120000"]),
    ("beijing 天津", []),
    ("%", []),
    ("_", []),
    ("\x00", ["110000", "120000", "130100"]),
    ("  ", ["110000", "120000", "130100"]),
    ("x" * 5000, []),
]


@pytest.mark.parametrize(("typed", "expected"), FOUND, ids=range(len(FOUND)))
def test_search_finds_the_same_in_both_kinds_of_list(
    places: None, typed: str, expected: list[str]
) -> None:
    query = QueryDict(mutable=True)
    query["q"] = typed
    assert codes(computed(query.urlencode())) == expected
    assert [row.code for row in stored(query.urlencode()).page.object_list] == expected


def test_full_width_text_in_the_database_is_found_by_half_width_words(db: None) -> None:
    LocalityFactory(code="110000", name_zh="北京\uff08\uff22\uff2a\uff09")  # （ＢＪ）
    assert [row.code for row in stored("q=(bj)").page.object_list] == ["110000"]


def test_a_long_search_is_cut() -> None:
    assert len("".join(words_of("a" * 1000))) == MAX_LENGTH


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=-locality", ["130100", "120000", "110000"]),
        ("sort=points", ["110000", "130100", "120000"]),
        # A place without points comes last in either direction.
        ("sort=-points", ["130100", "110000", "120000"]),
        ("sort=remarks", ["110000", "120000", "130100"]),
        ("sort=--points", ["110000", "120000", "130100"]),
        ("sort=-", ["110000", "120000", "130100"]),
        ("kind=13", ["130100"]),
        ("kind=99&page=99", ["110000", "120000", "130100"]),
        ("page=-1", ["110000", "120000", "130100"]),
    ],
)
def test_unknown_wishes_are_passed_over(query: str, expected: list[str]) -> None:
    assert codes(computed(query)) == expected


def test_what_was_passed_over_is_said() -> None:
    assert computed("kind=13&page=1&sort=name").passed_over == []
    with translation.override("en"):
        assert computed("kind=99&page=99").passed_over == [
            "Kind: “99” is unknown and was passed over.",
            "There is no page “99”; this is page 1.",
        ]
    assert len(computed(f"kind={'9' * 500}").passed_over[0]) < 100


def test_rows_of_the_database_are_sorted_there_and_by_what_it_does_not_know(places: None) -> None:
    assert [row.code for row in stored("sort=-name").page.object_list] == [
        *("120000", "130100", "110000")
    ]
    # Equal ones (Beijing and Tianjin have seven letters) stand by code.
    assert [row.code for row in stored("sort=length").page.object_list] == [
        *("110000", "120000", "130100")
    ]
    assert [row.code for row in stored("sort=-length").page.object_list] == [
        *("130100", "110000", "120000")
    ]


def test_heads_announce_their_state_and_lead_to_the_other() -> None:
    listed = computed("q=jin&kind=11&sort=-points&page=2")
    states = [(head.label, head.state) for head in listed.heads]
    assert states == [("Locality", ""), ("Points", "descending"), ("Remarks", "")]
    urls = [QueryDict(head.url.removeprefix("?")).dict() for head in listed.heads]
    # Search and filter stay, the list begins at its first page.
    assert urls[0] == {"q": "jin", "kind": "11", "sort": "locality"}
    assert urls[1] == {"q": "jin", "kind": "11", "sort": "points"}
    assert listed.heads[2].url == ""
    assert computed().heads[0].state == "ascending"
    assert computed().heads[1].url == "?sort=-points"


def test_choices_count_what_they_would_find() -> None:
    (kind,) = computed("q=jin&kind=13").filters
    assert [(option.label, option.count, option.is_current) for option in kind.options][1:] == [
        ("City", 1, False),
        ("Other", 0, True),
    ]
    assert kind.options[0].count == 2
    assert QueryDict(kind.options[0].url[1:]).dict() == {"q": "jin"}


def test_choices_of_the_database_count_in_one_query(places: None) -> None:
    # Beside it: the rows of the page, and how many there are.
    assert count_queries(lambda: list(stored("q=jin").page.object_list)) == 3
    (place,) = stored("q=jin").filters
    assert [option.count for option in place.options] == [2, 1, 0]


def test_a_search_keeps_switches_filters_and_other_lists_are_one_click_away() -> None:
    switch = Switch("view", "View", [("", "Short"), ("long", "Long")], "long")
    listed = computed("q=jin&kind=11&view=long", switches=[switch])
    assert listed.hidden == [("view", "long"), ("kind", "11")]
    assert listed.is_filtered
    assert listed.clear_url == "?view=long"
    assert QueryDict(listed.switches[0].options[0].url[1:]).dict() == {"q": "jin", "kind": "11"}


def test_a_filter_with_many_values_is_a_drop_down_list() -> None:
    many: list[Choice[Place]] = [Choice(str(n), str(n), fits=lambda _p: False) for n in range(8)]
    few = many[:7]
    assert [Filter("n", "N", many).name] == ["n"]
    lists = [
        read_computed(
            PLACES,
            QueryDict(),
            columns=COLUMNS,
            sort="locality",
            filters=[Filter("n", "N", choices)],
        )
        for choices in (many, few)
    ]
    assert [(len(each.selects), len(each.chips)) for each in lists] == [(1, 0), (0, 1)]


def test_fifty_rows_to_a_page() -> None:
    rows = [Place(f"{number:06d}", "", "") for number in range(51)]

    def page(query: str) -> ListPage[Place]:
        return read_computed(rows, QueryDict(query), columns=COLUMNS, sort="locality")

    assert len(codes(page(""))) == 50
    assert codes(page("page=2")) == codes(page("page=999")) == ["000050"]
    assert page("").count == 51


@pytest.mark.django_db
def test_export_holds_every_row_found_and_runs_no_formula() -> None:
    listed = computed("q=jin&sort=-locality&format=csv&page=7")
    assert listed.wants_csv
    assert not computed("format=csv", export="/file/").wants_csv
    assert computed("q=jin", export="/file/").export_url == "/file/?q=jin"
    rows = [*listed.rows, Place("=1+1", "", "")]
    answer = list_csv("places.csv", rows, {"code": lambda p: p.code, "points": lambda p: p.points})
    assert answer["Content-Disposition"] == 'attachment; filename="places.csv"'
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert read == [["code", "points"], ["120000", ""], ["110000", "3"], ["'=1+1", ""]]
