"""Queries asked at every request, whose SQL is put together once in a process.

Django builds the SQL of a query anew each time it is asked, which costs a process more than
asking does. What is looked up by a key and nothing else, at every page or at every save, is
written here as a queryset all the same and compiled when it is first asked.
"""

import copy
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=Model)
_MARK = 2_000_000_011


class CompiledQuery(Generic[M]):
    """The rows a queryset finds, as a list of its models, by keys given when it is asked.

    ``make`` takes as many keys as it has parameters, whole numbers all, and uses each as the
    value of an exact filter. Texts are keys where ``of`` says ``str``. Whatever else it
    filters by is fixed. Related objects, deferred fields and locks are as the queryset has
    them; the database is the one it would be asked of.
    """

    def __init__(self, make: Callable[..., QuerySet[M]], *, of: type[int | str] = int) -> None:
        self._make, self._type = make, of
        self._compiled: tuple[Any, Any, str, list[Any], list[int | None]] | None = None

    def __call__(self, *keys: int | str | None) -> list[M]:
        """The rows found; ``TypeError`` for keys of another type."""
        if not all(isinstance(key, self._type) for key in keys):
            raise TypeError(keys)
        queryset, compiler, sql, fixed, places = self._compiled or self._compile(len(keys))
        bound = [
            keys[at] if at is not None else each for each, at in zip(fixed, places, strict=True)
        ]
        asking = copy.copy(compiler)
        asking.connection = connections[queryset.db]
        if queryset.query.select_for_update and not asking.connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked inside a transaction.")
        asking.as_sql = lambda *_args, **_options: (sql, bound)
        compiled: Any = _Compiled(asking)
        return list(ModelIterable(QuerySet(queryset.model, query=compiled)))

    def _compile(self, count: int) -> tuple[Any, Any, str, list[Any], list[int | None]]:
        marks = [self._type(_MARK + place) for place in range(count)]
        queryset = self._make(*marks)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        places = [marks.index(each) if each in marks else None for each in params]
        if {*places} - {None} != {*range(count)}:
            raise TypeError("A key is no value of an exact filter.")
        self._compiled = (queryset, compiler, sql, list(params), places)
        return self._compiled


class _Compiled:
    """In the place of a ``Query``: it has been compiled already."""

    def __init__(self, compiler: Any) -> None:
        self._compiler = compiler

    def get_compiler(self, using: object = None) -> Any:
        """The compiler, whose SQL stands."""
        return self._compiler
