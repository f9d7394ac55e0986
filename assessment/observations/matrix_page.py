"""The matrix as a page shows it: filtered, searched, sorted, cut into pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.addresses import query_url
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.figures import value_text
from assessment.observations.queries import Cell, Matrix, MatrixRow
from assessment.observations.statuses import Status

PER_PAGE = 50


@dataclass(frozen=True)
class MatrixPage:
    """What the template shows."""

    nodes: list[Node]
    page: Page[MatrixRow]
    status_chips: list[dict[str, Any]]
    dimension_chips: list[dict[str, Any]]
    sort: str
    query: str
    is_filtered: bool


def matrix_page(matrix: Matrix, framework: FrameworkDocument, chosen: QueryDict) -> MatrixPage:
    """Apply ``dimension``, ``status``, ``q``, ``sort``, ``page``; unknown values change nothing."""
    dimension = _known(chosen.get("dimension", ""), [n.code for n in _dimensions(framework)])
    status = _known(chosen.get("status", ""), Status.values)
    query = chosen.get("q", "").strip()
    nodes = [n for n in matrix.nodes if not dimension or dimension in _ancestors(framework, n)]
    codes = {node.code for node in nodes}
    rows = [
        MatrixRow(r.locality, tuple(c for c in r.cells if c.node.code in codes))
        for r in matrix.rows
    ]
    counts = {s: sum(c.status == s for r in rows for c in r.cells) for s in Status.values}
    kept = [row for row in rows if _fits(row, status, query)]
    sort = chosen.get("sort", "")
    return MatrixPage(
        nodes=nodes,
        page=Paginator(_sorted(kept, sort), PER_PAGE).get_page(chosen.get("page")),
        status_chips=_status_chips(chosen, status, counts),
        dimension_chips=_dimension_chips(chosen, dimension, framework),
        sort=sort,
        query=query,
        is_filtered=bool(status or query),
    )


def shown_value(cell: Cell) -> str:
    """The value as readers see it, without its unit; empty without a value."""
    return value_text(cell.node, cell.value, get_language() or "zh-hans")


def _known(value: str, values: list[str]) -> str:
    return value if value in values else ""


def _dimensions(framework: FrameworkDocument) -> tuple[Node, ...]:
    return tuple(n for n in framework.children(framework.root.code) if n.kind == "dimension")


def _ancestors(framework: FrameworkDocument, node: Node) -> set[str]:
    found: set[str] = set()
    parent = node.parent
    while parent is not None:
        found.add(parent)
        parent = framework.node(parent).parent
    return found


def _fits(row: MatrixRow, status: str, query: str) -> bool:
    locality = row.locality
    names = (locality.code, locality.name_zh, locality.name_en.lower())
    return (not query or any(query.lower() in name for name in names)) and (
        not status or any(cell.status == status for cell in row.cells)
    )


def _sorted(rows: list[MatrixRow], sort: str) -> list[MatrixRow]:
    code, is_descending = sort.removeprefix("-"), sort.startswith("-")
    if code == "locality":
        return sorted(rows, key=lambda row: row.locality.code, reverse=is_descending)

    def value(row: MatrixRow) -> Decimal | None:
        return next((cell.value for cell in row.cells if cell.node.code == code), None)

    # Places without a value come last in either direction.
    with_value = [row for row in rows if value(row) is not None]
    with_value.sort(key=lambda row: value(row) or Decimal(0), reverse=is_descending)
    return with_value + [row for row in rows if value(row) is None]


def _status_chips(
    chosen: QueryDict, current: str, counts: Mapping[str, int]
) -> list[dict[str, Any]]:
    offered = [("", _("All"), None)] + [
        (status.value, str(status.label), counts[status.value])
        for status in Status
        if counts[status.value] or status.value == current
    ]
    return [
        {
            "label": label,
            "url": query_url(chosen, status=code),
            "is_current": code == current,
            "count": count,
        }
        for code, label, count in offered
    ]


def _dimension_chips(
    chosen: QueryDict, current: str, framework: FrameworkDocument
) -> list[dict[str, Any]]:
    offered = [("", _("All"))] + [
        (n.code, n.title.text(get_language() or "zh-hans")) for n in _dimensions(framework)
    ]
    return [
        {"label": label, "url": query_url(chosen, dimension=code), "is_current": code == current}
        for code, label in offered
    ]
