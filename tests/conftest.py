"""Fixtures shared by all rooms."""

import gc
from collections.abc import Iterator

import pytest

from assessment.audit.chain import event_hash
from assessment.audit.changes import unlabelled
from assessment.audit.models import Event
from assessment.frameworks.parsing import forget_frozen
from tests.cast import Cast, make_cast
from tests.flushing import let_tests_flush


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever shares a scene needs its tables, also where no other test that is run makes them.

    Not so where other processes must see what a test writes: those keep out of transactions.
    """
    for item in items:
        names = getattr(item, "fixturenames", ())
        is_told = "db" in names or item.get_closest_marker("django_db") is not None
        is_shared = item.get_closest_marker("services") is not None
        if "django_db_setup" in names and not is_told and not is_shared:
            item.add_marker(pytest.mark.django_db)


def pytest_collection_finish() -> None:
    """What is imported by now stays: the garbage collector need not look at it time and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _flushing() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        let_tests_flush(patch)
        yield


@pytest.fixture(autouse=True)
def _labelled_fields() -> Iterator[None]:
    """No service of any room records a field that readers of the log would see as a code."""

    def sealed(event: Event) -> str:
        nameless = unlabelled(event)
        assert not nameless, f"{event.action} records {nameless}: audit/fields.py has no label"
        return event_hash(event)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assessment.audit.services.event_hash", sealed)
        yield


@pytest.fixture(autouse=True)
def _framework_keys() -> None:
    """A transaction rolled back gives the same keys and times to another framework."""
    forget_frozen()


@pytest.fixture
def cast(db: None) -> Cast:
    """The standing cast."""
    return make_cast()
