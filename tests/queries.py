"""The 1-and-3-row test: a page asks the database equally often, however many rows it shows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

# What a page shows once for each thing it lists: rows, entries, choices.
_THINGS = (b"<tr", b"<li", b"<article", b"<option", b"<details")


def count_queries(action: Callable[[], object]) -> int:
    """How many SQL queries the action makes."""
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def assert_same_queries(
    action: Callable[[], object],
    add_rows: Callable[[], object],
    *,
    grows_by: int | None = None,
    adds_frameworks: bool = False,
) -> None:
    """Run the action, add two rows, run it again: the number of queries must not grow.

    A refused page, or one that does not show the rows added, would pass for nothing. So no
    page the action opens may be refused, and with ``grows_by`` they must list at least so
    many things more than before. Rows that ``adds_frameworks`` of their own have them read
    once by the process: then the action is run once more before its queries count.
    """
    action()  # caches that live in the process (content types, translations) are warm after this
    with _pages_opened() as one:
        before = count_queries(action)
    add_rows()
    if adds_frameworks:
        action()
    with _pages_opened() as three:
        after = count_queries(action)
    assert after == before, f"{before} queries with one row, {after} with three"
    refused = sorted({page.status_code for page in (*one, *three) if page.status_code >= 400})
    assert not refused, f"pages answered {refused}"
    if grows_by is not None:
        grown = sum(map(_things, three)) - sum(map(_things, one))
        assert grown >= grows_by, f"the pages list {grown} things more, {grows_by} were added"


@contextmanager
def _pages_opened() -> Iterator[list[Any]]:
    """What the test client is answered in the block."""
    opened: list[Any] = []
    request = Client.request

    def noted(self: Client, **asked: Any) -> Any:
        response = request(self, **asked)
        opened.append(response)
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", noted)
        yield opened


def _things(response: HttpResponseBase) -> int:
    """How many things an answer lists; those of a stream are read by the test itself."""
    if not hasattr(response, "content"):
        return 0
    content: bytes = response.content
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/csv"):
        return content.count(b"\n")
    if kind.startswith("application/json"):
        return content.count(b"{")
    return sum(content.count(mark) for mark in _THINGS)
