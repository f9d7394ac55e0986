"""Every address of the product answers every role as the permission grid says."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests.permission_grid import ROLES
from tests.permission_requests import address_of, body_of
from tests.permission_rows import ADDRESSES, ROWS, Row
from tests.permission_scene import LATER, Scene, build_scene

# Views of django-allauth and of Django, which say for themselves what else they answer.
NOT_OURS = ("account_", "favicon.ico")
# These change nothing but the reader's language, or nothing at all: they need no form token.
WITHOUT_TOKEN = {"accounts:language", "portal:verify"}


pytestmark = pytest.mark.django_db


def furthest(lines: list[Row]) -> str:
    """The role that is let in by most of the lines."""
    people = list(ROLES)[1:]
    return max(people, key=lambda role: sum(row.expected[role] in {200, 302} for row in lines))


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """The things the grid names, on a day when forms are open; gone after this module."""
    with pytest.MonkeyPatch.context() as clock, django_db_blocker.unblock(), transaction.atomic():
        clock.setattr("django.utils.timezone.now", lambda: LATER)
        yield build_scene()
        transaction.set_rollback(True)


def ask(scene: Scene, row: Row, role: str, method: str = "", *, checks_token: bool = False) -> int:
    """The status a role gets, always under the policy; whatever the request did is undone."""
    address = address_of(scene, row.key, set(ADDRESSES[row.name].parameters))
    method = method or row.method
    client = Client(enforce_csrf_checks=checks_token)
    client.cookies.load(scene.session_of(ROLES[role]))
    cache.clear()  # what limits requests by time is tested elsewhere
    with transaction.atomic():
        if method == "POST":
            response = client.post(address, body_of(scene, row.key))
        elif method == row.method == "PATCH":
            response = client.patch(address, body_of(scene, row.key), "application/json")
        else:
            response = client.generic(method, address)
        if response.streaming:
            assert all(isinstance(part, bytes) for part in response)  # reads and closes the file
        transaction.set_rollback(True)
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    return response.status_code


def test_grid_has_every_address_and_no_other() -> None:
    assert {row.name for row in ROWS} == set(ADDRESSES)


def test_grid_has_no_line_twice() -> None:
    lines = [(row.key, row.method) for row in ROWS]
    assert len(set(lines)) == len(lines)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.key}")
def test_status(scene: Scene, row: Row) -> None:
    assert {role: ask(scene, row, role) for role in ROLES} == row.expected


@pytest.mark.parametrize("name", [n for n in sorted(ADDRESSES) if not n.startswith(NOT_OURS)])
def test_methods_without_a_line_are_refused(scene: Scene, name: str) -> None:
    lines = [row for row in ROWS if row.name == name]
    written = {row.method for row in lines}
    role = furthest(lines)
    refused = {
        method: ask(scene, lines[0], role, method)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
        if method not in written
    }
    assert refused == dict.fromkeys(refused, 405)


@pytest.mark.parametrize("row", [r for r in ROWS if r.method != "GET"], ids=lambda r: r.key)
def test_change_without_token_is_refused(scene: Scene, row: Row) -> None:
    role = furthest([row])
    expected = row.expected[role] if row.name in WITHOUT_TOKEN else 403
    assert ask(scene, row, role, checks_token=True) == expected


@pytest.mark.parametrize(
    "row",
    [r for r in ROWS if r.method == "GET" and r.expected["vis"] == 200],
    ids=lambda r: r.key,
)
def test_visitor_gets_no_session(scene: Scene, row: Row) -> None:
    client = Client()
    response = client.get(address_of(scene, row.key, set(ADDRESSES[row.name].parameters)))
    if response.streaming:
        assert b"".join(response)
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    if row.name.startswith(("portal:", "api")):
        assert not client.cookies
