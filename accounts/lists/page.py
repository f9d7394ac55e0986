"""A list as its page shows it: the state read from the query, and every address of it.

Parameters of the query: ``q`` (search), ``sort`` (a column's key, ``-`` in front for
descending), one per filter and switch, ``page``, ``format=csv``. What is unknown is passed
over, and the list says so; a page that does not exist gives the nearest.

The number on a choice is how many rows choosing it finds: with the search and the other
filters as they stand, for its address keeps both.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from accounts.addresses import query_url
from accounts.downloads import csv_download
from accounts.lists.description import MAX_CHIPS, Column, Filter, Label, Row, Search, Switch
from accounts.lists.sources import ComputedRows, Source, StoredRows
from accounts.searching import MAX_LENGTH, words_of

PER_PAGE = 50
# How much of an unknown word is repeated.
_SHOWN = 40
Stored = TypeVar("Stored", bound=Model)


@dataclass(frozen=True)
class Head:
    """A head cell; ``state`` is the value of ``aria-sort``, ``url`` the next order."""

    label: Label
    unit: str
    is_numeric: bool
    is_unseen: bool
    url: str
    state: str


@dataclass(frozen=True)
class Option:
    """One value of a filter, a switch or the order."""

    code: str
    label: Label
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class Options:
    """The values of one parameter."""

    name: str
    label: Label
    options: Sequence[Option]

    @property
    def current(self) -> str:
        """The code chosen; empty for all."""
        return next((option.code for option in self.options if option.is_current), "")

    @property
    def is_long(self) -> bool:
        """Whether a drop-down list serves better than chips."""
        return len(self.options) > MAX_CHIPS + 1


@dataclass(frozen=True)
class ListPage(Generic[Row]):
    """What the components of a list show; ``rows`` are all that were found, in order."""

    rows: "Sequence[Row] | QuerySet[Any]"
    page: Page[Row]
    heads: list[Head]
    filters: list[Options]
    switches: list[Options]
    orders: list[Option]
    search: Label
    query: str
    sort: str
    hidden: list[tuple[str, str]]
    is_filtered: bool
    clear_url: str
    # The same list with its filters, without the search.
    unsearched_url: str
    export_url: str
    wants_csv: bool
    # What the query asks for and the list does not know, as sentences.
    passed_over: list[str]

    @property
    def count(self) -> int:
        """How many rows were found."""
        return self.page.paginator.count

    @property
    def chips(self) -> list[Options]:
        """The filters that are short enough for chips."""
        return [each for each in self.filters if not each.is_long]

    @property
    def selects(self) -> list[Options]:
        """The filters with many values."""
        return [each for each in self.filters if each.is_long]

    def chosen(self, name: str) -> str:
        """The value of a filter; empty where it is not set."""
        return next((each.current for each in self.filters if each.name == name), "")


def read_stored(
    rows: QuerySet[Stored],
    chosen: QueryDict,
    *,
    columns: Sequence[Column[Stored]],
    sort: str,
    ties: Sequence[str] = ("pk",),
    search: Search[Stored] | None = None,
    filters: Sequence[Filter[Stored]] = (),
    switches: Sequence[Switch] = (),
    keep: Sequence[str] = (),
    export: str | None = "",
) -> ListPage[Stored]:
    """A list read from the database; see ``read_computed``.

    One query per filter for its counts, two for the page. Equal rows stand in the order of
    ``ties``, which must tell any two rows apart. ``keep`` names what else the query holds.
    """
    source: Source[Stored] = StoredRows(rows, ties)
    return _read(source, chosen, columns, sort, search, filters, switches, export, keep)


def read_computed(
    rows: Sequence[Row],
    chosen: QueryDict,
    *,
    columns: Sequence[Column[Row]],
    sort: str,
    search: Search[Row] | None = None,
    filters: Sequence[Filter[Row]] = (),
    switches: Sequence[Switch] = (),
    export: str | None = "",
) -> ListPage[Row]:
    """A list of rows computed before; equal rows stay in the order given.

    ``sort`` is the order without a wish of the reader. ``export`` is the address of the
    file: the page itself with ``format=csv`` when empty, none at all when None.
    """
    source: Source[Row] = ComputedRows(rows)
    return _read(source, chosen, columns, sort, search, filters, switches, export)


def list_csv(
    name: str,
    rows: Iterable[Row],
    columns: Mapping[str, Callable[[Row], object]],
    *,
    notice: str | None = None,
) -> HttpResponse:
    """The rows as a file for spreadsheets; see ``accounts.downloads.csv_text``."""
    cells = ([cell(row) for cell in columns.values()] for row in rows)
    return csv_download(name, list(columns), cells, notice=notice)


def _read(
    source: Source[Row],
    chosen: QueryDict,
    columns: Sequence[Column[Row]],
    default_sort: str,
    search: Search[Row] | None,
    filters: Sequence[Filter[Row]],
    switches: Sequence[Switch],
    export: str | None,
    keep: Sequence[str] = (),
) -> ListPage[Row]:
    query = chosen.get("q", "").strip()[:MAX_LENGTH] if search is not None else ""
    if search is not None and (words := words_of(query)):
        source = source.search(search, words)
    shown = [_options(each, filters, source, chosen) for each in filters]
    found = source
    for each in filters:
        found = _kept(found, each, chosen)
    sort = _sort(columns, chosen.get("sort", ""), default_sort)
    column = next(each for each in columns if each.key == sort.removeprefix("-"))
    rows = found.sort(column, is_descending=sort.startswith("-"))
    switched = {each.name: each.current for each in switches if each.current}
    filtered = {each.name: each.current for each in shown if each.current}
    page = Paginator(rows, PER_PAGE).get_page(chosen.get("page"))
    return ListPage(
        rows=rows,
        page=page,
        heads=[_head(each, sort, chosen) for each in columns],
        filters=shown,
        switches=[_switch(each, chosen) for each in switches],
        orders=_orders(columns, sort, chosen),
        search=search.label if search is not None else "",
        query=query,
        sort=sort,
        hidden=[
            *switched.items(),
            *((name, value) for name in keep if (value := chosen.get(name, ""))),
            *((each.name, each.current) for each in shown if each.current and not each.is_long),
        ],
        is_filtered=bool(query or filtered),
        clear_url=query_url(QueryDict(), **switched),
        unsearched_url=query_url(chosen, q=""),
        export_url="" if export is None else export + query_url(chosen, **_format(export)),
        wants_csv=export == "" and chosen.get("format") == "csv",
        passed_over=[*_unknown(filters, switches, chosen), *_no_such_page(page, chosen)],
    )


def _unknown(
    filters: Sequence[Filter[Row]], switches: Sequence[Switch], chosen: QueryDict
) -> Iterator[str]:
    """A list that is longer than asked for must not be taken for what was asked."""
    offered = [
        (each.name, each.label, {choice.code for choice in each.choices}) for each in filters
    ]
    offered += [
        (each.name, each.label, {code for code, _label in each.options}) for each in switches
    ]
    for name, label, codes in offered:
        asked = chosen.get(name, "")
        if asked and asked not in codes:
            text = _("%(filter)s: “%(value)s” is unknown and was passed over.")
            yield text % {"filter": label, "value": asked[:_SHOWN]}


def _no_such_page(page: Page[Row], chosen: QueryDict) -> Iterator[str]:
    asked = chosen.get("page", "")
    if asked and asked != str(page.number):
        text = _("There is no page “%(asked)s”; this is page %(number)d.")
        yield text % {"asked": asked[:_SHOWN], "number": page.number}


def _format(export: str) -> dict[str, str]:
    return {} if export else {"format": "csv"}


def _current(each: Filter[Row], chosen: QueryDict) -> str:
    code = chosen.get(each.name, "")
    return code if any(choice.code == code for choice in each.choices) else ""


def _kept(source: Source[Row], each: Filter[Row], chosen: QueryDict) -> Source[Row]:
    code = _current(each, chosen)
    choice = next((choice for choice in each.choices if choice.code == code), None)
    return source if choice is None else source.keep(choice)


def _options(
    each: Filter[Row], filters: Sequence[Filter[Row]], source: Source[Row], chosen: QueryDict
) -> Options:
    """The choices with what each would find beside the search and the other filters."""
    for other in filters:
        if other is not each:
            source = _kept(source, other, chosen)
    every, counts = source.count(each.choices)
    current = _current(each, chosen)
    offered = [Option("", _("All"), query_url(chosen, **{each.name: ""}), not current, every)]
    offered += [
        Option(
            choice.code,
            choice.label,
            query_url(chosen, **{each.name: choice.code}),
            choice.code == current,
            count,
        )
        for choice, count in zip(each.choices, counts, strict=True)
        if count or choice.code == current or not each.hides_empty
    ]
    return Options(each.name, each.label, offered)


def _switch(each: Switch, chosen: QueryDict) -> Options:
    return Options(
        each.name,
        each.label,
        [
            Option(code, label, query_url(chosen, **{each.name: code}), code == each.current)
            for code, label in each.options
        ],
    )


def _sort(columns: Sequence[Column[Row]], wanted: str, default: str) -> str:
    known = {column.key for column in columns if column.key}
    return wanted if wanted.removeprefix("-") in known else default


def _head(column: Column[Row], sort: str, chosen: QueryDict) -> Head:
    descending = f"-{column.key}"
    state = {column.key: "ascending", descending: "descending"}.get(sort, "")
    if state:
        following = descending if state == "ascending" else column.key
    else:
        following = descending if column.descending_first else column.key
    return Head(
        column.label,
        column.unit,
        column.is_numeric,
        column.is_unseen,
        url=query_url(chosen, sort=following) if column.key else "",
        state=state if column.key else "",
    )


def _orders(columns: Sequence[Column[Row]], sort: str, chosen: QueryDict) -> list[Option]:
    """Every order in words, for screens that are too narrow for the heads."""
    offered = []
    for column in (each for each in columns if each.key):
        ways = {
            column.key: _("%(column)s, ascending"),
            f"-{column.key}": _("%(column)s, descending"),
        }
        for code, way in ways.items():
            url = query_url(chosen, sort=code)
            offered.append(Option(code, way % {"column": column.label}, url, code == sort))
    return offered
