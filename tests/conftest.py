"""Fixtures shared by all rooms."""

from collections.abc import Iterator

import pytest

from tests.cast import Cast, make_cast
from tests.flushing import let_tests_flush


@pytest.fixture(scope="session", autouse=True)
def _flushing() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        let_tests_flush(patch)
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The standing cast."""
    return make_cast()
