"""Public pages show exactly the frozen results, and only what is public."""

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from accounts.models import Locality
from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.publication.services import finalise, publish
from assessment.reports.models import Report
from tests.cast import Cast
from tests.factories import NOW, CycleFactory, participants
from tests.portal.published import add_localities, bundle_results, final, preliminary
from tests.queries import assert_same_queries

PAGES = (
    "",
    "ranking/",
    "ranking.csv",
    "localities/{locality}/",
    "indicators/S1/",
    "methodology/",
    "downloads/",
    "downloads/results.csv",
    "downloads/publication.json",
    "downloads/framework.json",
    "downloads/bundle.zip",
)
# Those that list every locality, or every publication.
LISTING = {
    *("", "ranking/", "ranking.csv", "indicators/S1/"),
    *("downloads/results.csv", "downloads/publication.json"),
    *("/publications/", "/downloads/", "/verify/"),
}
SITE = ("/", "/publications/", "/downloads/", "/verify/", "/contest/", "/accessibility/")
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


class Tables(HTMLParser):
    """The cells of every row of a page's tables, as text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell and self.rows:
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {data.strip()}".strip()


def page(address: str, client: Client | None = None, **headers: str) -> str:
    response = (client or Client()).get(address, **(headers or ENGLISH))
    assert response.status_code == 200, address
    return response.content.decode()


def drain(response: Any) -> None:
    """Read a streamed file to its end, which closes it without closing the database."""
    if response.streaming:
        b"".join(response.streaming_content)


def status(address: str) -> int:
    response = Client().get(address)
    drain(response)
    return response.status_code


def addresses(cycle: Cycle, locality: str) -> list[str]:
    return [f"/cycles/{cycle.code}/{path.format(locality=locality)}" for path in PAGES]


def test_nothing_published_says_so(db: None) -> None:
    assert "Nothing has been published yet" in page("/")
    for address in SITE:
        page(address)


def test_ranking_shows_the_bundles_figures(cast: Cast) -> None:
    publication = final(cast.cycle)
    results = bundle_results(publication)
    rows = Tables(page(f"/cycles/{cast.cycle.code}/ranking/")).rows[1:]
    shown = {row[1]: (row[0], row[2].split()[-1], row[5], row[6]) for row in rows}
    assert shown == {
        locality.name_en: (
            results[locality.code, "index"]["rank"],
            results[locality.code, "index"]["published"],
            results[locality.code, "sharing"]["published"],
            results[locality.code, "effort"]["published"],
        )
        for locality in (cast.locality, cast.neighbour)
    }


def test_the_map_shows_who_has_coordinates_and_names_who_has_none(cast: Cast) -> None:
    Locality.objects.filter(pk=cast.locality.pk).update(latitude=38, longitude=114)
    final(cast.cycle)
    shown = page("/")
    assert f"{cast.locality.name_en} (38.00° N, 114.00° E)" in shown
    assert f"{cast.neighbour.name_en} (" not in shown
    assert f"for want of coordinates: {cast.neighbour.name_en}." in shown


def test_without_coordinates_there_is_no_map(cast: Cast) -> None:
    final(cast.cycle)
    assert 'id="map"' not in page("/")


def test_locality_shows_the_bundles_figures(cast: Cast) -> None:
    publication = final(cast.cycle)
    results = bundle_results(publication)
    html = page(f"/cycles/{cast.cycle.code}/localities/{cast.neighbour.code}/")
    rows = {row[0]: row for row in Tables(html).rows}
    for code, title in (("S1", "Indicator S1"), ("PM25_CHANGE", "Indicator PM25_CHANGE")):
        expected = results[cast.neighbour.code, code]
        assert rows[title][2:4] == [expected["published"], expected["rank"]]
    sharing = results[cast.neighbour.code, "sharing"]
    assert rows["Data sharing"][1] == sharing["published"]
    index = results[cast.neighbour.code, "index"]
    tiles = re.findall(r'lp-tile__value">([^<]+)<', html)
    assert tiles[:2] == [index["published"], index["rank"]]


def test_indicator_shows_every_value_and_score(cast: Cast) -> None:
    publication = final(cast.cycle)
    results = bundle_results(publication)
    rows = Tables(page(f"/cycles/{cast.cycle.code}/indicators/S1/?sort=locality")).rows[1:]
    assert rows == [
        [locality.name_en, value, results[locality.code, "S1"]["published"], rank]
        for locality, value, rank in (
            (cast.locality, "50.3", "2"),
            (cast.neighbour, "57.3", "1"),
        )
    ]


def test_node_and_search_narrow_the_ranking(cast: Cast) -> None:
    publication = final(cast.cycle)
    results = bundle_results(publication)
    address = f"/cycles/{cast.cycle.code}/ranking/"
    rows = Tables(page(f"{address}?node=effort&q={cast.locality.code}")).rows[1:]
    assert [(row[1], row[2]) for row in rows] == [
        (cast.locality.name_en, results[cast.locality.code, "effort"]["published"])
    ]
    assert "Nothing found for “nowhere”" in page(f"{address}?q=nowhere")


@pytest.mark.parametrize(
    ("sort", "first"), [("rank", 1), ("-rank", 0), ("score", 0), ("-score", 1), ("-sharing", 1)]
)
def test_ranking_sorts(cast: Cast, sort: str, first: int) -> None:
    final(cast.cycle)
    rows = Tables(page(f"/cycles/{cast.cycle.code}/ranking/?sort={sort}")).rows
    assert rows[1][1] == (cast.locality, cast.neighbour)[first].name_en


def test_unranked_locality_is_shown_with_its_cause(cast: Cast) -> None:
    absent = {cast.locality.code: ("PM25_CHANGE", "S3")}
    final(cast.cycle, without=absent)
    html = page(f"/cycles/{cast.cycle.code}/")
    assert "Overall: Only 60% of the weight is available, 75% is required: no score." in html
    assert "No value: Indicator PM25_CHANGE, Indicator S3." in html
    assert [row[1] for row in Tables(html).rows[1:]] == [cast.neighbour.name_en]
    own = page(f"/cycles/{cast.cycle.code}/localities/{cast.locality.code}/")
    assert "75% is required. No rank." in own
    values = {row[0]: row[1] for row in Tables(own).rows}
    assert values["Indicator S3 No value was observed."] == "Missing"


def test_preliminary_is_marked_until_the_final_one_takes_its_place(cast: Cast) -> None:
    first = preliminary(cast.cycle)
    address = f"/cycles/{cast.cycle.code}/"
    assert "Preliminary results" in page(address)
    assert "Objections are closed; the last day was 2017-04-30." in page(address)
    assert "2017-04-30" in page("/contest/")
    cycle = Cycle.objects.get(pk=cast.cycle.pk)
    finalise(cycle=cycle, run=first.run, by=None, at=NOW + timedelta(days=90))
    assert "Preliminary results" in page(address)
    publish(cycle=cycle, by=None, at=NOW + timedelta(days=91))
    assert "Preliminary results" not in page(address)
    assert page("/publications/").count("lp-state--final") == 1


@pytest.mark.parametrize(("days", "said"), [(0, "accepted until"), (-1, "closed; the last day")])
def test_the_last_day_to_object_counts_whole(cast: Cast, days: int, said: str) -> None:
    preliminary(cast.cycle)
    today = local_date(timezone.now())
    Cycle.objects.filter(pk=cast.cycle.pk).update(objection_end_date=today + timedelta(days=days))
    assert f"Objections are {said}" in page(f"/cycles/{cast.cycle.code}/")
    assert ("objections are closed" in page("/contest/")) == (days < 0)


def test_unpublished_cycle_is_not_found_even_for_its_coordinator(cast: Cast) -> None:
    for address in addresses(cast.cycle, cast.locality.code):
        assert cast.client("coordinator").get(address).status_code == 404, address


@pytest.mark.parametrize(
    "path",
    [
        "localities/999999/",
        "indicators/index/",
        "indicators/nothing/",
        "downloads/manifest.json",
        "downloads/..%2fsecret_key",
        "localities/{locality}/report.en.pdf",
    ],
)
def test_unknown_things_are_not_found(cast: Cast, path: str) -> None:
    final(cast.cycle)
    address = f"/cycles/{cast.cycle.code}/{path.format(locality=cast.locality.code)}"
    assert Client().get(address).status_code == 404


def test_locality_of_another_cycle_is_not_found(cast: Cast) -> None:
    final(cast.cycle)
    other = CycleFactory(region=cast.region)
    stranger = participants(other, 1)[0]
    address = f"/cycles/{cast.cycle.code}/localities/{stranger.code}/"
    assert Client().get(address).status_code == 404


def test_reports_are_offered_when_they_are_ready(cast: Cast) -> None:
    publication = final(cast.cycle)
    report = Report(publication=publication, locality=cast.locality, language="en")
    report.save()
    address = f"/cycles/{cast.cycle.code}/localities/{cast.locality.code}/"
    assert "report.en.pdf" not in page(address)
    report.file.save("x.pdf", ContentFile(b"%PDF-1.7 text"))
    report.sha256, report.size, report.rendered_at = "ab" * 32, 13, NOW
    report.save()
    assert "report.en.pdf" in page(address)
    response = Client().get(f"{address}report.en.pdf")
    assert b"".join(response.streaming_content) == b"%PDF-1.7 text"  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/pdf"


def test_both_languages(cast: Cast) -> None:
    final(cast.cycle)
    address = f"/cycles/{cast.cycle.code}/localities/{cast.locality.code}/"
    assert cast.locality.name_zh in page(address, HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert '<html lang="zh-Hans"' in page(address, HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert cast.locality.name_en in page(address, HTTP_ACCEPT_LANGUAGE="en")


def test_language_switch_keeps_the_page(cast: Cast) -> None:
    final(cast.cycle)
    client = Client(enforce_csrf_checks=True)
    address = f"/cycles/{cast.cycle.code}/methodology/"
    response = client.post("/account/language/", {"language": "en", "next": address})
    assert response["Location"] == address
    assert "Methodology" in page(address, client, HTTP_ACCEPT_LANGUAGE="zh-CN")
    stranger = client.post("/account/language/", {"language": "en", "next": "https://example.org/"})
    assert stranger["Location"] == "/"


def test_anonymous_readers_get_no_cookies_and_a_strict_policy(cast: Cast) -> None:
    final(cast.cycle)
    for address in (*SITE, *addresses(cast.cycle, cast.locality.code)):
        client = Client()
        response = client.get(address)
        assert response.status_code == 200, address
        assert not response.cookies, address
        assert "unsafe-" not in response["Content-Security-Policy"], address
        if response["Content-Type"].startswith("text/html"):
            html = response.content.decode()
            assert " style=" not in html, address
            assert "<style" not in html, address
            assert not re.search(r"<[^>]+\son\w+=", html), address
        drain(response)


def test_pages_are_revalidated(cast: Cast) -> None:
    final(cast.cycle)
    for address in addresses(cast.cycle, cast.locality.code):
        response = Client().get(address)
        drain(response)
        assert "max-age=0" in response["Cache-Control"], address
        assert "public" in response["Cache-Control"], address
        again = Client().get(address, HTTP_IF_NONE_MATCH=response["ETag"])
        assert again.status_code == 304, address


def test_signed_in_pages_stay_private(cast: Cast) -> None:
    final(cast.cycle)
    response = cast.client("coordinator").get("/")
    assert "private" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]


def test_demonstration_is_marked(cast: Cast) -> None:
    Cycle.objects.filter(pk=cast.cycle.pk).update(is_demonstration=True)
    final(Cycle.objects.get(pk=cast.cycle.pk))
    assert "Demonstration data" in page(f"/cycles/{cast.cycle.code}/")


@pytest.mark.parametrize("path", PAGES)
def test_queries_do_not_grow_with_localities(db: None, path: str) -> None:
    small, large = CycleFactory(), CycleFactory()
    ones = participants(small, 1)
    participants(large, 1)
    add_localities(large)
    many = [p.locality for p in large.participants.select_related("locality")]
    final(small)
    final(large)
    current = [f"/cycles/{small.code}/{path.format(locality=ones[0].code)}"]

    def grow() -> None:
        current[0] = f"/cycles/{large.code}/{path.format(locality=many[0].code)}"

    def read() -> None:
        cache.clear()  # each page as its first visitor gets it
        response = Client().get(current[0])
        assert response.status_code == 200
        drain(response)

    assert_same_queries(read, grow, grows_by=2 if path in LISTING else None)


@pytest.mark.parametrize("address", SITE)
def test_queries_do_not_grow_with_publications(db: None, address: str) -> None:
    def one_more() -> None:
        cycle = CycleFactory()
        participants(cycle, 1)
        preliminary(cycle)

    one_more()

    def two_more() -> None:
        one_more()
        one_more()

    assert_same_queries(
        lambda: Client().get(address), two_more, grows_by=2 if address in LISTING else None
    )
