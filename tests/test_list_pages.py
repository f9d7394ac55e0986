"""Every list reads its query in the same way: search, filters, order, pages, export."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests.permission_grid import ROLES
from tests.permission_requests import address_of
from tests.permission_scene import LATER, Scene, build_scene
from tests.test_list_queries import counted
from tests.test_permission_grid import ADDRESSES

# The lists that read search, filters, order and page from the query, and who reads them.
SEARCHED = {
    "accounts:tokens": "sec",
    "airquality:means": "coo",
    "audit:list": "aud",
    "cycles:list": "coo",
    "frameworks:list": "coo",
    "jobs:list": "coo",
    "notices:list": "coo",
    "observations:matrix": "coo",
    "portal:cycle-downloads": "vis",
    "portal:downloads": "vis",
    "portal:indicator": "vis",
    "portal:publications": "vis",
    "portal:ranking": "vis",
    "portal:verify": "vis",
    "reports:list": "coo",
    "reviews:list": "coo",
    "reviews:rubric": "coo",
    "scores:adjust": "coo",
    "scores:differences": "coo",
    "scores:list": "coo",
    "scores:run": "coo",
    "submissions:board": "coo",
    "submissions:evidence-list": "coo",
    "submissions:list": "coo",
}
WITHOUT_SEARCH = {"audit:list"}  # it has a form of its own
EMPTY_FILES = {"reviews:rubric"}  # nobody has scored yet
WITHOUT_HEADS = {"portal:cycle-downloads"}  # files, not a table
WITHOUT_EXPORT = {"portal:cycle-downloads", "portal:verify"}  # files themselves; see downloads
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """One cycle in every stage with all that stands in it; gone after this module."""
    with pytest.MonkeyPatch.context() as clock, django_db_blocker.unblock(), transaction.atomic():
        clock.setattr("django.utils.timezone.now", lambda: LATER)
        yield build_scene()
        transaction.set_rollback(True)


class Reader:
    """Somebody who reads a list."""

    def __init__(self, scene: Scene, name: str) -> None:
        self.client = Client(headers={"accept-language": "en"})
        self.client.cookies.load(scene.session_of(ROLES[SEARCHED[name]]))
        self.address = address_of(scene, name, set(ADDRESSES[name].parameters))

    def get(self, query: str = "") -> HttpResponse:
        """The answer to the address with that query."""
        return self.client.get(self.address + query)


@pytest.mark.parametrize("name", SEARCHED)
def test_nonsense_in_the_query_gives_the_list_without_it(scene: Scene, name: str) -> None:
    reader = Reader(scene, name)
    plain = reader.get().context["list"]
    wild = "".join(f"&{each.name}=nonsense" for each in plain.filters)
    for query in (f"?sort=nonsense&page=0{wild}", "?sort=-&page=99999", "?page=x&sort=%00"):
        answer = reader.get(query)
        assert answer.status_code == 200
        found = answer.context["list"]
        assert (found.count, found.sort, found.is_filtered) == (plain.count, plain.sort, False)
    assert plain.count > 0


@pytest.mark.parametrize("name", SEARCHED)
def test_a_choice_finds_as_many_as_it_counts(scene: Scene, name: str) -> None:
    """Alone, within a search, and within another filter; and the page says which."""
    reader = Reader(scene, name)
    plain = reader.get().context["list"]
    letter = "" if name in WITHOUT_SEARCH else "?q=a"
    chosen = [option.url for each in plain.filters for option in each.options if option.code]
    for query in dict.fromkeys(["", letter, *chosen[:1]]):
        answer = reader.get(query)
        within = answer.context["list"]
        for option in (option for each in within.filters for option in each.options):
            found = reader.get(option.url).context["list"].count
            assert (query, option.code, option.count) == (query, option.code, found)
        is_said = "Each choice counts what it finds" in answer.content.decode()
        assert is_said == bool(within.filters and within.is_filtered)


@pytest.mark.parametrize("name", [n for n in SEARCHED if n not in WITHOUT_HEADS])
def test_every_order_is_announced_and_found(scene: Scene, name: str) -> None:
    reader = Reader(scene, name)
    for order in reader.get().context["list"].orders:
        html = reader.get(f"?sort={order.code}").content.decode()
        way = "descending" if order.code.startswith("-") else "ascending"
        assert html.count("aria-sort=") == 1
        assert f'aria-sort="{way}"' in html


@pytest.mark.parametrize("name", [n for n in SEARCHED if n not in WITHOUT_SEARCH])
def test_a_search_without_result_leads_back(scene: Scene, name: str) -> None:
    answer = Reader(scene, name).get("?q=nothing-is-called-so")
    html = answer.content.decode()
    assert answer.context["list"].count == 0
    assert "Nothing found for “nothing-is-called-so”" in html
    assert f'href="{answer.context["list"].unsearched_url}"' in html


@pytest.mark.parametrize("name", [n for n in SEARCHED if n not in WITHOUT_EXPORT])
def test_every_list_is_exported(scene: Scene, name: str) -> None:
    reader = Reader(scene, name)
    listed = reader.get().context["list"]
    url = listed.export_url
    answer = reader.client.get(reader.address + url if url.startswith("?") else url)
    content = b"".join(answer) if answer.streaming else answer.content
    assert answer["Content-Type"].startswith("text/csv")
    rows = content.decode("utf-8-sig").splitlines()[1:]
    assert bool(rows) != (name in EMPTY_FILES)


def test_lists_that_are_searched_are_lists() -> None:
    assert set(SEARCHED) <= set(counted())
