"""The forms of every page: each counts once, and what is typed into it outlives the session."""

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from accounts.sending import COOKIE
from assessment.audit.models import Event
from tests.permission_grid import ROLES
from tests.permission_requests import address_of, body_of
from tests.permission_rows import ADDRESSES, ROWS, Row
from tests.permission_scene import Scene
from tests.test_permission_grid import NOT_OURS, furthest, scene

__all__ = ["scene"]

KEY = "0123456789abcdef0123456789abcdef"
TEXT_TYPES = {"text", "number", "date", "email", "url"}

pytestmark = pytest.mark.django_db


class Forms(HTMLParser):
    """The POST forms of a page: which have text, and what they carry."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, Any]] = []
        self.open: dict[str, Any] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form" and (values.get("method") or "").lower() == "post":
            self.open = {"form": values, "names": set(), "has_text": False, "has_password": False}
            self.found.append(self.open)
        elif self.open is not None and tag in {"input", "textarea"}:
            kind = values.get("type") or "text"
            self.open["names"].add(values.get("name"))
            self.open["has_text"] |= tag == "textarea" or kind in TEXT_TYPES
            self.open["has_password"] |= kind == "password"

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None


def forms_of(page: str) -> list[dict[str, Any]]:
    parser = Forms()
    parser.feed(page)
    return parser.found


def client_of(scene: Scene, row: Row) -> tuple[Client, str]:
    client = Client(headers={"accept-language": "en"})
    client.cookies.load(scene.session_of(ROLES[furthest([row])]))
    cache.clear()
    return client, address_of(scene, row.key, set(ADDRESSES[row.name].parameters))


OWN_PAGES = [
    row
    for row in ROWS
    if row.method == "GET" and 200 in row.expected.values() and not row.name.startswith(NOT_OURS)
]


@pytest.mark.parametrize("row", OWN_PAGES, ids=lambda row: row.key)
def test_typed_text_has_a_name_to_be_kept_under(scene: Scene, row: Row) -> None:
    client, address = client_of(scene, row)
    response = client.get(address)
    if response.streaming:
        assert b"".join(response)  # reads and closes the file
        return
    if "text/html" not in response.headers["Content-Type"]:
        return
    for form in forms_of(response.content.decode()):
        if form["has_text"] and not form["has_password"] and not row.name.startswith("portal:"):
            assert "form_key" in form["names"] or "data-draft-key" in form["form"], form


# What adds something, or takes a step: the grid's own bodies, but for these.
BODIES: dict[str, Callable[[Scene], dict[str, Any]]] = {
    "frameworks:new": lambda s: {
        "start": "template",
        "template-region": s.cast.region.pk,
        "template-template": "national-2020",
    },
    "cycles:new": lambda s: {
        "region": s.cast.region.code,
        "framework_version": s.frozen.pk,
        "code": "once",
        "name_zh": "考核",
        "name_en": "Assessment",
        "period_start_date": "2016-01-01",
        "period_end_date": "2016-12-31",
        "collection_start_date": "2017-02-01",
        "collection_end_date": "2017-03-15",
        "review_end_date": "2017-04-15",
        "objection_end_date": "2017-04-30",
        "localities": [s.cast.locality.code],
    },
    "reviews:accept": lambda s: {"step": "1"},
    "cycles:stage@collecting": lambda s: {"action": "start_review"},
}
ADDING = [
    "frameworks:new",
    "frameworks:new-version",
    "cycles:new",
    "cycles:stage@collecting",
    "submissions:extend",
    "submissions:withdraw@signed",
    "submissions:ask-unlock@judged",
    "submissions:remarks@judged",
    "reviews:remarks@judged",
    "reviews:begin",
    "reviews:unlock@judged",
    "reviews:accept",
    "reviews:return",
    "reviews:remark",
    "scores:compute",
    "scores:adjust",
    "scores:withdraw",
    "publication:preliminary@ready",
    "publication:withdraw@preliminary",
    "publication:finalise@preliminary",
    "publication:reopen@final",
    "publication:publish@final",
    "reports:request_document",
]


@pytest.fixture
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("key", ADDING)
def test_the_same_form_sent_twice_acts_once(scene: Scene, undone: None, key: str) -> None:
    row = next(row for row in ROWS if row.key == key and row.method == "POST")
    client, address = client_of(scene, row)
    body = BODIES[key](scene) if key in BODIES else body_of(scene, key)
    body |= {"form_key": KEY}
    before = Event.objects.count()
    first = client.post(address, body)
    assert first.status_code == 302
    assert client.cookies[COOKIE].value == KEY
    done = Event.objects.count()
    assert done > before
    second = client.post(address, body)
    assert (second.status_code, second.url) == (302, first.url)
    assert Event.objects.count() == done
    said = [str(each) for each in get_messages(second.wsgi_request)]
    assert said[-1] == "This form had already been sent. It was not carried out a second time."
