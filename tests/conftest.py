"""Fixtures shared by all rooms."""

import pytest

from tests.cast import Cast, make_cast


@pytest.fixture
def cast(db: None) -> Cast:
    """The standing cast."""
    return make_cast()
