"""A workbook as people send it back: every row that names an indicator, wherever it stands.

openpyxl reads it: in its reading mode a sheet costs what is looked at, and a cell tells its
formula and its number format. (calamine is faster, tells neither, and allocates the whole
rectangle up to the last cell used: a file of five kilobytes ends the process.)
"""

import io
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from assessment.engine.tables import restore_text
from assessment.observations.validity import Fault
from assessment.submissions.workbooks.cells import CellError, Content, cell_text
from assessment.submissions.workbooks.container import (
    has_external_links,
    not_readable,
    too_many_rows,
)
from assessment.submissions.workbooks.layout import (
    ENTRY_KEYS,
    FORMAT,
    IDENTITY_SHEET,
    LISTS_SHEET,
    Identity,
    carried,
)

# Beyond these a sheet holds nothing of ours: a form of five hundred indicators has as many rows.
MAX_ROWS, MAX_COLUMNS, MAX_SHEETS, MAX_RANGES = 5000, 100, 60, 1000
# In all sheets together: reading one costs a third of a millisecond.
MAX_FILLED_ROWS = 5000
_EMPTY = Content()
_NAMES = frozenset({"indicator", "code"})
_MERGED = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCell"


@dataclass(frozen=True)
class FileRow:
    """One row of a file: what it says of which indicator, and where.

    ``texts`` has the fields whose columns the file has, ``places`` the cell of each, ``faults``
    what cannot be read by field, ``formulas`` the fields a formula computed.
    """

    code: str
    mark: str
    place: str
    texts: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)
    formulas: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ReadFile:
    """A file as read. ``passed_over`` names sheets without the columns of the form."""

    identity: Identity
    rows: Sequence[FileRow]
    passed_over: Sequence[str] = ()
    has_external_links: bool = False


@dataclass(frozen=True)
class MergedRange:
    """A merged range; only its first cell has content."""

    name: str
    top: int
    left: int
    bottom: int
    right: int

    def hides(self, row: int, column: int) -> bool:
        """Whether the cell shows the content of another one."""
        is_inside = self.top <= row <= self.bottom and self.left <= column <= self.right
        return is_inside and (row, column) != (self.top, self.left)


class MergedRanges:
    """The merged ranges of a sheet, which do not overlap, to be found by cell.

    A column is put in order when it is first asked for, and answers each cell of it by bisection.
    """

    def __init__(self, ranges: Sequence[MergedRange]) -> None:
        self._ranges = ranges
        self._columns: dict[int, tuple[list[int], list[MergedRange]]] = {}

    def hiding(self, row: int, column: int) -> MergedRange | None:
        """The range the cell is hidden in, if any."""
        if column not in self._columns:
            self._columns[column] = self._of_column(column)
        tops, ranges = self._columns[column]
        before = bisect_right(tops, row)
        found = ranges[before - 1] if before else None
        return found if found is not None and found.hides(row, column) else None

    def _of_column(self, column: int) -> tuple[list[int], list[MergedRange]]:
        crossing = [each for each in self._ranges if each.left <= column <= each.right]
        crossing.sort(key=lambda each: each.top)
        return [each.top for each in crossing], crossing


@dataclass(frozen=True)
class _Sheet:
    name: str
    merged: MergedRanges
    lines: Iterator[tuple[int, Sequence[Content]]]


class _TooManyRowsError(Exception):
    """There is more than any form has."""


def read_workbook(name: str, content: bytes) -> ReadFile:
    """The rows of an .xlsx file; ``FileError`` for one that cannot be read or has none."""
    try:
        return _read(content)
    except _TooManyRowsError:
        raise too_many_rows(name, MAX_FILLED_ROWS) from None
    # A parser of foreign files has no list of what it may raise on a broken one.
    except Exception:
        raise not_readable(name) from None


def _read(content: bytes) -> ReadFile:
    identity = Identity()
    rows: list[FileRow] = []
    passed_over = []
    filled = 0
    for sheet in _sheets(content):
        if isinstance(sheet, Identity):
            identity = sheet
            continue
        filled, found = _rows_of(sheet, filled)
        if found is None:
            passed_over.append(sheet.name)
        else:
            rows.extend(found)
    return ReadFile(identity, rows, passed_over, has_external_links(content))


def _sheets(content: bytes) -> Iterator[_Sheet | Identity]:
    """Sheet by sheet, every cell twice: as its formula and as what the formula computed."""
    options: dict[str, Any] = {"read_only": True, "keep_links": False}
    written = load_workbook(io.BytesIO(content), data_only=False, **options)
    computed = load_workbook(io.BytesIO(content), data_only=True, **options)
    with ZipFile(io.BytesIO(content)) as archive:
        pairs = zip(written.worksheets, computed.worksheets, strict=True)
        for formulas, values in list(pairs)[:MAX_SHEETS]:
            if formulas.title == IDENTITY_SHEET:
                yield _identity_in(values)
            elif formulas.title != LISTS_SHEET:
                path = formulas._worksheet_path  # type: ignore[attr-defined]
                merged = _merged_ranges(archive, path)
                yield _Sheet(formulas.title, merged, _lines(formulas, values))


def _identity_in(sheet: Any) -> Identity:
    for row in sheet.iter_rows(max_row=2, max_col=1, values_only=True):
        return Identity.read(str(row[0] or "")) if row else Identity()
    return Identity()


def _lines(formulas: Any, values: Any) -> Iterator[tuple[int, Sequence[Content]]]:
    limits = {"max_row": MAX_ROWS, "max_col": MAX_COLUMNS}
    rows = zip_longest(formulas.iter_rows(**limits), values.iter_rows(**limits), fillvalue=())
    for number, (written, computed) in enumerate(rows, start=1):
        if any(cell.value is not None for cell in written):
            cells = zip(written, computed, strict=False)
            yield number, [_content(*pair) for pair in cells]


def _content(written: Any, computed: Any) -> Content:
    if written.value is None and computed.value is None:
        return _EMPTY
    is_formula = written.data_type == "f"
    return Content(
        value=computed.value,
        number_format=str(computed.number_format or "General"),
        formula=str(getattr(written.value, "text", written.value)) if is_formula else "",
        is_error=computed.data_type == "e",
    )


def _merged_ranges(archive: ZipFile, path: str) -> MergedRanges:
    """The merged ranges of a sheet, which openpyxl's reading mode passes over."""
    found: list[MergedRange] = []
    with archive.open(path) as part:
        # No entity is declared in it: the container was searched for declarations.
        for _event, item in ElementTree.iterparse(part):  # noqa: S314
            if item.tag == _MERGED and len(found) < MAX_RANGES:
                name = item.get("ref", "")
                left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(name))
                found.append(MergedRange(name, top, left, bottom, right))
            item.clear()
    return MergedRanges(found)


def _rows_of(sheet: _Sheet, filled: int) -> tuple[int, list[FileRow] | None]:
    """The sheet's rows that name an indicator; nothing where it is none of the form's sheets.

    ``filled`` counts the rows with content in all sheets; it is returned with this sheet's.
    """
    columns: dict[str, int] = {}
    rows = []
    is_guide = False
    for place, (number, contents) in enumerate(sheet.lines):
        filled += 1
        if filled > MAX_FILLED_ROWS:
            raise _TooManyRowsError
        # The sheet of instructions asks nothing.
        is_guide = is_guide or (place == 0 and any(each.value == FORMAT for each in contents))
        if not columns:
            columns = _columns_in(contents)
        else:
            row = _read_row(sheet, number, contents, columns)
            if row is not None:
                rows.append(row)
    return filled, rows if columns or is_guide else None


def _columns_in(contents: Sequence[Content]) -> dict[str, int]:
    """Where each column stands, if this is the row of their names; the first of two counts."""
    texts = [_plain(content) for content in contents]
    if "value" not in texts or not _NAMES & set(texts):
        return {}
    return {text: texts.index(text) for text in texts if text}


def _read_row(
    sheet: _Sheet, number: int, contents: Sequence[Content], columns: Mapping[str, int]
) -> FileRow | None:
    def at(key: str) -> Content:
        column = columns.get(key)
        return contents[column] if column is not None and column < len(contents) else Content()

    named, visible = (
        restore_text(str(at(key).value or "").strip()) for key in ("indicator", "code")
    )
    mark = _plain(at("mark"))
    # The heads people read stand in the visible column and name no indicator.
    if not named and not (visible and mark):
        return None
    texts, places, faults, formulas = {}, {}, {}, set()
    for key in ENTRY_KEYS:
        if key not in columns:
            continue
        content, place = at(key), (number, columns[key] + 1)
        places[key] = f"{sheet.name}!{get_column_letter(place[1])}{number}"
        if content.formula:
            formulas.add(key)
        try:
            texts[key] = carried(restore_text(_text(sheet, content, place, key)))
        except CellError as error:
            faults[key] = [str(error)]
    if named and visible and named != visible:
        faults["indicator"] = [_moved_apart(named, visible)]
    return FileRow(
        named or visible,
        mark,
        f"{sheet.name}!{number}",
        texts,
        places,
        faults,
        frozenset(formulas),
    )


def _text(sheet: _Sheet, content: Content, place: tuple[int, int], key: str) -> str:
    hidden_by = sheet.merged.hiding(*place)
    if hidden_by is not None:
        raise CellError(
            Fault(
                _("a cell merged into %(range)s") % {"range": hidden_by.name},
                _("a cell for each answer"),
                _("Separate the cells and fill in each of them."),
            )
        )
    return cell_text(content, is_value=key == "value")


def _plain(content: Content) -> str:
    return "" if content.value is None else str(content.value).strip()


def _moved_apart(named: str, visible: str) -> str:
    fault = Fault(
        _("the code %(visible)s in the row of %(named)s") % {"visible": visible, "named": named},
        _("rows sorted or moved as a whole"),
        _("Download the form again and copy your answers into it."),
    )
    return str(fault)
