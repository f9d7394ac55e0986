"""Names somebody chose with care: as formulas in every table, as markup on every page.

Every place, person, cycle and file of a region bears a name that a spreadsheet would run and
a browser would, too. Every address of the permission grid is then read by everybody let in.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from factory.django import DjangoModelFactory
from pytest_django.plugin import DjangoDbBlocker

from tests.permission_grid import ROLES
from tests.permission_requests import address_of
from tests.permission_rows import ADDRESSES, ROWS, Row
from tests.permission_scene import LATER, Scene, build_scene

pytestmark = pytest.mark.django_db

NAMED = ("name_zh", "name_en", "body_name_zh", "body_name_en", "full_name", "title_zh", "title_en")
HOSTILE = '=HYPERLINK("//evil.example")\'"><script>alert(1)</script></title>{{ 7 }}'
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r]")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
READERS = ("aud", "coo", "rev", "con", "app", "sys", "sec", "log", "vis")


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """The things the grid names, under hostile names; gone after this module."""
    create = DjangoModelFactory._create.__func__  # type: ignore[attr-defined]

    def under_hostile_names(cls: Any, model: Any, *args: Any, **kwargs: Any) -> Any:
        return create(cls, model, *args, **{**kwargs, **_hostile(kwargs)})

    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr("django.utils.timezone.now", lambda: LATER)
        patch.setattr(DjangoModelFactory, "_create", classmethod(under_hostile_names))
        yield build_scene()
        transaction.set_rollback(True)


def _hostile(kwargs: dict[str, Any]) -> dict[str, str]:
    return {name: f"{HOSTILE}{kwargs[name]}" for name in NAMED if isinstance(kwargs.get(name), str)}


READ = [row for row in ROWS if row.method == "GET" and 200 in row.expected.values()]
LISTS = [row for row in READ if not row.name.startswith(("api", "admin", "account_"))]


def answer(scene: Scene, row: Row, query: str = "") -> tuple[str, bytes]:
    """Content type and body of what a reader gets who is let in and sees most."""
    role = next(role for role in READERS if row.expected[role] == 200)
    address = address_of(scene, row.key, set(ADDRESSES[row.name].parameters))
    client = Client()
    client.cookies.load(scene.session_of(ROLES[role]))
    cache.clear()
    joint = "&" if "?" in address else "?"
    response = client.get(f"{address}{joint}{query}" if query else address)
    assert response.status_code == 200
    content = b"".join(response) if response.streaming else response.content
    return response.headers["Content-Type"], content


@pytest.mark.parametrize("row", READ, ids=lambda row: row.key)
def test_no_page_takes_a_name_for_markup(scene: Scene, row: Row) -> None:
    kind, content = answer(scene, row)
    if kind.startswith("text/html"):
        assert b"<script>alert" not in content
        assert b'"><script' not in content
        assert b'"//evil.example' not in content


@pytest.mark.parametrize("row", LISTS, ids=lambda row: row.key)
def test_no_table_runs_a_name(scene: Scene, row: Row) -> None:
    kind, content = answer(scene, row, "format=csv")
    if kind.startswith("text/csv"):
        cells = [c for r in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for c in r]
        assert [c for c in cells if FORMULA.match(c) and not NUMBER.fullmatch(c)] == []


@pytest.mark.parametrize(
    "key",
    ["submissions:list", "reviews:list", "scores:export", "portal:ranking-file", "audit:export"],
)
def test_the_names_are_in_the_tables(scene: Scene, key: str) -> None:
    """Else the test before would say nothing."""
    (row,) = [row for row in READ if row.key == key]
    kind, content = answer(scene, row, "format=csv")
    assert kind.startswith("text/csv")
    assert b"'=HYPERLINK" in content
