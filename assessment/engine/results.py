"""The results of a run: arrays, rows, files, and the way to the trace and the sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from assessment.engine import observations as obs
from assessment.engine.adjustments import Adjustment
from assessment.engine.arrays import BoolArray, FloatArray
from assessment.engine.data import Data
from assessment.engine.document import FrameworkDocument
from assessment.engine.evaluation import Evaluation, Inputs
from assessment.engine.explain import explain_node
from assessment.engine.grades import UNGRADED, GradeArray
from assessment.engine.history import History
from assessment.engine.localities import Localities
from assessment.engine.plan import Plan
from assessment.engine.ranks import rank_number
from assessment.engine.rounding import units_to_decimal
from assessment.engine.shares import (
    contribution_points,
    effective_weights,
    point_weights,
    zero_filled,
)
from assessment.engine.standing import AnyStanding
from assessment.engine.tables import put_table, write_table
from assessment.engine.trace import build_trace, node_trace, trace_pieces

# Localities whose rows are made at once.
_BLOCK: Final = 64

RESULT_COLUMNS: Final = ("locality", "node", "score", "published", "rank", "grade")


class ResultRow(NamedTuple):
    """One result: full-precision score, published decimal, rank and grade code, or ``None``."""

    locality: str
    node: str
    score: float | None
    published: Decimal | None
    rank: int | None
    grade: str | None


@dataclass(frozen=True)
class Results:
    """Everything a run found; arrays are localities × ``plan.nodes`` (depth first).

    ``is_what_if`` marks results under changes, which no framework and observations state.
    """

    plan: Plan
    observations: obs.Observations | obs.ObservationMatrix
    localities: Localities
    adjustments: tuple[Adjustment, ...]
    on: date | None
    data: Data
    inputs: Inputs
    evaluation: Evaluation
    standing: AnyStanding
    history: History | None = None
    is_what_if: bool = False

    @property
    def units(self) -> FloatArray:
        """Published values counted in their last place."""
        return self.standing.units

    @property
    def ranks(self) -> FloatArray:
        """Ranks on published values, NaN for the unranked."""
        return self.standing.ranks

    @property
    def grade_places(self) -> GradeArray:
        """Places of the grades, 0 the best."""
        return self.standing.grade_places

    @property
    def group_ranks(self) -> Mapping[str, FloatArray]:
        """Ranks within the groups of each group column."""
        return self.standing.group_ranks

    @property
    def framework(self) -> FrameworkDocument:
        """The framework scored under."""
        return self.plan.framework

    @property
    def scores(self) -> FloatArray:
        """Final scores at full precision, NaN where there is none."""
        return self.evaluation.scores

    @cached_property
    def effective(self) -> FloatArray:
        """Weights in points after what was absent, localities × nodes."""
        return effective_weights(self.evaluation)

    @cached_property
    def worth(self) -> FloatArray:
        """The weights that points are of, localities × nodes: effective ones where they count."""
        return point_weights(self.evaluation, self.effective)

    @cached_property
    def contribution(self) -> FloatArray:
        """What each node adds to its parent's score; NaN where the parent is not a sum."""
        return contribution_points(self.evaluation)

    @cached_property
    def zero_filled(self) -> BoolArray:
        """Which nodes count as the lowest score for want of one."""
        return zero_filled(self.evaluation)

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Row numbers by locality code."""
        return {code: index for index, code in enumerate(self.localities.codes)}

    @cached_property
    def adjustments_at(self) -> Mapping[tuple[str, str], list[Adjustment]]:
        """Adjustments by locality and node."""
        found: dict[tuple[str, str], list[Adjustment]] = {}
        for item in self.adjustments:
            found.setdefault((item.locality, item.node), []).append(item)
        return found

    def row(self, locality: str, node: str | None = None) -> ResultRow:
        """Return one result, the index's without a node; ``KeyError`` for unknown codes."""
        code = self.framework.root.code if node is None else node
        return self.row_at(self.row_of[locality], self.plan.column[code])

    def row_at(self, row: int, column: int) -> ResultRow:
        """Return one result by its place in the arrays."""
        standing, at = self.standing.at(column)
        published = units_to_decimal(standing.units[row, at], self.framework.decimals)
        grade = int(standing.grade_places[row, at])
        return ResultRow(
            self.localities.items[row].code,
            self.plan.nodes[column].code,
            None if published is None else float(self.scores[row, column]),
            published,
            rank_number(standing.ranks[row, at]),
            None if grade == UNGRADED else self.framework.grades[grade].code,
        )

    def rows(self) -> list[ResultRow]:
        """Return all results by locality in their order, nodes depth first."""
        return list(self._each_row())

    def _each_row(self) -> Iterator[ResultRow]:
        """The results one after the other; no more than a block of localities at once."""
        count = len(self.localities.items)
        for start in range(0, count, _BLOCK):
            block = range(start, min(start + _BLOCK, count))
            columns = [self.column_rows(column, block) for column in range(len(self.plan.nodes))]
            for rows in zip(*columns, strict=True):
                yield from rows

    def column_rows(self, column: int, rows: range) -> list[ResultRow]:
        """Return one node's results for these localities."""
        span, (standing, at) = slice(rows.start, rows.stop), self.standing.at(column)
        units, places = np.unique(standing.units[span, at], return_inverse=True)
        decimals = [units_to_decimal(unit, self.framework.decimals) for unit in units.tolist()]
        grades = [grade.code for grade in self.framework.grades]
        code = self.plan.nodes[column].code
        return [
            ResultRow(
                locality,
                code,
                None if decimals[place] is None else score,
                decimals[place],
                rank_number(rank),
                None if grade == UNGRADED else grades[grade],
            )
            for locality, place, score, rank, grade in zip(
                self.localities.codes[span],
                places.tolist(),
                self.scores[span, column].tolist(),
                standing.ranks[span, at].tolist(),
                standing.grade_places[span, at].tolist(),
                strict=True,
            )
        ]

    def ranking(self, node: str | None = None) -> list[ResultRow]:
        """Return a node's results, best first, the unranked last; ties by locality order."""
        found = [self.row(locality, node) for locality in self.localities.codes]
        return sorted(found, key=lambda row: (row.rank is None, row.rank or 0))

    def group_rank(self, column: str, locality: str, node: str | None = None) -> int | None:
        """Return the rank within the locality's group of a group column."""
        code = self.framework.root.code if node is None else node
        standing, at = self.standing.at(self.plan.column[code])
        return rank_number(standing.group_ranks[column][self.row_of[locality], at])

    def trace_of(self, locality: str, node: str) -> dict[str, Any]:
        """Return every step of one result as JSON values."""
        return node_trace(self, self.row_of[locality], node)

    def trace(self) -> dict[str, Any]:
        """Return the whole trace as JSON values (format ``lianping-trace/1``)."""
        return build_trace(self)

    def explain(self, locality: str, node: str, language: str = "en") -> str:
        """Return how a result came about as readable text in ``zh-Hans`` or ``en``."""
        row = self.row_of[locality]
        standing, at = self.standing.at(self.plan.column[node])
        ranks = standing.ranks[:, at]
        return explain_node(
            self.framework,
            self.trace_of(locality, node),
            self.localities.items[row].name_in(language),
            language,
            is_tied=bool((ranks == ranks[row]).sum() > 1),
            children=[
                self.trace_of(locality, child.code) for child in self.framework.children(node)
            ],
        )

    def cells(self) -> Iterator[tuple[str, ...]]:
        """Yield the rows of ``results.csv``; an absent score, rank or grade is an empty cell."""
        for row in self._each_row():
            yield (
                row.locality,
                row.node,
                "" if row.score is None else repr(row.score),
                "" if row.published is None else str(row.published),
                "" if row.rank is None else str(row.rank),
                row.grade or "",
            )

    def results_csv(self) -> str:
        """Return ``results.csv``."""
        return write_table(RESULT_COLUMNS, self.cells())

    def trace_json(self) -> str:
        """Return ``trace.json``."""
        return "".join(trace_pieces(self))

    def write(self, directory: str | Path) -> None:
        """Write ``results.csv`` and ``trace.json``; the same run gives the same bytes.

        Rows and traces are written as they are made, so memory does not grow with the files.
        """
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "results.csv").open("w", encoding="utf-8", newline="\n") as file:
            put_table(file, RESULT_COLUMNS, self.cells())
        with (folder / "trace.json").open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(trace_pieces(self))
