"""A token opens the API alone: what every address answers to the bearer of one.

The API's addresses are written down for a system of the locality, one of the neighbouring
locality, one of the region and one of another region. To everything else a token is nothing:
its bearer gets what a visitor gets.
"""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from tests.permission_requests import address_of, body_of
from tests.permission_rows import ADDRESSES, ROWS, Row
from tests.permission_scene import LATER, Scene, build_scene

pytestmark = pytest.mark.django_db

GRID = """
                               locality neighbour region other
api-submissions         GET    200      200       200    200
api-submission          GET    200      404       200    404
api-submission@signed   GET    200      404       200    404
api-submission-answers  PATCH  200      404       403    404
api-submission-checks   GET    200      404       200    404
api-submission-checks   PATCH  200      404       403    404
api-submission-remark   POST   400      404       404    404
api-submission-evidence GET    200      404       200    404
api-submission-evidence POST   400      404       403    404
api-observations        GET    403      403       200    404
api-runs                GET    403      403       200    404
api-run-results         GET    403      403       200    404
"""
HEAD, *LINES = [line.split() for line in GRID.strip().splitlines()]
OPENED = {
    (key, method): dict(zip(HEAD, map(int, statuses), strict=True))
    for key, method, *statuses in LINES
}


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """The things the grid names; gone after this module."""
    with pytest.MonkeyPatch.context() as clock, django_db_blocker.unblock(), transaction.atomic():
        clock.setattr("django.utils.timezone.now", lambda: LATER)
        yield build_scene()
        transaction.set_rollback(True)


def ask(scene: Scene, row: Row, system: str) -> int:
    """The status the bearer gets, form tokens asked for; what the request did is undone."""
    client = Client(
        enforce_csrf_checks=row.name.startswith("api"),
        headers={"Authorization": f"Bearer {scene.secrets[system]}"},
    )
    address = address_of(scene, row.key, set(ADDRESSES[row.name].parameters))
    cache.clear()
    with transaction.atomic():
        if row.method == "GET":
            response = client.get(address)
        elif row.method == "POST":
            response = client.post(address, body_of(scene, row.key))
        else:
            response = client.patch(address, body_of(scene, row.key), "application/json")
        if response.streaming:
            assert all(isinstance(part, bytes) for part in response)
        transaction.set_rollback(True)
    return response.status_code


def test_the_grid_names_every_address_that_asks_who_one_is() -> None:
    asking = {(row.key, row.method) for row in ROWS if row.expected["vis"] == 401}
    assert asking == set(OPENED)


@pytest.mark.parametrize(
    "row", [r for r in ROWS if (r.key, r.method) in OPENED], ids=lambda r: f"{r.method} {r.key}"
)
def test_status_for_systems(scene: Scene, row: Row) -> None:
    expected = OPENED[(row.key, row.method)]
    assert {system: ask(scene, row, system) for system in HEAD} == expected


@pytest.mark.parametrize(
    "row",
    [r for r in ROWS if (r.key, r.method) not in OPENED],
    ids=lambda r: f"{r.method} {r.key}",
)
def test_elsewhere_the_bearer_is_a_visitor(scene: Scene, row: Row) -> None:
    assert ask(scene, row, "locality") == row.expected["vis"]
