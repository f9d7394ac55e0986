"""The open API: the frozen results, for everybody, read-only."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from assessment.portal.api import OpenThrottle
from assessment.publication.services import withdraw_preliminary
from tests.cast import Cast
from tests.factories import NOW, CycleFactory, participants
from tests.portal.published import bundle_results, final, preliminary
from tests.publishing import said
from tests.queries import assert_same_queries

ROOT = "/api/v1/publications/"


@pytest.fixture(autouse=True)
def _fresh_allowance() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def test_results_equal_the_bundle(cast: Cast) -> None:
    publication = final(cast.cycle)
    answer = Client().get(f"{ROOT}{cast.cycle.code}/results/").json()
    assert {
        (item["locality"]["code"], item["node"]): (item["published"], item["rank"])
        for item in answer["results"]
    } == {
        key: (row["published"] or None, int(row["rank"]) if row["rank"] else None)
        for key, row in bundle_results(publication).items()
    }


def test_results_of_one_node_are_best_first(cast: Cast) -> None:
    final(cast.cycle)
    answer = Client().get(f"{ROOT}{cast.cycle.code}/results/?node=index").json()
    assert [item["rank"] for item in answer["results"]] == [1, 2]
    address = f"{ROOT}{cast.cycle.code}/results/?node=index&locality={cast.locality.code}"
    assert Client().get(address).json()["count"] == 1


@pytest.mark.parametrize(("name", "value"), [("node", "nothing"), ("locality", "999999")])
def test_unknown_filters_are_refused_at_their_name(cast: Cast, name: str, value: str) -> None:
    final(cast.cycle)
    response = Client().get(f"{ROOT}{cast.cycle.code}/results/?{name}={value}")
    assert response.status_code == 400
    assert list(response.json()) == [name]


def test_publication_framework_and_trace(cast: Cast) -> None:
    publication = final(cast.cycle)
    client = Client()
    listed = client.get(ROOT).json()["results"]
    assert [item["cycle"] for item in listed] == [cast.cycle.code]
    detail = client.get(f"{ROOT}{cast.cycle.code}/").json()
    assert detail == listed[0]
    assert detail["bundle"]["sha256"] == publication.bundle_sha256
    framework = client.get(f"{ROOT}{cast.cycle.code}/framework/").json()
    assert framework == publication.run.framework
    trace = client.get(f"{ROOT}{cast.cycle.code}/localities/{cast.locality.code}/").json()
    assert trace["nodes"] == publication.run.trace["localities"][cast.locality.code]["nodes"]


def test_only_what_is_public(cast: Cast) -> None:
    paths = ("", "results/", "framework/", f"localities/{cast.locality.code}/")
    client = cast.client("coordinator")
    for path in paths:
        assert client.get(f"{ROOT}{cast.cycle.code}/{path}").status_code == 404
    preliminary(cast.cycle)
    for path in paths:
        assert Client().get(f"{ROOT}{cast.cycle.code}/{path}").status_code == 200
    withdraw_preliminary(cycle=cast.cycle, reason=said("Wrong means"), by=None, at=NOW)
    for path in paths:
        english = Client(headers={"accept-language": "en"})
        response = english.get(f"{ROOT}{cast.cycle.code}/{path}")
        assert response.status_code == 410
        assert response.json() == {
            "detail": "This publication was withdrawn.",
            "withdrawn_at": NOW.isoformat(),
            "reason": {"zh-Hans": "Wrong means（中文）", "en": "Wrong means"},
        }
    assert Client().get(ROOT).json()["count"] == 0


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_read_only(cast: Cast, method: str) -> None:
    final(cast.cycle)
    response = getattr(Client(), method)(f"{ROOT}{cast.cycle.code}/")
    assert response.status_code == 405


def test_moderate_use(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OpenThrottle, "rate", "2/min")
    # A forwarded address that no proxy of ours wrote counts for nothing.
    statuses = [
        Client().get(ROOT, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}").status_code for n in range(3)
    ]
    assert statuses == [200, 200, 429]


def test_schema_has_no_warnings(db: None) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")


def test_documentation_has_no_inline_code(db: None) -> None:
    response = Client().get("/api/v1/docs/")
    html = response.content.decode()
    assert "<style" not in html
    assert "<script>" not in html
    assert "unsafe-" not in response["Content-Security-Policy"]


def test_list_asks_equally_often(db: None) -> None:
    def one_more() -> None:
        cycle = CycleFactory()
        participants(cycle, 1)
        preliminary(cycle)

    one_more()

    def two_more() -> None:
        one_more()
        one_more()

    assert_same_queries(lambda: Client().get(ROOT), two_more)
