"""Empties tables between tests although the database refuses to delete what is written once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper


@contextmanager
def triggers_off(cursor: CursorWrapper) -> Iterator[None]:
    """Let the statements inside pass every trigger, as the owner of a database can."""
    if connection.vendor == "postgresql":
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = origin")
        return
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = cursor.fetchall()
    for name, _sql in triggers:
        cursor.execute(f'DROP TRIGGER "{name}"')
    yield
    for _name, sql in triggers:
        cursor.execute(sql)


@contextmanager
def past_triggers() -> Iterator[None]:
    """A block that changes what is written once: a state the product itself never makes."""
    with connection.cursor() as cursor, triggers_off(cursor):
        yield


def let_tests_flush(patch: pytest.MonkeyPatch) -> None:
    """Let Django's own flush, which follows each test with real transactions, do its work."""
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def flush_past_triggers(self: Any, sql_list: list[str]) -> None:
        with self.connection.cursor() as cursor, triggers_off(cursor):
            flush(self, sql_list)

    patch.setattr(operations, "execute_sql_flush", flush_past_triggers)
