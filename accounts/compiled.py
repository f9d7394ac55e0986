"""Statements of every request and every save, whose SQL is put together once in a process.

Django builds the SQL of a query anew each time it is asked, which costs a process more than
asking does. What is looked up by a key and nothing else, at every page or at every save, is
written as a queryset all the same and compiled when it is first asked; so are the rows that
every save adds.
"""

import copy
from collections.abc import Callable, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=Model)
# Rows of one INSERT: PostgreSQL takes 65 535 values in a statement, SQLite 32 766.
AT_ONCE = 500
_MARK = 2_000_000_011
# No row has a greater key, and SQLite takes none.
_GREATEST = 2**63 - 1


class CompiledQuery(Generic[M]):
    """The rows a queryset finds, as a list of its models, by keys given when it is asked.

    ``make`` takes keys of the types ``of`` and uses each as the value of an exact filter;
    whatever else it filters by is fixed. Related objects, deferred fields and locks are as the
    queryset has them; the database is the one it would be asked of.
    """

    def __init__(
        self, make: Callable[..., QuerySet[M]], *, of: Sequence[type[int | str]] = (int,)
    ) -> None:
        self._make, self._types = make, of
        self._compiled: tuple[Any, Any, str, list[Any], list[int | None]] | None = None

    def __call__(self, *keys: int | str | None) -> list[M]:
        """The rows found, none by numbers no key can be; ``TypeError`` for keys of another type."""
        if not all(map(isinstance, keys, self._types)) or len(keys) != len(self._types):
            raise TypeError(keys)
        if any(isinstance(key, int) and abs(key) > _GREATEST for key in keys):
            return []
        queryset, compiler, sql, fixed, places = self._compiled or self._compile()
        bound = [
            keys[at] if at is not None else each for each, at in zip(fixed, places, strict=True)
        ]
        asking = copy.copy(compiler)
        asking.connection = _Preparing(connections[queryset.db])
        if queryset.query.select_for_update and not asking.connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked inside a transaction.")
        asking.as_sql = lambda *_args, **_options: (sql, bound)
        compiled: Any = _Compiled(asking)
        return list(ModelIterable(QuerySet(queryset.model, query=compiled)))

    def _compile(self) -> tuple[Any, Any, str, list[Any], list[int | None]]:
        marks = [kind(_MARK + place) for place, kind in enumerate(self._types)]
        queryset = self._make(*marks)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        places = [marks.index(each) if each in marks else None for each in params]
        if {*places} - {None} != {*range(len(marks))}:
            raise TypeError("A key is no value of an exact filter.")
        self._compiled = (queryset, compiler, sql, list(params), places)
        return self._compiled


@cache
def _server_cursor() -> Any:
    """Django's cursor whose values PostgreSQL puts in; its module needs the driver."""
    from django.db.backends.postgresql.base import ServerBindingCursor

    class PreparingCursor(ServerBindingCursor):
        """Tells Django's log of queries what it asked: prepared statements go by their names."""

        _query: Any

        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            found = super().execute(query, params, **options)  # type: ignore[misc]
            if self._query is None:
                self._query = SimpleNamespace(query=query.encode())
            return found

    return PreparingCursor


class _Preparing:
    """A connection on whose cursors PostgreSQL prepares what it is asked more than a few times.

    Django writes values into the SQL, so that PostgreSQL parses and plans each statement anew;
    here they go beside it. How often is a few times the connection says (``prepare_threshold``).
    """

    def __init__(self, wrapped: Any) -> None:
        self._wrapped = wrapped

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wrapped, name)

    def cursor(self) -> Any:
        """A cursor as the connection's own."""
        wrapped = self._wrapped
        if wrapped.vendor != "postgresql":
            return wrapped.cursor()
        wrapped.close_if_health_check_failed()
        wrapped.ensure_connection()
        with wrapped.wrap_database_errors:
            return wrapped._prepare_cursor(_server_cursor()(wrapped.connection))


class _Compiled:
    """In the place of a ``Query``: it has been compiled already."""

    def __init__(self, compiler: Any) -> None:
        self._compiler = compiler

    def get_compiler(self, using: object = None) -> Any:
        """The compiler, whose SQL stands."""
        return self._compiler


class CompiledInsert(Generic[M]):
    """Inserts new rows of a model as ``bulk_create`` does, by SQL that is put together once.

    With ``unique`` and ``update``, names of fields, a row that is there already is updated.
    ``TypeError`` for a model whose database fills in more than a key it counts itself.
    """

    def __init__(
        self, model: type[M], *, unique: Sequence[str] = (), update: Sequence[str] = ()
    ) -> None:
        meta: Any = model._meta
        self._fields = [each for each in meta.concrete_fields if not each.primary_key]
        filled_in = any(each.generated or each.has_db_default() for each in self._fields)
        if filled_in or meta.auto_field is None or meta.parents:
            raise TypeError(f"{model.__name__} is more than its values and a counted key.")
        self._model, self._unique, self._update = model, unique, update
        self._sql: tuple[str, str, str] | None = None

    def __call__(self, rows: Sequence[M]) -> None:
        """All rows or none, in statements of ``AT_ONCE``; new rows have their keys afterwards."""
        with transaction.atomic(savepoint=False):
            for start in range(0, len(rows), AT_ONCE):
                self._insert(rows[start : start + AT_ONCE])

    def _insert(self, rows: Sequence[M]) -> None:
        into, one, behind = self._sql or self._compile()
        values = [
            field.get_db_prep_save(field.pre_save(row, add=True), connection)
            for row in rows
            for field in self._fields
        ]
        with _Preparing(connections[DEFAULT_DB_ALIAS]).cursor() as cursor:
            cursor.execute(f"{into}{', '.join([one] * len(rows))}{behind}", values)
            found = cursor.fetchall()
        for row, (key,) in zip(rows, found, strict=True):
            row.pk = key
            row._state.adding, row._state.db = False, connection.alias

    def _compile(self) -> tuple[str, str, str]:
        """What stands before the rows, one row, and what stands behind them."""

        def names(of: Sequence[str]) -> str:
            return ", ".join(map(connection.ops.quote_name, of))

        meta: Any = self._model._meta
        columns = [each.column for each in self._fields]
        conflict = ""
        if self._unique:
            unique, update = (
                [meta.get_field(name).column for name in each]
                for each in (self._unique, self._update)
            )
            excluded = ", ".join(f"{names([each])} = EXCLUDED.{names([each])}" for each in update)
            conflict = f" ON CONFLICT ({names(unique)}) DO UPDATE SET {excluded}"
        self._sql = (
            f"INSERT INTO {names([meta.db_table])} ({names(columns)}) VALUES ",  # noqa: S608 - names of ours
            f"({', '.join(['%s'] * len(columns))})",
            f"{conflict} RETURNING {names([meta.pk.column])}",
        )
        return self._sql
