"""Tables: real ones, with heads that come again on every page and widths that fit the text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.text.paragraph import Paragraph

from assessment.reports.word.looks import Look
from assessment.reports.word.markup import Element
from assessment.reports.word.widths import column_widths

_TWIPS = 20
# A higher row may be torn by the end of a page: it might not fit one.
_LONGEST_WHOLE = 500
_LINE, _RULE, _BOX = ("single", "4", "B8C0C9"), ("single", "8", "1B2430"), ("single", "4", "8A94A0")
_NAMES = {"facts": 0.24, "cover-facts": 0.28}
_ENTRY = 62
_LEVEL_INDENT = 160

CellWriter = Callable[[Element, Paragraph], None]


@dataclass(frozen=True)
class _Row:
    """A line of the table; ``is_head`` comes again on every page."""

    element: Element
    is_head: bool

    @property
    def cells(self) -> list[Element]:
        return [cell for cell in self.element.elements if cell.tag in {"td", "th"}]

    @property
    def level(self) -> int:
        """How deep the line stands in a tree, 0 for the first level."""
        levels = [name for name in self.element.classes if name.startswith("level-")]
        return int(levels[0].removeprefix("level-")) if levels else 0


class TableWriter:
    """Writes the tables of one document; ``fill`` writes the blocks of a cell."""

    def __init__(self, look: Look, fill: Callable[[Element, BaseOxmlElement, bool], None]) -> None:
        self._look = look
        self._fill = fill

    def table(self, table: Element, width: float) -> BaseOxmlElement | None:
        """The table as an element, ``width`` points wide; ``None`` without a row."""
        rows = list(_rows(table))
        columns = max((sum(map(_span, row.cells)) for row in rows), default=0)
        if not columns:
            return None
        widths = self._widths(table, rows, columns, width)
        written = OxmlElement("w:tbl")
        written.append(self._properties(table, rows, widths))
        grid = OxmlElement("w:tblGrid")
        for points in widths:
            column = OxmlElement("w:gridCol")
            column.set(qn("w:w"), str(points * _TWIPS))
            grid.append(column)
        written.append(grid)
        for row in rows:
            written.append(self._row(table, row, widths))
        return written

    def _widths(
        self, table: Element, rows: Sequence[_Row], columns: int, width: float
    ) -> list[int]:
        for name, share in _NAMES.items():
            if name in table.classes and columns == 2:
                first = int(width * share)
                return [first, int(width) - first]
        if "entry" in table.classes:
            pairs = columns // 2
            rest = (int(width) - _ENTRY * pairs) // pairs
            return [part for _pair in range(pairs) for part in (_ENTRY, rest)]
        lines = [list(_measured(row, columns)) for row in rows]
        return column_widths(
            [line for line in lines if len(line) == columns] or [[("", False)] * columns],
            self._look.table_size,
            width,
        )

    def _properties(
        self, table: Element, rows: Sequence[_Row], widths: Sequence[int]
    ) -> BaseOxmlElement:
        properties = OxmlElement("w:tblPr")
        _add(properties, "w:tblW", w=str(sum(widths) * _TWIPS), type="dxa")
        borders = _add(properties, "w:tblBorders")
        is_boxed = self._look.is_ruled or "entry" in table.classes
        edge, inner = (_BOX, _BOX) if is_boxed else (_RULE, _LINE)
        sides = [("top", edge), ("bottom", edge), ("insideH", inner)]
        if is_boxed:
            sides = [
                *(("top", edge), ("left", edge), ("bottom", edge), ("right", edge)),
                *(("insideH", inner), ("insideV", inner)),
            ]
        for side, (kind, size, colour) in sides:
            _add(borders, f"w:{side}", val=kind, sz=size, space="0", color=colour)
        _add(properties, "w:tblLayout", type="fixed")
        margins = _add(properties, "w:tblCellMar")
        for side, twips in (("top", "40"), ("left", "85"), ("bottom", "40"), ("right", "85")):
            _add(margins, f"w:{side}", w=twips, type="dxa")
        has_head = any(row.is_head for row in rows)
        _add(
            properties,
            "w:tblLook",
            val="04A0" if has_head else "0480",
            firstRow=str(int(has_head)),
            lastRow="0",
            firstColumn="1",
            lastColumn="0",
            noHBand="0",
            noVBand="1",
        )
        caption = next(table.all("caption"), None)
        if caption is not None:
            _add(properties, "w:tblCaption", val=caption.text)
        return properties

    def _row(self, table: Element, row: _Row, widths: Sequence[int]) -> BaseOxmlElement:
        written = OxmlElement("w:tr")
        properties = _add(written, "w:trPr")
        if len(row.element.text) <= _LONGEST_WHOLE:
            _add(properties, "w:cantSplit")
        if row.is_head:
            _add(properties, "w:tblHeader")
        place = 0
        for cell in row.cells:
            span = min(_span(cell), len(widths) - place)
            if span < 1:
                break
            written.append(self._cell(table, row, cell, widths[place : place + span]))
            place += span
        return written

    def _cell(
        self, table: Element, row: _Row, cell: Element, widths: Sequence[int]
    ) -> BaseOxmlElement:
        written = OxmlElement("w:tc")
        properties = _add(written, "w:tcPr")
        _add(properties, "w:tcW", w=str(sum(widths) * _TWIPS), type="dxa")
        if len(widths) > 1:
            _add(properties, "w:gridSpan", val=str(len(widths)))
        is_group = "group" in row.element.classes
        is_name = cell.tag == "th" and not row.is_head and self._look.is_ruled
        if row.is_head or is_group or is_name:
            _add(properties, "w:shd", val="clear", color="auto", fill="EEF1F5")
        _add(properties, "w:vAlign", val="bottom" if row.is_head else "top")
        is_bold = row.is_head or is_group or "key-figures" in table.classes
        self._fill(cell, written, is_bold)
        self._set_paragraphs(table, row, cell, written)
        return written

    def _set_paragraphs(
        self, table: Element, row: _Row, cell: Element, written: BaseOxmlElement
    ) -> None:
        is_figure = "num" in cell.classes
        is_centred = "grades" in table.classes
        for paragraph in written.findall(qn("w:p")):
            properties = paragraph.get_or_add_pPr()
            if cell.tag == "th" and row.level and not row.is_head:
                _add(properties, "w:ind", left=str(row.level * _LEVEL_INDENT))
            if is_figure or is_centred:
                _add(properties, "w:jc", val="center" if is_centred else "right")


def _rows(table: Element) -> Iterator[_Row]:
    for part in table.elements:
        if part.tag in {"thead", "tbody", "tfoot"}:
            for row in part.elements:
                if row.tag == "tr":
                    yield _Row(row, part.tag == "thead")
        elif part.tag == "tr":
            yield _Row(part, False)


def _span(cell: Element) -> int:
    given = cell.attributes.get("colspan", "1")
    return int(given) if given.isdecimal() and given != "0" else 1


def _measured(row: _Row, columns: int) -> Iterator[tuple[str, bool]]:
    """Text of each cell, and whether it is a figure; of a line with spans nothing is measured."""
    if len(row.cells) != columns:
        return
    for cell in row.cells:
        is_figure = "num" in cell.classes and any(map(str.isdecimal, cell.text))
        yield cell.text, is_figure and not row.is_head


def _add(parent: BaseOxmlElement, tag: str, **attributes: str) -> BaseOxmlElement:
    """A new last child with these attributes of WordprocessingML."""
    child = OxmlElement(tag)
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), value)
    parent.append(child)
    return child
