"""What belongs elsewhere is not found: every parameter of every address, exchanged.

Two regions stand side by side with the same things in the same stages. Whoever is let in by
the permission grid at home asks for the same page with one parameter, or all, of the other
region; and with one that nothing has.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from assessment.audit.models import Event
from tests.permission_grid import ROLES
from tests.permission_requests import address_of, address_with, body_of, parameters_of
from tests.permission_rows import ADDRESSES, ROWS, Row
from tests.permission_scene import LATER, Scene, build_scene

pytestmark = pytest.mark.django_db

# Roles that hold in one region or locality; the administrators' are the whole installation's.
BOUND = ("con", "app", "nei", "coo", "rev", "aud")
# The administration is the whole installation's, and a link to set a password names its person.
WHOLE = ("admin", "account_reset_password_from_key")
# Pages that are the same for everybody, whoever's they are.
PUBLIC = ("portal:", "api-publication", "api-results", "api-framework", "api-locality")
NOWHERE = {int: 999_999, str: "nowhere"}
# Parameters whose address itself lets no other value through.
CHOSEN = {"form"}


@pytest.fixture(scope="module")
def scenes(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Scene, Scene]]:
    """The region at home and the other one; gone after this module."""
    with pytest.MonkeyPatch.context() as clock, django_db_blocker.unblock(), transaction.atomic():
        clock.setattr("django.utils.timezone.now", lambda: LATER)
        yield build_scene(), build_scene("other-")
        transaction.set_rollback(True)


def let_in(row: Row) -> list[str]:
    """The roles bound to a place that the grid lets in."""
    found = [role for role in BOUND if row.expected[role] not in {403, 404}]
    return found[:1] if row.name.startswith(PUBLIC) else found


def asks(scene: Scene, row: Row, role: str, address: str, body: Any = None) -> tuple[int, int]:
    """The status of a row's request to that address, and how many events it left."""
    client = Client()
    client.cookies.load(scene.session_of(ROLES[role]))
    cache.clear()
    before = Event.objects.count()
    with transaction.atomic():
        sent = body_of(scene, row.key) if body is None else body
        if row.method == "GET":
            response = client.get(address)
        elif row.method == "POST":
            response = client.post(address, sent)
        else:
            response = client.patch(address, sent, "application/json")
        if response.streaming:
            assert all(isinstance(part, bytes) for part in response)  # reads and closes the file
        events = Event.objects.count() - before
        transaction.set_rollback(True)
    return response.status_code, events


def parameters(scene: Scene, row: Row) -> dict[str, object]:
    return parameters_of(scene, row.key, set(ADDRESSES[row.name].parameters))


def differing(own: dict[str, object], foreign: dict[str, object], name: str) -> list[str]:
    """The parameters worth exchanging one by one.

    The same value is no exchange; and a public page with no other parameter would be the
    other region's own, which everybody reads.
    """
    found = [each for each in own if own[each] != foreign[each]]
    return [] if name.startswith(PUBLIC) and len(found) == 1 else found


WITH_PARAMETERS = [
    row
    for row in ROWS
    if ADDRESSES[row.name].parameters
    and not row.name.startswith(WHOLE)
    and "/" not in row.name
    and let_in(row)
]


def test_every_parameter_that_names_a_thing_differs_between_the_regions(
    scenes: tuple[Scene, Scene],
) -> None:
    """Else the tests below would ask for one's own page. Numbers count from 1 in every cycle."""
    home, other = scenes
    same = {
        name
        for row in WITH_PARAMETERS
        for name, value in parameters(home, row).items()
        if parameters(other, row)[name] == value
    }
    assert same == {"number", "indicator", "node", "code", "language", "kind", "key", *CHOSEN}


@pytest.mark.parametrize("row", WITH_PARAMETERS, ids=lambda row: f"{row.method} {row.key}")
def test_with_one_parameter_of_another_region_nothing_is_found(
    scenes: tuple[Scene, Scene], row: Row
) -> None:
    home, other = scenes
    own, foreign = parameters(home, row), parameters(other, row)
    exchanged = {name: {**own, name: foreign[name]} for name in differing(own, foreign, row.name)}
    answers = {
        (name, role): asks(home, row, role, address_with(row.key, sent))
        for name, sent in exchanged.items()
        for role in let_in(row)
    }
    assert answers == dict.fromkeys(answers, (404, 0))


@pytest.mark.parametrize("row", WITH_PARAMETERS, ids=lambda row: f"{row.method} {row.key}")
def test_the_whole_address_of_another_region_is_not_found(
    scenes: tuple[Scene, Scene], row: Row
) -> None:
    home, other = scenes
    if row.name.startswith(PUBLIC):
        return
    address = address_with(row.key, parameters(other, row))
    answers = {role: asks(home, row, role, address) for role in let_in(row)}
    assert answers == dict.fromkeys(answers, (404, 0))


@pytest.mark.parametrize("row", WITH_PARAMETERS, ids=lambda row: f"{row.method} {row.key}")
def test_what_nothing_has_is_not_found(scenes: tuple[Scene, Scene], row: Row) -> None:
    home, _other = scenes
    own = parameters(home, row)
    answers = {
        (name, role): asks(
            home, row, role, address_with(row.key, {**own, name: NOWHERE[type(value)]})
        )
        for name, value in own.items()
        if type(value) in NOWHERE and name not in CHOSEN
        for role in let_in(row)
    }
    assert answers == dict.fromkeys(answers, (404, 0))


@pytest.mark.parametrize(
    "row",
    [r for r in WITH_PARAMETERS if {"cycle"} < ADDRESSES[r.name].parameters],
    ids=lambda row: f"{row.method} {row.key}",
)
def test_what_another_cycle_of_the_region_has_is_not_found_under_this_one(
    scenes: tuple[Scene, Scene], row: Row
) -> None:
    home, _other = scenes
    own = parameters(home, row)
    if not {"pk", "number"} & set(own):  # localities and indicators are in every cycle
        return
    address = address_with(row.key, {**own, "cycle": home.code("draft")})
    answers = {role: asks(home, row, role, address) for role in let_in(row)}
    assert answers == dict.fromkeys(answers, (404, 0))


@pytest.mark.parametrize(
    "row",
    [r for r in ROWS if r.method != "GET" and let_in(r) and not r.name.startswith(WHOLE)],
    ids=lambda row: row.key,
)
def test_what_another_region_has_is_not_taken_from_a_form(
    scenes: tuple[Scene, Scene], row: Row
) -> None:
    """A form that names a thing of another region changes nothing."""
    home, other = scenes
    own, foreign = body_of(home, row.key), body_of(other, row.key)
    address = address_of(home, row.key, set(ADDRESSES[row.name].parameters))
    events = {
        (name, role): asks(home, row, role, address, {**own, name: foreign[name]})[1]
        for name in own
        if own[name] != foreign[name]
        for role in let_in(row)
    }
    assert events == dict.fromkeys(events, 0)
