"""The one door through which values enter a cycle."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import Locality, User
from accounts.text import labelled
from assessment.audit.services import record_event
from assessment.cycles.models import Cycle
from assessment.cycles.services import lock_cycle
from assessment.engine.document import Node
from assessment.engine.figures import plain_number
from assessment.observations.import_file import RowProblem
from assessment.observations.models import SETTLED_SOURCES, Observation, Settled
from assessment.observations.permissions import can_record_observations
from assessment.observations.queries import Change, check_import
from assessment.observations.statuses import Status
from assessment.observations.validity import MAX_DECIMALS, Fault, find_fault
from assessment.observations.workflow import require_recording_stage

_PLACES = Decimal(1).scaleb(-MAX_DECIMALS)


@dataclass(frozen=True)
class ObservationInput:
    """One value to record: ``value`` is given exactly when ``status`` is ``value``.

    ``source`` is given where it is not that of the call: what was left out is put back.
    """

    locality_id: int
    indicator: str
    status: str
    value: Decimal | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True)
class RecordOutcome:
    """How many observations were new, changed, or found as they already were."""

    created: int
    changed: int
    unchanged: int


@transaction.atomic
def record_observations(
    *,
    cycle: Cycle,
    rows: Sequence[ObservationInput],
    source: str,
    by: User | None,
    at: datetime,
    action: str = "observations.record",
) -> RecordOutcome:
    """Write the rows over what the cycle holds, all or none, with one audit event.

    Every row must name a participant and an observed indicator of the cycle's framework,
    and its status and value must fit the indicator: else ``ValidationError`` on ``rows``
    lists every fault. ``NotAllowedNow`` unless the cycle is collecting, reviewing or
    preliminary. A row equal to the stored observation leaves it untouched; where all are,
    nothing is recorded. What is excluded by another source than its own is kept beside
    (``Observation.settled``), and stays excluded when it is settled anew: leaving it out was a
    decision, only its maker takes it back. ``action`` is the event's code.
    """
    cycle = lock_cycle(cycle)
    if by is not None:
        require(can_record_observations, by, cycle)
    require_recording_stage(cycle.stage)
    localities = {p.locality_id: p.locality for p in cycle.participants.select_related("locality")}
    _check_rows(cycle, rows, localities)
    stored = {(o.locality_id, o.indicator): o for o in cycle.observations.all()}
    fresh = [_observation(cycle, row, source, by, at, stored.get(_place(row))) for row in rows]
    writes = [o for o in fresh if not _is_same(stored.get((o.locality_id, o.indicator)), o)]
    Observation.objects.bulk_create(
        writes,
        update_conflicts=True,
        unique_fields=["cycle", "locality", "indicator"],
        update_fields=[
            *("status", "value", "source", "provenance", "left_out"),
            *("recorded_by", "recorded_at"),
        ],
    )
    created = sum((o.locality_id, o.indicator) not in stored for o in writes)
    if writes:
        _record_event(action, cycle, writes, stored, localities, by, at)
    return RecordOutcome(created, len(writes) - created, len(fresh) - len(writes))


class ImportRefusedError(ValidationError):
    """A file that cannot be imported; ``problems`` lists every row at fault."""

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        super().__init__({"upload": [_sentence(problem) for problem in problems]})
        self.problems = list(problems)


@transaction.atomic
def import_csv(
    *,
    cycle: Cycle,
    upload: "File[bytes]",
    by: User | None,
    at: datetime,
    expected_state: str | None = None,
) -> RecordOutcome:
    """Record the rows of an OBSERVATIONS.csv (source ``import``), all or none.

    Raises ``ImportRefusedError`` with every problem found. Rows that repeat what is recorded
    leave it, with its provenance, as it is. With ``expected_state`` (``CheckedImport.state``)
    the import is refused with a ``ValidationError`` if observations changed since then.
    """
    cycle = lock_cycle(cycle)
    if by is not None:
        require(can_record_observations, by, cycle)
    require_recording_stage(cycle.stage)
    checked = check_import(cycle, upload.read())
    if checked.problems:
        raise ImportRefusedError(checked.problems)
    if expected_state not in {None, checked.state}:
        message = _("Observations were changed since the file was checked. Check it again.")
        raise ValidationError({"upload": [message]})
    name = Path(upload.name or "").name
    file = {"file": name, "sha256": checked.read.sha256}
    rows = [_imported(change, file) for change in checked.changes]
    outcome = record_observations(
        cycle=cycle, rows=rows, source="import", by=by, at=at, action="observations.import"
    )
    return replace(outcome, unchanged=outcome.unchanged + checked.unchanged)


def _imported(change: Change, file: Mapping[str, Any]) -> ObservationInput:
    locality_id, code = change.cell.locality.pk, change.cell.node.code
    settled = change.restored
    if settled is not None:
        return ObservationInput(
            locality_id, code, settled.status, settled.value, settled.provenance, settled.source
        )
    provenance = {**file, "row": change.row}
    return ObservationInput(locality_id, code, change.status, change.value, provenance)


def _sentence(problem: RowProblem) -> str:
    place = _("Row %(row)s") % {"row": problem.row} if problem.row else _("File")
    what = Fault(problem.found, problem.expected, problem.remedy)
    if problem.column:
        place = _("%(row)s, column “%(column)s”") % {"row": place, "column": problem.column}
    return _("%(place)s: %(what)s") % {"place": place, "what": what}


def _check_rows(
    cycle: Cycle, rows: Sequence[ObservationInput], localities: Mapping[int, Locality]
) -> None:
    observed = {node.code: node for node in cycle.framework_version.parsed.observed}
    faults = [*_row_faults(rows, observed, localities), *_repeated(rows, localities)]
    if faults:
        raise ValidationError({"rows": faults})


def _row_faults(
    rows: Iterable[ObservationInput],
    observed: Mapping[str, Node],
    localities: Mapping[int, Locality],
) -> Iterable[str]:
    for row in rows:
        locality = localities.get(row.locality_id)
        node = observed.get(row.indicator)
        if locality is None:
            yield _("Locality %(id)s does not take part in the cycle.") % {"id": row.locality_id}
        elif node is None:
            yield _("%(code)s is not an indicator of the framework.") % {"code": row.indicator}
        elif fault := find_fault(node, row.status, row.value):
            yield labelled(f"{locality.code} {row.indicator}", fault)


def _repeated(
    rows: Iterable[ObservationInput], localities: Mapping[int, Locality]
) -> Iterable[str]:
    seen: set[tuple[int, str]] = set()
    for row in rows:
        key = (row.locality_id, row.indicator)
        if key in seen and row.locality_id in localities:
            place = f"{localities[row.locality_id].code} {row.indicator}"
            yield _("%(place)s is given twice.") % {"place": place}
        seen.add(key)


def _observation(
    cycle: Cycle,
    row: ObservationInput,
    source: str,
    by: User | None,
    at: datetime,
    old: Observation | None,
) -> Observation:
    given = Observation(
        cycle=cycle,
        locality_id=row.locality_id,
        indicator=row.indicator,
        status=row.status,
        value=None if row.value is None else row.value.quantize(_PLACES),
        source=row.source or source,
        provenance=dict(row.provenance),
        recorded_by=by,
        recorded_at=at,
    )
    if old is not None and source in SETTLED_SOURCES and _is_left_out(old):
        given.left_out = _kept(given.settled)
        given.status, given.value = old.status, old.value
        given.source, given.provenance = old.source, old.provenance
    elif old is not None and _is_left_out(given):
        given.left_out = _kept(old.settled)
    return given


def _place(row: ObservationInput) -> tuple[int, str]:
    return row.locality_id, row.indicator


def _is_left_out(observation: Observation) -> bool:
    """Whether another source than its own excludes it."""
    return observation.status == Status.EXCLUDED and observation.source not in SETTLED_SOURCES


def _kept(settled: Settled | None) -> dict[str, Any] | None:
    if settled is None:
        return None
    return {
        "status": settled.status,
        "value": None if settled.value is None else plain_number(settled.value),
        "source": settled.source,
        "provenance": dict(settled.provenance),
    }


def _is_same(old: Observation | None, new: Observation) -> bool:
    return old is not None and all(
        getattr(old, name) == getattr(new, name)
        for name in ("status", "value", "source", "provenance", "left_out")
    )


def _record_event(
    action: str,
    cycle: Cycle,
    writes: Sequence[Observation],
    stored: Mapping[tuple[int, str], Observation],
    localities: Mapping[int, Locality],
    by: User | None,
    at: datetime,
) -> None:
    before, after = {}, {}
    for new in writes:
        label = f"{localities[new.locality_id].code} {new.indicator}"
        old = stored.get((new.locality_id, new.indicator))
        if old is not None:
            before[label] = _said(old)
        after[label] = _said(new)
    concerned = {o.locality_id for o in writes}
    record_event(
        action=action,
        by=by,
        at=at,
        target=cycle,
        before=before,
        after=after,
        region=cycle.region,
        locality=localities[concerned.pop()] if len(concerned) == 1 else None,
    )


def _said(observation: Observation) -> str:
    said = _as_text(observation.status, observation.value, observation.source)
    kept = observation.settled if observation.left_out is not None else None
    return said if kept is None else f"{said} [{_as_text(kept.status, kept.value, kept.source)}]"


def _as_text(status: str, value: Decimal | None, source: str) -> str:
    shown = status if value is None else plain_number(value)
    return f"{shown} ({source})"
