"""What every request and every save asks, compiled, is what its queryset would ask and find."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from threading import Thread
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.models import Model

from accounts import queries as account_queries
from accounts import sending, sessions
from accounts.compiled import CompiledQuery
from accounts.models import SentForm
from assessment.submissions import answers, division, form_facts, queries
from assessment.submissions.models import Submission
from assessment.submissions.services import PartInput, locking
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions.conftest import divided, fill

KEY, DIGEST = "a" * 32, "b" * 64
Keys = tuple[int | str, ...]


def of_form(form: Submission, cast: Cast) -> Keys:
    return (form.pk,)


def of_person(form: Submission, cast: Cast) -> Keys:
    return (cast.contributor.pk,)


def of_session(form: Submission, cast: Cast) -> Keys:
    return (str(cast.client("contributor").session.session_key),)


def of_sent_form(form: Submission, cast: Cast) -> Keys:
    SentForm.objects.create(user=cast.contributor, key=KEY, digest=DIGEST, sent_at=NOW)
    return (cast.contributor.pk, KEY, DIGEST)


PRODUCT: dict[str, tuple[CompiledQuery[Any], Callable[[Submission, Cast], Keys]]] = {
    "session": (sessions._STORED, of_session),
    "roles": (account_queries._HELD, of_person),
    "saves carried out": (sending._SENT, of_sent_form),
    "form seen": (queries._BY_KEY, of_form),
    "form to edit": (locking._TO_EDIT, of_form),
    "answers": (answers._STORED, of_form),
    "files": (form_facts._ATTACHED, of_form),
    "division": (division._ASSIGNED, of_form),
}
LOCKING = {"form to edit"}


def test_every_compiled_query_of_the_product_is_held_beside_its_queryset() -> None:
    import config.urls  # noqa: F401 - it knows every room

    rooms = [
        module
        for name, module in sys.modules.items()
        if name.startswith(("accounts.", "assessment."))
    ]
    written = {
        value for room in rooms for value in vars(room).values() if isinstance(value, CompiledQuery)
    }
    assert written == {query for query, _keys in PRODUCT.values()}


@pytest.fixture
def form(submission: Submission, cast: Cast) -> Submission:
    """A form with answers, a file, and parts of its own for somebody."""
    form = divided(submission, cast, {"sharing": PartInput(person=cast.contributor)})
    fill(form, cast.contributor)
    return form


@pytest.mark.parametrize("name", PRODUCT)
def test_compiled_in_one_thread_it_asks_and_finds_the_same_in_another(
    form: Submission, cast: Cast, name: str
) -> None:
    query, keys_of = PRODUCT[name]
    keys = keys_of(form, cast)
    fresh = CompiledQuery(query._make, of=query._types)
    in_another_thread(fresh._compile)
    with asked() as compiled:
        found = fresh(*keys)
    with asked() as built:
        expected = list(query._make(*keys))
    assert found
    assert list(map(state_of, found)) == list(map(state_of, expected))
    assert compiled == built
    if connection.features.has_select_for_update:
        [(sql, _values)] = compiled
        assert (" FOR NO KEY UPDATE OF " in sql) == (name in LOCKING)


@contextmanager
def asked() -> Iterator[list[tuple[str, list[object]]]]:
    """The statements of the block with their values, as they go to the driver."""
    noted: list[tuple[str, list[object]]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        noted.append((sql, list(params)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield noted


def in_another_thread(call: Callable[[], object]) -> None:
    """Wait for it; in a transaction where rows are locked, which they are in one alone."""
    is_locking = connection.features.has_select_for_update

    def run() -> None:
        try:
            with transaction.atomic() if is_locking else nullcontext():
                call()
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    thread.join()


def state_of(row: Model) -> dict[str, Any]:
    """All that the object holds, its related objects as deep as they were read."""
    held = {name: value for name, value in vars(row).items() if name != "_state"}
    related = {
        name: state_of(value) if isinstance(value, Model) else value
        for name, value in row._state.fields_cache.items()
    }
    return held | {"model": type(row), "related": related} | vars(row._state) | {"fields_cache": {}}
