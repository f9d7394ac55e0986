"""Reads of observations: the matrix, what is missing, the rows the engine takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import Locality, User
from accounts.queries import locality_ids, region_ids
from accounts.roles import LOCALITY_ROLES, Role
from assessment.cycles.models import Cycle
from assessment.engine.document import Node
from assessment.engine.tables import write_table
from assessment.observations.models import Observation
from assessment.observations.statuses import Status
from assessment.observations.validity import plain_number

COLUMNS = ("locality", "indicator", "value", "status")
_REGION_READERS = (Role.COORDINATOR, Role.REVIEWER, Role.AUDITOR)


@dataclass(frozen=True)
class Cell:
    """One place of the matrix; without an observation nothing has been recorded there."""

    locality: Locality
    node: Node
    observation: Observation | None

    @property
    def status(self) -> str:
        """The status recorded; ``missing`` where nothing is."""
        return self.observation.status if self.observation else Status.MISSING.value

    @property
    def value(self) -> Decimal | None:
        """The value recorded, if the status is ``value``."""
        return self.observation.value if self.observation else None


@dataclass(frozen=True)
class MatrixRow:
    """The cells of one locality, in the order of the framework's indicators."""

    locality: Locality
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Matrix:
    """Localities × observed nodes of a cycle."""

    nodes: tuple[Node, ...]
    rows: tuple[MatrixRow, ...]

    @property
    def cells(self) -> Iterable[Cell]:
        """Every cell, row by row."""
        return (cell for row in self.rows for cell in row.cells)

    def count(self, status: str) -> int:
        """How many cells have the status."""
        return sum(cell.status == status for cell in self.cells)


def visible_to(user: User | AnonymousUser) -> QuerySet[Observation]:
    """All observations of the regions one reads for; a locality's people see their own."""
    return Observation.objects.filter(
        Q(cycle__region_id__in=region_ids(user, _REGION_READERS))
        | Q(locality_id__in=locality_ids(user, LOCALITY_ROLES))
    )


def matrix(cycle: Cycle) -> Matrix:
    """Every participant and every observed node of the framework; two SQL queries."""
    nodes = cycle.framework_version.parsed.observed
    stored = {
        (o.locality_id, o.indicator): o
        for o in Observation.objects.filter(cycle=cycle).select_related("recorded_by")
    }
    rows = tuple(
        MatrixRow(
            locality,
            tuple(Cell(locality, node, stored.get((locality.pk, node.code))) for node in nodes),
        )
        for locality in _localities(cycle)
    )
    return Matrix(nodes, rows)


def missing(cycle: Cycle) -> list[Cell]:
    """The cells without a usable answer: nothing recorded, or recorded as missing."""
    return [cell for cell in matrix(cycle).cells if cell.status == Status.MISSING]


def as_engine_rows(cycle: Cycle) -> list[dict[str, str]]:
    """One row per participant and observed node with the columns of OBSERVATIONS.csv.

    A cell in which nothing was recorded is said to be ``missing``: nothing is left out.
    """
    return [
        {
            "locality": cell.locality.code,
            "indicator": cell.node.code,
            "value": "" if cell.value is None else plain_number(cell.value),
            "status": cell.status,
        }
        for cell in matrix(cycle).cells
    ]


def as_csv(cycle: Cycle) -> str:
    """The rows of ``as_engine_rows`` as OBSERVATIONS.csv; equal content gives equal text."""
    return write_table(
        COLUMNS, ([row[name] for name in COLUMNS] for row in as_engine_rows(cycle))
    )


def _localities(cycle: Cycle) -> list[Locality]:
    participants = cycle.participants.select_related("locality__parent")
    return [participant.locality for participant in participants.order_by("locality__code")]
