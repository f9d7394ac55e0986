"""The indicators' values step by step: denominate → screen → impute → screen → treat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np

from assessment.engine import observations as obs
from assessment.engine.arrays import BoolArray, CodeArray, FloatArray
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.history import History, linear, previous
from assessment.engine.localities import Localities
from assessment.engine.problems import Problem, ScoringError
from assessment.engine.snapshot import STATUS_CODES, Snapshot
from assessment.engine.steps.columns import readable
from assessment.engine.steps.denominate import denominated
from assessment.engine.steps.impute import imputed
from assessment.engine.steps.screen import Screening, screened
from assessment.engine.steps.treat import treated


@dataclass(frozen=True)
class Data:
    """Every step's result, localities × ``nodes`` (the indicators); NaN where there is none.

    A step no indicator asks for repeats the array before it. ``treatments`` holds indices into
    ``steps.treat.TREATMENTS``.
    """

    nodes: tuple[Node, ...]
    observed: FloatArray
    statuses: CodeArray
    denominated: FloatArray
    screening: Screening
    filled: FloatArray
    imputed: BoolArray
    treated: FloatArray
    treatments: CodeArray

    @property
    def without_size(self) -> BoolArray:
        """Return the values that are missing for want of a denominator."""
        return np.isnan(self.denominated) & ~np.isnan(self.observed)

    def is_screened(self, framework: FrameworkDocument) -> BoolArray:
        """Return the cells that a screen of the indicator or of a branch above took out."""
        return is_screened(framework, self.nodes, self.screening, self.observed.shape)

    def amended(self, places: Sequence[int], part: Data) -> Data:
        """The same with other columns at ``places``, those of ``part``; branches screen nobody."""
        made: dict[tuple[int, int], FloatArray] = {}

        def put(name: str) -> Any:
            old, new = getattr(self, name), getattr(part, name)
            key = (id(old), id(new))  # steps that nobody asks for share their array
            if key not in made:
                made[key] = old.copy(order="F")
                made[key][:, places] = new
            return made[key]

        out = self.screening.indicators.copy()
        out[places] = part.screening.indicators
        arrays = {name: put(name) for name in _ARRAYS}
        return replace(self, screening=replace(self.screening, indicators=out), **arrays)


_ARRAYS: Final = (
    *("observed", "statuses", "denominated", "filled", "imputed", "treated", "treatments"),
)


def is_screened(
    framework: FrameworkDocument,
    nodes: Sequence[Node],
    screening: Screening,
    shape: tuple[int, ...],
) -> BoolArray:
    """Return the cells, localities × ``nodes``, that a screen of the node or above it took out."""
    out = np.broadcast_to(screening.indicators, shape).copy()
    for column, node in enumerate(nodes):
        for branch in framework.ancestors(node.code):
            if branch.code in screening.localities:
                out[:, column] |= screening.localities[branch.code]
    return out


def data_of(
    framework: FrameworkDocument,
    nodes: Sequence[Node],
    snapshot: Snapshot,
    localities: Localities,
    history: History | None,
    on: date | None,
) -> Data:
    """Take the indicators' observations through the steps before normalisation.

    ``history`` has values of other periods for the indicators imputed over time. Raises
    ScoringError with every cell and indicator for which a step has no answer.
    """
    problems = [
        Problem("column_missing", params={"column": name})
        for name in framework.groups or ()
        if name not in localities.columns
    ]
    columns = [snapshot.column[node.code] for node in nodes]
    observed, statuses = snapshot.values[:, columns], snapshot.statuses[:, columns]
    sized = denominated(nodes, observed, localities, problems)
    away = (STATUS_CODES[obs.NOT_APPLICABLE], STATUS_CODES[obs.EXCLUDED])
    applicable = ~np.isin(statuses, away)
    codes = localities.codes
    early = screened(framework, nodes, sized, applicable, codes, problems, is_late=False)
    missing = (statuses == STATUS_CODES[obs.MISSING]) | (np.isnan(sized) & ~np.isnan(observed))
    kept = sized
    if not early.is_idle:
        out = is_screened(framework, nodes, early, observed.shape)
        kept = np.where(out, np.nan, sized)
        missing, applicable = missing & ~out, applicable & ~out
    past = _past_values(nodes, localities, history, on, problems)
    filled, is_filled = imputed(nodes, kept, missing, localities, past, problems)
    late = screened(framework, nodes, filled, applicable, codes, problems, is_late=True)
    screening = early.joined(late)
    if not late.is_idle:
        out = is_screened(framework, nodes, late, observed.shape)
        filled, is_filled = np.where(out, np.nan, filled), is_filled & ~out
    clean, marks = treated(nodes, filled, problems)
    found = Data(
        *(tuple(nodes), observed, statuses, sized, screening, filled, is_filled, clean, marks)
    )
    if problems:
        raise ScoringError(problems, found)
    return found


def _past_values(
    nodes: Sequence[Node],
    localities: Localities,
    history: History | None,
    on: date | None,
    problems: list[Problem],
) -> dict[str, FloatArray]:
    """What stands in by locality for the indicators imputed over time, denominated as now."""
    asking = [node for node in nodes if node.impute is not None and node.impute.is_over_time]
    found: dict[str, FloatArray] = {}
    for node in asking:
        found[node.code] = np.full(len(localities.items), np.nan)
        is_linear = node.impute is not None and node.impute.method == "linear"
        if history is None:
            problems.append(Problem("history_needed", node.code))
            continue
        if on is None:  # which periods lie before cannot be told
            problems.append(Problem("period_needed", node.code))
            continue
        for row, code in enumerate(localities.codes):
            series = history.series.get((code, node.code), [])
            value = linear(series, on) if is_linear else previous(series, on)
            if value is not None:
                found[node.code][row] = value
        if is_linear:
            found[node.code] = readable(found[node.code])
    # A past value is divided by today's size; a size at fault is reported with today's values.
    if not asking or history is None:
        return found
    table = np.column_stack([found[node.code] for node in asking])
    sized = denominated(asking, table, localities, [])
    return {node.code: sized[:, place] for place, node in enumerate(asking)}
