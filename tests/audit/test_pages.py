"""The pages of the log: who reads what, filters, pages, export."""

import csv
import hashlib
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from assessment.audit.models import Event
from assessment.audit.origin import Origin, coming_from
from assessment.audit.queries import visible_to
from assessment.audit.services import record_event
from tests.cast import Cast
from tests.factories import NOW, LocalityFactory
from tests.queries import assert_same_queries

PAGES = ("/desk/audit/", "/desk/audit/export/", "/desk/audit/1/", "/desk/audit/1/record/")


def record(cast: Cast, **changes: Any) -> Event:
    """One event, of a request of its own."""
    with coming_from(Origin(channel="web")):
        return record_event(
            **{
                "action": "room.verb",
                "by": cast.coordinator,
                "at": NOW,
                "target": cast.cycle,
                "region": cast.region,
                **changes,
            }
        )


def numbers(client: Client, query: str = "") -> list[int]:
    response = client.get(f"/desk/audit/{query}")
    assert response.status_code == 200
    return [row.event.sequence for row in response.context["rows"]]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_the_log_is_read_by_auditors_and_the_audit_administrator(cast: Cast, address: str) -> None:
    record(cast)
    expected = {
        "visitor": 302,
        "contributor": 403,
        "approver": 403,
        "coordinator": 403,
        "reviewer": 403,
        "auditor": 200,
        "system_administrator": 403,
        "security_administrator": 403,
        "audit_administrator": 200,
    }
    for name, status in expected.items():
        assert cast.client(name).get(address).status_code == status, name
        assert cast.client(name).post(address).status_code == 405, name


@pytest.mark.django_db
def test_auditors_see_their_regions_and_the_localities_in_them(cast: Cast) -> None:
    own = record(cast)
    record(cast, region=cast.other_region)
    in_locality = record(cast, region=None, locality=cast.locality)
    record(cast, region=None, locality=LocalityFactory())
    record(cast, region=None)
    assert list(visible_to(cast.auditor)) == [in_locality, own]
    assert visible_to(cast.audit_administrator).count() == 5
    assert visible_to(cast.coordinator).count() == 0
    assert cast.client("auditor").get("/desk/audit/2/").status_code == 404
    assert cast.client("audit_administrator").get("/desk/audit/2/").status_code == 200
    assert cast.client("auditor").get("/desk/audit/99/").status_code == 404


@pytest.mark.django_db
def test_filters(cast: Cast) -> None:
    record(cast, by=cast.auditor, at=datetime(2017, 2, 28, 15, 59, 59, tzinfo=UTC))
    record(cast, action="accounts.sign_in", at=datetime(2017, 2, 28, 16, 0, tzinfo=UTC))
    record(cast, target=cast.locality, at=datetime(2017, 3, 1, 15, 59, 59, tzinfo=UTC))
    client = cast.client("audit_administrator")
    assert numbers(client) == [3, 2, 1]
    assert numbers(client, f"?person={cast.auditor.full_name.upper()}") == [1]
    assert numbers(client, "?action=accounts.sign_in") == [2]
    assert numbers(client, f"?thing={cast.locality.name}") == [3]
    assert numbers(client, "?from_date=2017-03-01&to_date=2017-03-01") == [3, 2]
    assert numbers(client, "?to_date=2017-02-28") == [1]
    assert numbers(client, "?to_date=２０１７年２月２８日") == [1]
    assert numbers(client, "?person=nobody") == []
    lines = client.get("/desk/audit/export/?action=accounts.sign_in").getvalue().decode()
    assert len(lines.splitlines()) == 2


@pytest.mark.django_db
def test_gaps_in_the_numbers_are_explained_to_those_who_see_a_part(cast: Cast) -> None:
    record(cast)
    sentence = "Events are numbered across the whole installation."
    shown = {
        name: sentence
        in cast.client(name).get("/desk/audit/", headers={"accept-language": "en"}).text
        for name in ("auditor", "audit_administrator")
    }
    assert shown == {"auditor": True, "audit_administrator": False}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from_date=yesterday", "from_date"),
        ("from_date=0001-01-01", "from_date"),
        ("to_date=9999-12-31", "to_date"),
        ("from_date=2017-03-02&to_date=2017-03-01", "to_date"),
        ("action=no.such", "action"),
        ("person=" + "x" * 201, "person"),
    ],
)
def test_a_wrong_filter_is_said_at_the_field(cast: Cast, query: str, field: str) -> None:
    record(cast)
    client = cast.client("audit_administrator")
    response = client.get(f"/desk/audit/?{query}")
    assert list(response.context["form"].errors) == [field]
    assert response.context["rows"] == []
    export = client.get(f"/desk/audit/export/?{query}")
    assert (export.status_code, export.url.split("?")[0]) == (302, "/desk/audit/")


@pytest.mark.django_db
def test_fifty_to_a_page(cast: Cast) -> None:
    for _number in range(51):
        record(cast)
    client = cast.client("audit_administrator")
    assert numbers(client) == list(range(51, 1, -1))
    assert numbers(client, "?page=2") == [1]
    assert numbers(client, "?page=99") == [1]
    assert numbers(client, "?page=x") == list(range(51, 1, -1))


@pytest.mark.django_db
def test_pages_ask_the_database_equally_often_for_one_and_three_rows(cast: Cast) -> None:
    client = cast.client("auditor")
    record(cast)

    def open_pages() -> None:
        assert client.get("/desk/audit/").status_code == 200
        assert client.get("/desk/audit/export/").getvalue()

    def add_two() -> None:
        record(cast, by=cast.contributor, locality=cast.locality)
        record(cast, by=None, locality=cast.neighbour, region=None)

    assert_same_queries(open_pages, add_two)


@pytest.mark.django_db
def test_what_people_typed_is_shown_as_text(cast: Cast) -> None:
    cast.coordinator.full_name = "<script>alert(1)</script>"
    event = record(cast, after={"<b>name</b>": "<i>value</i>"})
    for page in ("/desk/audit/", f"/desk/audit/{event.sequence}/"):
        content = cast.client("auditor").get(page).content.decode()
        assert "<script>alert" not in content
        assert "<i>value" not in content
        assert "<b>name" not in content


@pytest.mark.django_db
def test_export_is_harmless_in_a_spreadsheet(cast: Cast) -> None:
    cast.coordinator.full_name = "=HYPERLINK(1)"
    record(cast, after={"a": 1})
    response = cast.client("auditor").get("/desk/audit/export/")
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.getvalue().decode("utf-8-sig")
    (line,) = csv.DictReader(io.StringIO(text))
    assert line["number"] == "1"
    assert line["time"] == "2017-03-01T10:00:00+08:00"
    assert line["person"] == "'=HYPERLINK(1)"
    assert line["region"] == cast.region.code
    assert line["after"] == '{"a": 1}'
    assert line["hash"] == Event.objects.get().hash


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Accepted a form", "State: Submitted → Accepted", "Web page")),
        ("zh-hans", ("通过填报表", "状态：已提交 → 已通过", "网页")),
    ],
)
def test_export_has_codes_and_words(cast: Cast, language: str, words: tuple[str, str, str]) -> None:
    record(
        cast,
        action="submissions.accept",
        before={"state": "submitted"},
        after={"state": "accepted"},
    )
    client = cast.client("auditor")
    response = client.get("/desk/audit/export/", headers={"accept-language": language})
    (line,) = csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")))
    codes = [line[name] for name in ("action", "before", "after", "channel")]
    assert codes == ["submissions.accept", '{"state": "submitted"}', '{"state": "accepted"}', "web"]
    assert (line["action_name"], line["changes"], line["channel_name"]) == words


@pytest.mark.django_db
def test_the_record_of_an_event_is_what_its_hash_seals(cast: Cast) -> None:
    """The SHA-256 of the canonical JSON, recomputed from the file as an outsider would."""
    event = record(cast, after={"名": "值", "n": 1.5})
    response = cast.client("auditor").get(f"/desk/audit/{event.sequence}/record/")
    assert response["Content-Disposition"] == 'attachment; filename="audit-event-1.json"'
    stored = json.loads(response.content)
    sealed = stored["sealed"]
    text = json.dumps(sealed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert hashlib.sha256(text.encode()).hexdigest() == stored["hash"] == event.hash
    assert stored["notice"] is None
    assert sealed["after"] == {"名": "值", "n": 1.5}
