"""The 1-and-3-row test: a page asks the database equally often, however many rows it shows."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def count_queries(action: Callable[[], object]) -> int:
    """How many SQL queries the action makes."""
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def assert_same_queries(action: Callable[[], object], add_rows: Callable[[], object]) -> None:
    """Run the action, add two rows, run it again: the number of queries must not grow."""
    action()  # caches that live in the process (content types, translations) are warm after this
    before = count_queries(action)
    add_rows()
    after = count_queries(action)
    assert after == before, f"{before} queries with one row, {after} with three"
