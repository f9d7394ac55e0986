"""Why scores and ranks changed between two runs: own data, method, peers.

``own``: the locality's observations, statuses, adjustments, sizes and values of other periods.
``method``: the framework (weights, normalisation, rules, goalposts) and the day that chooses
dated parameters. ``peers``: the data of all others, and who they are. How the worlds between
the runs are made is said in ``counterfactuals``, how a change is split in ``shapley``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.counterfactuals import Worlds, worlds_of
from assessment.engine.document import Node
from assessment.engine.explain_change import explain_change
from assessment.engine.problems import Problem
from assessment.engine.ranks import competition_ranks, rank_number
from assessment.engine.results import ResultRow, Results
from assessment.engine.rounding import FLOAT_NOISE, published_units, units_to_decimal
from assessment.engine.shapley import rounded_parts, shapley_parts
from assessment.engine.tables import put_table, write_table

FORMAT: Final = "lianping-comparison/1"
# Places of the parts of a change in rank, which are sixths.
RANK_DECIMALS: Final = 2

COMPARED: Final = "compared"
ONLY_BEFORE, ONLY_AFTER = "only_before", "only_after"
NODE_ONLY_BEFORE, NODE_ONLY_AFTER = "node_only_before", "node_only_after"
SCORED_ONLY_BEFORE, SCORED_ONLY_AFTER = "scored_only_before", "scored_only_after"
NOT_SCORED: Final = "not_scored"
UNCOMPARED: Final = (
    *(ONLY_BEFORE, ONLY_AFTER, NODE_ONLY_BEFORE, NODE_ONLY_AFTER),
    *(SCORED_ONLY_BEFORE, SCORED_ONLY_AFTER, NOT_SCORED),
)

COLUMNS: Final = (
    *("locality", "node", "status", "before", "after", "change"),
    *("change_own", "change_method", "change_peers"),
    *("rank_before", "rank_after", "rank_change"),
    *("rank_own", "rank_method", "rank_peers", "improvement_rank"),
)


_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class Parts(NamedTuple):
    """The three parts of a change; they add up to it to the last digit."""

    own: Decimal
    method: Decimal
    peers: Decimal


@dataclass(frozen=True, slots=True)
class Change:
    """What changed for one locality and node.

    ``status`` says whether there is a change at all: ``compared``, or which run lacks the
    locality (``only_…``), the node (``node_only_…``) or the score (``scored_only_…``,
    ``not_scored``). ``change`` is the difference of the full-precision scores, rounded once at
    the later framework's places; ``rank_change`` counts places, positive for a better rank.
    ``improvement_rank`` ranks ``change`` within the node. Without parts ``cause`` says which
    world between the runs has no answer, where that is known.
    """

    locality: str
    node: str
    status: str
    before: ResultRow | None
    after: ResultRow | None
    change: Decimal | None = None
    parts: Parts | None = None
    rank_change: int | None = None
    rank_parts: Parts | None = None
    improvement_rank: int | None = None
    cause: Problem | None = None


@dataclass(frozen=True)
class Comparison:
    """Two runs and, by locality and node, what changed between them."""

    before: Results
    after: Results
    changes: tuple[Change, ...]

    @cached_property
    def _places(self) -> dict[tuple[str, str], Change]:
        return {(item.locality, item.node): item for item in self.changes}

    def change(self, locality: str, node: str | None = None) -> Change:
        """Return one change, the later index's without a node; ``KeyError`` for unknown codes."""
        code = self.after.framework.root.code if node is None else node
        return self._places[locality, code]

    def improvement_ranking(self, node: str | None = None) -> list[Change]:
        """Return a node's changes, the largest gain first, those without a change last."""
        code = self.after.framework.root.code if node is None else node
        found = [item for item in self.changes if item.node == code]
        return sorted(
            found, key=lambda item: (item.improvement_rank is None, item.improvement_rank or 0)
        )

    def explain(self, locality: str, node: str | None = None, language: str = "en") -> str:
        """Return why score and rank changed as readable text in ``zh-Hans`` or ``en``."""
        found = self.change(locality, node)
        run = self.before if found.after is None else self.after
        name = run.localities.items[run.row_of[locality]].name_in(language)
        title = run.framework.node(found.node).title.text(language)
        return explain_change(found, name, title, language)

    def as_dict(self) -> dict[str, Any]:
        """Return both runs' frameworks and days and all changes as JSON values."""
        return {**self._head(), "changes": [_change_dict(item) for item in self.changes]}

    def _head(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "before": _run_dict(self.before),
            "after": _run_dict(self.after),
        }

    def as_csv(self) -> str:
        """Return ``comparison.csv``; what there is not is an empty cell."""
        return write_table(COLUMNS, (_cells(item) for item in self.changes))

    def write(self, directory: str | Path) -> None:
        """Write ``comparison.json`` and ``comparison.csv``, change by change."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "comparison.json").open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(self._json_pieces())
        with (folder / "comparison.csv").open("w", encoding="utf-8", newline="\n") as file:
            put_table(file, COLUMNS, (_cells(item) for item in self.changes))

    def _json_pieces(self) -> Iterator[str]:
        yield "{\n"
        for key, value in self._head().items():
            yield f" {_json(key)}: {_json(value)},\n"
        yield ' "changes": ['
        for place, item in enumerate(self.changes):
            yield f"{',' if place else ''}\n  {_json(_change_dict(item))}"
        yield "\n ]\n}\n"


def compare(before: Results, after: Results) -> Comparison:
    """Say for every locality and node of two runs what changed and why.

    Under a framework in which peers move scores (``counterfactuals.depends_on_peers``) this
    takes up to four runs for each locality whose own data changed. Raises ValueError for results
    of ``rescore``: no data and no framework say how they came about.
    """
    if before.is_what_if or after.is_what_if:
        raise ValueError("results under changes cannot be compared")
    codes = [code for code in after.localities.codes if code in before.row_of]
    nodes = [node.code for node in after.plan.nodes if node.code in before.plan.column]
    worlds = worlds_of(before, after, codes, nodes)
    found = _Split(before, after, codes, nodes, worlds)
    changes = [
        found.change(locality, node)
        for locality in dict.fromkeys([*after.localities.codes, *before.localities.codes])
        for node in _nodes(before, after)
    ]
    return Comparison(before, after, tuple(item for item in changes if item is not None))


def _nodes(before: Results, after: Results) -> list[str]:
    every: Iterator[Node] = (node for run in (after, before) for node in run.plan.nodes)
    return list(dict.fromkeys(node.code for node in every))


class _Split:
    """The parts of every change as arrays, localities × nodes, in units of the last place."""

    def __init__(
        self,
        before: Results,
        after: Results,
        codes: Sequence[str],
        nodes: Sequence[str],
        worlds: Worlds,
    ) -> None:
        self.before, self.after, self.worlds = before, after, worlds
        self.row = {code: place for place, code in enumerate(codes)}
        self.column = {code: place for place, code in enumerate(nodes)}
        self.decimals = after.framework.decimals
        late, early = worlds.scores[1, 1, 1], worlds.scores[0, 0, 0]
        noise = FLOAT_NOISE * (np.abs(late) + np.abs(early))
        self.units = published_units(late - early, self.decimals, noise=noise)
        self.improvement = np.column_stack(
            [competition_ranks(column) for column in self.units.T] or [np.empty((len(codes), 0))]
        )
        self.parts = rounded_parts(shapley_parts(worlds.scores), self.units, self.decimals)
        self.places = worlds.ranks[0, 0, 0] - worlds.ranks[1, 1, 1]
        self.rank_parts = rounded_parts(
            -shapley_parts(worlds.ranks), self.places * 10.0**RANK_DECIMALS, RANK_DECIMALS
        )

    def change(self, locality: str, node: str) -> Change | None:
        rows = [_row(run, locality, node) for run in (self.before, self.after)]
        if rows == [None, None]:
            return None
        status = self._status(locality, node, rows)
        if status != COMPARED:
            return Change(locality, node, status, before=rows[0], after=rows[1])
        place = (self.row[locality], self.column[node])
        parts = _parts(self.parts[:, *place], self.decimals)
        places = self.places[place]
        return Change(
            locality,
            node,
            status,
            before=rows[0],
            after=rows[1],
            change=units_to_decimal(self.units[place], self.decimals),
            parts=parts,
            rank_change=int(places),
            rank_parts=_parts(self.rank_parts[:, *place], RANK_DECIMALS),
            improvement_rank=rank_number(self.improvement[place]),
            cause=None if parts is not None else self.worlds.causes.get(locality),
        )

    def _status(self, locality: str, node: str, rows: Sequence[ResultRow | None]) -> str:
        if locality not in self.row:
            return ONLY_AFTER if locality in self.after.row_of else ONLY_BEFORE
        if node not in self.column:
            return NODE_ONLY_AFTER if node in self.after.plan.column else NODE_ONLY_BEFORE
        is_scored = [row is not None and row.score is not None for row in rows]
        if is_scored == [True, False]:
            return SCORED_ONLY_BEFORE
        if is_scored == [False, True]:
            return SCORED_ONLY_AFTER
        return COMPARED if all(is_scored) else NOT_SCORED


def _row(run: Results, locality: str, node: str) -> ResultRow | None:
    if locality not in run.row_of or node not in run.plan.column:
        return None
    return run.row(locality, node)


def _parts(units: FloatArray, decimals: int) -> Parts | None:
    found = [units_to_decimal(value, decimals) for value in units]
    own, method, peers = found
    if own is None or method is None or peers is None:
        return None
    return Parts(own, method, peers)


def _run_dict(run: Results) -> dict[str, Any]:
    return {
        "framework": run.framework.code,
        "version": run.framework.version,
        "on": None if run.on is None else run.on.isoformat(),
        "localities": len(run.localities.items),
    }


def _change_dict(item: Change) -> dict[str, Any]:
    cause = item.cause
    return {
        "locality": item.locality,
        "node": item.node,
        "status": item.status,
        "before": _side_dict(item.before),
        "after": _side_dict(item.after),
        "change": None if item.change is None else str(item.change),
        "parts": _parts_dict(item.parts),
        "rank_change": item.rank_change,
        "rank_parts": _parts_dict(item.rank_parts),
        "improvement_rank": item.improvement_rank,
        "cause": cause and {"zh-Hans": cause.text("zh-Hans"), "en": cause.text("en")},
    }


def _side_dict(row: ResultRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    published = None if row.published is None else str(row.published)
    return {"score": row.score, "published": published, "rank": row.rank, "grade": row.grade}


def _parts_dict(parts: Parts | None) -> dict[str, str] | None:
    return None if parts is None else {name: str(part) for name, part in parts._asdict().items()}


def _cells(item: Change) -> list[str]:
    values: list[object] = [
        *(item.locality, item.node, item.status),
        *(row.published if row else None for row in (item.before, item.after)),
        *(item.change, *(item.parts or (None,) * 3)),
        *(row.rank if row else None for row in (item.before, item.after)),
        *(item.rank_change, *(item.rank_parts or (None,) * 3), item.improvement_rank),
    ]
    return ["" if value is None else str(value) for value in values]
