"""What a room says about a list: columns, search, filters, switches.

A list is either read from the database or computed. For the first, sorting, search and
filters are written in the words of the database (``fields``, ``where``); for the second as
functions of a row (``value``, ``texts``, ``fits``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Q
from django.utils.functional import Promise

Row = TypeVar("Row")
Label = str | Promise

# A filter with more choices is a drop-down list: a row of chips would be longer than the list.
MAX_CHIPS = 7


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One head of the table; without a ``key`` it does not sort.

    ``fields`` are those of the database in their ascending order. ``value`` sorts computed
    rows; those without one (None) come last in either direction. ``computed`` sorts rows of
    the database by what the database does not know: the values of all rows by primary key.
    """

    label: Label
    key: str = ""
    fields: tuple[str, ...] = ()
    value: Callable[[Row], Any] | None = None
    computed: Callable[[Sequence[Row]], Mapping[Any, Any]] | None = None
    is_numeric: bool = False
    unit: str = ""
    descending_first: bool = False
    # The head of a column of links: said, not shown.
    is_unseen: bool = False


@dataclass(frozen=True)
class Search(Generic[Row]):
    """What is searched; ``label`` says so to the reader."""

    label: Label
    fields: tuple[str, ...] = ()
    texts: Callable[[Row], Iterable[str]] | None = None


@dataclass(frozen=True)
class Choice(Generic[Row]):
    """One value of a filter and the rows that fit it."""

    code: str
    label: Label
    where: Q | None = None
    fits: Callable[[Row], bool] | None = None


@dataclass(frozen=True)
class Filter(Generic[Row]):
    """One parameter of the query that leaves rows out; ``hides_empty`` leaves out choices too."""

    name: str
    label: Label
    choices: Sequence[Choice[Row]]
    hides_empty: bool = False


@dataclass(frozen=True)
class Switch:
    """Another list on the same page, such as another dimension to rank by.

    ``current`` is one of the codes; the first option is what the page shows by itself.
    """

    name: str
    label: Label
    options: Sequence[tuple[str, Label]]
    current: str


def field_choices(field: str, labels: Mapping[Any, Label]) -> list[Choice[Any]]:
    """Choices by the value of a database field."""
    return [Choice(str(code), label, where=Q(**{field: code})) for code, label in labels.items()]


def value_choices(
    value: Callable[[Row], str], labels: Iterable[tuple[str, Label]]
) -> list[Choice[Row]]:
    """Choices by a value of the row."""

    def choice(code: str, label: Label) -> Choice[Row]:
        return Choice(code, label, fits=lambda row: value(row) == code)

    return [choice(code, label) for code, label in labels]
