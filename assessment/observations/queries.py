"""Reads of observations: the matrix, what is missing, the rows the engine takes."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Locality, User
from accounts.queries import locality_ids, region_ids
from accounts.roles import LOCALITY_ROLES, Role
from assessment.cycles.models import Cycle
from assessment.engine.document import Node
from assessment.engine.figures import plain_number
from assessment.engine.tables import write_table
from assessment.observations.import_file import ReadImport, RowProblem, read_import
from assessment.observations.models import Observation, Settled
from assessment.observations.statuses import Status

COLUMNS = ("locality", "indicator", "value", "status")
_REGION_READERS = (Role.COORDINATOR, Role.AUDITOR, Role.INTEGRATOR)


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


def as_engine_rows(cells: Iterable[Cell]) -> Iterator[dict[str, str]]:
    """One row per cell with the columns of OBSERVATIONS.csv.

    A cell in which nothing was recorded is said to be ``missing``: nothing is left out.
    """
    for cell in cells:
        yield {
            "locality": cell.locality.code,
            "indicator": cell.node.code,
            "value": "" if cell.value is None else plain_number(cell.value),
            "status": cell.status,
        }


def as_csv(cycle: Cycle) -> str:
    """Every observation of the cycle as OBSERVATIONS.csv; equal content gives equal text."""
    return cells_csv(matrix(cycle).cells)


def cells_csv(cells: Iterable[Cell], *, notice: str = "") -> str:
    """The rows of ``as_engine_rows`` as OBSERVATIONS.csv.

    It holds codes and figures only and begins without a byte order mark. A ``notice`` stands
    in one more column, which every reader of the format passes over.
    """
    columns = (*COLUMNS, "notice") if notice else COLUMNS
    rows = (row | {"notice": notice} for row in as_engine_rows(cells))
    return write_table(columns, ([row[name] for name in columns] for row in rows))


@dataclass(frozen=True)
class Change:
    """What one row of a file would do to a cell."""

    cell: Cell
    row: int
    status: str
    value: Decimal | None

    @property
    def is_new(self) -> bool:
        """Whether nothing was recorded in the cell before."""
        return self.cell.observation is None

    @property
    def settled(self) -> Settled | None:
        """What was signed, monitored or judged in the cell, even if it is left out at present."""
        return self.cell.observation.settled if self.cell.observation else None

    @property
    def restored(self) -> Settled | None:
        """What was settled, where the row puts exactly that back in its place."""
        settled = self.settled
        if settled is None or (settled.status, settled.value) != (self.status, self.value):
            return None
        return settled


@dataclass(frozen=True)
class CheckedImport:
    """A file held against the cycle: problems, or what it would change.

    ``state`` identifies the observations it was compared with.
    """

    read: ReadImport
    changes: list[Change]
    unchanged: int
    state: str

    @property
    def problems(self) -> list[RowProblem]:
        """Everything that stands in the way."""
        return self.read.problems


def check_import(cycle: Cycle, content: bytes) -> CheckedImport:
    """Read a file of observations without changing anything."""
    now = matrix(cycle)
    cells = {(cell.locality.code, cell.node.code): cell for cell in now.cells}
    read = read_import(
        content,
        {row.locality.code: row.locality for row in now.rows},
        {node.code: node for node in now.nodes},
    )
    changes = [
        Change(cell, row.row, row.status, row.value)
        for row in read.rows
        if (cell := cells[row.locality.code, row.node.code])
        and (cell.status, cell.value) != (row.status, row.value)
    ]
    refused = [
        _not_for_import(change, settled)
        for change in changes
        if (settled := change.settled) and not _may_stand_for(change, settled)
    ]
    if refused:
        return CheckedImport(ReadImport(read.sha256, [], refused), [], 0, state_of(cycle))
    return CheckedImport(read, changes, len(read.rows) - len(changes), state_of(cycle))


def _may_stand_for(change: Change, settled: Settled) -> bool:
    """Leaving out what is settled is a decision; from there the only way is back to it."""
    return change.status == Status.EXCLUDED or change.restored == settled


def _not_for_import(change: Change, settled: Settled) -> RowProblem:
    stored = Status(settled.status).label
    held = stored if settled.value is None else plain_number(settled.value)
    found = Status(change.status).label if change.value is None else plain_number(change.value)
    return RowProblem(
        change.row,
        "value",
        str(found),
        _("%(value)s, as signed, monitored or judged") % {"value": held},
        _("Correct it where it comes from: return the form, or derive or settle the value again."),
    )


def state_of(cycle: Cycle) -> str:
    """SHA-256 of the observations as CSV: equal exactly when every value and status is."""
    return hashlib.sha256(as_csv(cycle).encode()).hexdigest()


def _localities(cycle: Cycle) -> list[Locality]:
    participants = cycle.participants.select_related("locality__parent")
    return [participant.locality for participant in participants.order_by("locality__code")]


def values_before(
    places: Collection[tuple[Cycle, int]],
) -> dict[tuple[int, int], dict[str, Decimal]]:
    """The values recorded in the cycle before each (cycle, locality), by both primary keys.

    An indicator that had another unit then is left out: its figures cannot be compared.
    Two queries, none where no cycle has one before it.
    """
    before = {cycle.previous_id for cycle, _locality in places if cycle.previous_id}
    if not before:
        return {}
    cycles = Cycle.objects.select_related("framework_version").in_bulk(before)
    recorded: dict[tuple[int, int], dict[str, Decimal]] = {}
    stored = Observation.objects.filter(
        cycle__in=before,
        locality__in={locality for _cycle, locality in places},
        status=Status.VALUE,
    )
    for observation in stored.only("cycle_id", "locality_id", "indicator", "value"):
        if observation.value is not None:
            place = observation.cycle_id, observation.locality_id
            recorded.setdefault(place, {})[observation.indicator] = observation.value
    return {
        (cycle.pk, locality): _comparable(
            cycles[cycle.previous_id], cycle, recorded.get((cycle.previous_id, locality), {})
        )
        for cycle, locality in places
        if cycle.previous_id
    }


def _comparable(before: Cycle, cycle: Cycle, values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    if before.framework_version_id == cycle.framework_version_id:
        return dict(values)
    then, now = before.framework_version.parsed.by_code, cycle.framework_version.parsed.by_code
    return {
        code: value
        for code, value in values.items()
        if code in then and code in now and then[code].unit == now[code].unit
    }
