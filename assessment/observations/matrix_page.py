"""The matrix as a page shows it: one dimension or all, filtered, searched, sorted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.lists import Choice, Column, Filter, ListPage, Search, Switch, read_computed
from accounts.searching import place_texts
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.figures import value_text
from assessment.observations.queries import Cell, Matrix, MatrixRow
from assessment.observations.statuses import Status


@dataclass(frozen=True)
class MatrixPage:
    """What the template shows; the cells of a row are those of the dimension chosen."""

    listed: ListPage[MatrixRow]

    @property
    def cells(self) -> Iterable[Cell]:
        """Every cell of the rows found, all pages."""
        return (cell for row in self.listed.rows for cell in row.cells)


def matrix_page(
    matrix: Matrix, framework: FrameworkDocument, chosen: QueryDict, *, export: str = ""
) -> MatrixPage:
    """Apply ``dimension`` and what the list knows: ``status``, ``q``, ``sort``, ``page``."""
    offered = {n.code: n for n in framework.dimensions if n.kind == "dimension"}
    dimension = chosen.get("dimension", "") if chosen.get("dimension", "") in offered else ""
    nodes = [n for n in matrix.nodes if not dimension or dimension in _ancestors(framework, n)]
    codes = {node.code for node in nodes}
    rows = [
        MatrixRow(r.locality, tuple(c for c in r.cells if c.node.code in codes))
        for r in matrix.rows
    ]
    dimensions = [("", _("All")), *((code, _title(node)) for code, node in offered.items())]
    locality: Column[MatrixRow] = Column(
        _("Locality"), "locality", value=lambda row: row.locality.code
    )
    listed = read_computed(
        rows,
        chosen,
        columns=[locality, *(_column(node) for node in nodes)],
        sort="locality",
        search=Search(_("Search localities"), texts=lambda row: place_texts(row.locality)),
        filters=[Filter("status", _("With"), [_choice(s) for s in Status], hides_empty=True)],
        switches=[Switch("dimension", _("Dimension"), dimensions, dimension)],
        export=export,
    )
    return MatrixPage(listed)


def shown_value(cell: Cell) -> str:
    """The value as readers see it, without its unit; empty without a value."""
    return value_text(cell.node, cell.value, get_language() or "zh-hans")


def _title(node: Node) -> str:
    return node.title.text(get_language() or "zh-hans")


def _column(node: Node) -> Column[MatrixRow]:
    return Column(
        _title(node),
        node.code,
        value=_value_of(node.code),
        is_numeric=True,
        unit=node.unit.text(get_language() or "zh-hans") if node.unit else "",
        descending_first=True,
    )


def _value_of(code: str) -> Callable[[MatrixRow], Decimal | None]:
    return lambda row: next((cell.value for cell in row.cells if cell.node.code == code), None)


def _choice(status: Status) -> Choice[MatrixRow]:
    """The rows in which the status occurs."""
    return Choice(
        status.value,
        status.label,
        fits=lambda row: any(cell.status == status for cell in row.cells),
    )


def _ancestors(framework: FrameworkDocument, node: Node) -> set[str]:
    found: set[str] = set()
    parent = node.parent
    while parent is not None:
        found.add(parent)
        parent = framework.node(parent).parent
    return found
