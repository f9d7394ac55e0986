"""Rows of a list, from the database or computed, searched, filtered and sorted alike."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from django.db.models import Count, Model, QuerySet

from accounts.lists.description import Choice, Column, Row, Search
from accounts.searching import fits, search_condition

Stored = TypeVar("Stored", bound=Model)


class Source(Protocol[Row]):
    """What a list asks of its rows; nothing changes them in place."""

    def search(self, search: Search[Row], words: Sequence[str]) -> "Source[Row]":
        """The rows that hold every word."""

    def keep(self, choice: Choice[Row]) -> "Source[Row]":
        """The rows that fit the choice."""

    def count(self, choices: Sequence[Choice[Row]]) -> tuple[int, list[int]]:
        """How many rows there are, and how many fit each choice."""

    def sort(self, column: Column[Row], *, is_descending: bool) -> Any:
        """The rows in the order of a column: a sequence or a queryset."""


class StoredRows(Generic[Stored]):
    """Rows of the database; everything happens there."""

    def __init__(self, rows: QuerySet[Stored], ties: Sequence[str]) -> None:
        self.rows = rows
        self.ties = ties

    def search(self, search: Search[Stored], words: Sequence[str]) -> "StoredRows[Stored]":
        """One condition on the fields."""
        return StoredRows(self.rows.filter(search_condition(search.fields, words)), self.ties)

    def keep(self, choice: Choice[Stored]) -> "StoredRows[Stored]":
        """One condition."""
        return self if choice.where is None else StoredRows(self._filtered(choice), self.ties)

    def count(self, choices: Sequence[Choice[Stored]]) -> tuple[int, list[int]]:
        """One query for all choices."""
        named = {f"choice_{place}": choice for place, choice in enumerate(choices)}
        # From the bare table: annotations of the list would multiply or group the rows.
        bare = self.rows.model._base_manager.filter(pk__in=self.rows.order_by().values("pk"))
        found = bare.aggregate(
            every=Count("pk"),
            **{name: Count("pk", filter=choice.where) for name, choice in named.items()},
        )
        return found["every"], [found[name] for name in named]

    def sort(
        self, column: Column[Stored], *, is_descending: bool
    ) -> "QuerySet[Stored] | list[Stored]":
        """By the column's fields, equal ones by ``ties``."""
        ordered = self.rows.order_by(*self.ties)
        if column.computed is not None:
            rows = list(ordered)
            values = column.computed(rows)
            return sort_rows(rows, lambda row: values.get(row.pk), is_descending=is_descending)
        fields = [_turned(field) if is_descending else field for field in column.fields]
        return self.rows.order_by(*fields, *self.ties)

    def _filtered(self, choice: Choice[Stored]) -> QuerySet[Stored]:
        return self.rows.filter(choice.where) if choice.where is not None else self.rows


class ComputedRows(Generic[Row]):
    """Rows that were computed, in the order equal ones keep."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def search(self, search: Search[Row], words: Sequence[str]) -> "ComputedRows[Row]":
        """By the texts of each row."""
        texts = search.texts
        if texts is None or not words:
            return self
        return ComputedRows([row for row in self.rows if fits(texts(row), words)])

    def keep(self, choice: Choice[Row]) -> "ComputedRows[Row]":
        """Row by row."""
        fitting = choice.fits
        if fitting is None:
            return self
        return ComputedRows([row for row in self.rows if fitting(row)])

    def count(self, choices: Sequence[Choice[Row]]) -> tuple[int, list[int]]:
        """Row by row."""
        return len(self.rows), [len(self.keep(choice).rows) for choice in choices]

    def sort(self, column: Column[Row], *, is_descending: bool) -> list[Row]:
        """By the column's value."""
        if column.value is None:
            return list(self.rows)
        return sort_rows(self.rows, column.value, is_descending=is_descending)


def sort_rows(
    rows: Sequence[Row], value: Callable[[Row], Any], *, is_descending: bool
) -> list[Row]:
    """By the value; rows without one come last in either direction, equal ones keep their order."""
    values: Mapping[int, Any] = {place: value(row) for place, row in enumerate(rows)}
    present = [place for place, found in values.items() if found is not None]
    present.sort(key=values.__getitem__, reverse=is_descending)
    absent = [place for place, found in values.items() if found is None]
    return [rows[place] for place in (*present, *absent)]


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"
