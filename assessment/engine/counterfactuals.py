"""Runs that never were: the data of one run, its peers or its method, put into the other.

A score depends on three factors: the locality's own data, the others' data, and the method. Each
can be taken from the earlier run (0) or from the later (1), which makes eight worlds. What only
one framework measures belongs to the method: an indicator, a node or a column that the other
does not know, or measures in another unit or kind of value, is read from the run that has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np

from assessment.engine.adjustments import Adjustment
from assessment.engine.arrays import FloatArray
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.exchange import (
    RELATIVE_TREATMENTS,
    Standing,
    exchanged,
    exchanged_together,
    moves_by_extremes,
)
from assessment.engine.history import History, PastValue
from assessment.engine.lines import LINEAR
from assessment.engine.localities import Localities, Locality
from assessment.engine.measures import measured_alike
from assessment.engine.methods import STATED_WEIGHTS
from assessment.engine.observations import Observation, Observations
from assessment.engine.pairwise import PAIRWISE
from assessment.engine.problems import EngineError, Problem
from assessment.engine.results import Results
from assessment.engine.run import Prepared, prepare, score

_BY_ORDER = ("rank", "percentile_rank", "borda")


def depends_on_peers(framework: FrameworkDocument) -> bool:
    """Whether the data of one locality can move the score of another."""
    return any(_node_depends(node) for node in framework.weighted_nodes)


def _node_depends(node: Node) -> bool:
    if node.screen is not None:
        return True
    if not node.is_leaf:
        return node.weighting.method not in STATED_WEIGHTS or node.aggregation.method in PAIRWISE
    method = node.normalisation.method if node.normalisation else ""
    return (
        (method in LINEAR and method != "goalposts")
        or method in _BY_ORDER
        or (_imputes_from_others(node))
        or (node.treat is not None and node.treat.method in RELATIVE_TREATMENTS)
    )


def _imputes_from_others(node: Node) -> bool:
    imputation = node.impute
    return (
        imputation is not None and imputation.method != "constant" and not imputation.is_over_time
    )


@dataclass(frozen=True)
class _Entry:
    """One locality's data: its cells, observations, adjustments and past values."""

    cells: Mapping[str, str]
    observed: Mapping[str, Observation]
    adjustments: tuple[Adjustment, ...]
    past: tuple[PastValue, ...]

    @cached_property
    def key(self) -> object:
        """What must be equal for two entries to score alike; rows and reasons are not part."""
        observed = {code: (item.value, item.status) for code, item in self.observed.items()}
        moved = sorted((item.node, item.points) for item in self.adjustments)
        return self.cells, observed, moved, {(p.day, p.indicator): p.value for p in self.past}


@dataclass(frozen=True)
class _World:
    """One scored world; ``lost`` are localities it has no score for, with the cause."""

    results: Results | None
    lost: Mapping[str, Problem] = field(default_factory=dict)
    cause: Problem | None = None


@dataclass(frozen=True)
class Worlds:
    """Scores and ranks, own × method × peers × localities × nodes; NaN where there are none.

    ``causes`` says, by locality, why some world has no answer.
    """

    scores: FloatArray
    ranks: FloatArray
    causes: Mapping[str, Problem]


def worlds_of(
    before: Results, after: Results, codes: Sequence[str], nodes: Sequence[str]
) -> Worlds:
    """Evaluate the eight worlds for localities and nodes that both runs have.

    Under a framework in which no locality moves another, two more runs are enough; under any
    other every locality whose own data changed costs the arithmetic of up to four.
    """
    return _Maker(before, after, tuple(codes), tuple(nodes)).worlds()


Inputs = tuple[
    FrameworkDocument,
    Observations,
    Localities,
    tuple[Adjustment, ...],
    date | None,
    History | None,
]


class _Maker:
    def __init__(
        self, before: Results, after: Results, codes: tuple[str, ...], nodes: tuple[str, ...]
    ) -> None:
        self.runs = (before, after)
        self.codes, self.nodes = codes, nodes
        self.is_same_method = _is_same_method(before, after)
        known = dict.fromkeys([*before.localities.columns, *after.localities.columns])
        read = _columns_read(before.framework) | _columns_read(after.framework)
        self.columns = tuple(name for name in known if name in read)
        shared = measured_alike(before.framework, after.framework)
        both = set(before.plan.column) & set(after.plan.column)
        # entries[peers][method] by locality
        self.entries = [
            [_entries(self.runs, p, m, shared, both, self.columns) for m in (0, 1)] for p in (0, 1)
        ]
        self.causes: dict[str, Problem] = {}

    def worlds(self) -> Worlds:
        shape = (2, 2, 2, len(self.codes), len(self.nodes))
        self.scores, self.ranks = np.full(shape, np.nan), np.full(shape, np.nan)
        for method in (0, 1):
            if method and self.is_same_method:
                self.scores[:, 1], self.ranks[:, 1] = self.scores[:, 0], self.ranks[:, 0]
            else:
                self._fill(method)
        return Worlds(self.scores, self.ranks, self.causes)

    def _fill(self, method: int) -> None:
        earlier, later = self.entries[0][method], self.entries[1][method]
        changed = {
            code
            for code in {**earlier, **later}
            if code not in earlier or code not in later or earlier[code].key != later[code].key
        }
        uniform = [self._uniform(data, method, changed) for data in (0, 1)]
        for data in (0, 1):
            self._put(data, method, data, uniform[data])
            # Whose own data are the same stands in the other's world as the peers do.
            self._put(1 - data, method, data, uniform[data])
        moved = [place for place, code in enumerate(self.codes) if code in changed]
        if not moved:
            return
        alone = len(changed) == 1
        is_absolute = not depends_on_peers(self.runs[method].framework)
        bases: list[Prepared | None] = [None, None]
        if not alone and not is_absolute:
            bases = [self._prepared(method, data, uniform[data]) for data in (0, 1)]
        for own, peers in ((0, 1), (1, 0)):
            if alone:
                self._put(own, method, peers, uniform[own], moved)
            elif is_absolute:
                self._put(own, method, peers, uniform[own], moved)
                self._rank_among(own, method, peers, uniform, moved)
            else:
                self._put_exchanged(own, method, peers, moved, bases)

    def _uniform(self, data: int, method: int, changed: set[str]) -> _World:
        if data == method or self.is_same_method or not changed:
            # Without a change the run under this method is the answer whatever the data.
            return _World(self.runs[method if not changed else data])
        return self._scored(method, self.entries[data][method], protected=None)

    def _put_exchanged(
        self,
        own: int,
        method: int,
        peers: int,
        moved: Sequence[int],
        bases: Sequence[Prepared | None],
    ) -> None:
        """Put each locality that moved among the peers of the other world."""
        mine, theirs = bases[own], bases[peers]
        at_once = self._at_once(mine, theirs, moved)
        for place in moved:
            code = self.codes[place]
            if code in at_once:
                self.scores[own, method, peers, place] = at_once[code].scores
                self.ranks[own, method, peers, place] = at_once[code].ranks
                continue
            if mine is not None and theirs is not None:
                try:
                    found = exchanged(mine, theirs, code, self.nodes)
                except EngineError:
                    pass  # some peer cannot be scored: the mixture below leaves it out
                else:
                    self.scores[own, method, peers, place] = found.scores
                    self.ranks[own, method, peers, place] = found.ranks
                    continue
            self._put(own, method, peers, self._swapped(code, own, method, peers), [place])

    def _at_once(
        self, mine: Prepared | None, theirs: Prepared | None, moved: Sequence[int]
    ) -> Mapping[str, Standing]:
        """Those whose exchange leaves their peers' scores alone, scored in one go."""
        if mine is None or theirs is None or not moves_by_extremes(theirs.plan.framework):
            return {}
        try:
            codes = [self.codes[place] for place in moved]
            return exchanged_together(mine, theirs, codes, self.nodes)
        except EngineError:
            return {}  # one by one it is found who cannot be scored

    def _prepared(self, method: int, data: int, uniform: _World) -> Prepared | None:
        """The world in which all data are of one run, laid out; ``None`` where it lost any."""
        if uniform.results is None or uniform.lost:
            return None
        try:
            return prepare(*self._inputs(self.runs[method], self.entries[data][method]))
        except EngineError:
            return None

    def _swapped(self, code: str, own: int, method: int, peers: int) -> _World:
        entries = {**self.entries[peers][method], code: self.entries[own][method][code]}
        return self._scored(method, entries, protected=code)

    def _scored(self, method: int, entries: Mapping[str, _Entry], protected: str | None) -> _World:
        """Score a mixture; peers the method cannot score stay out of it."""
        run, lost = self.runs[method], dict[str, Problem]()
        while True:
            kept = {code: entry for code, entry in entries.items() if code not in lost}
            try:
                return _World(self._run(run, kept), lost)
            except EngineError as error:
                named = {item.locality: item for item in reversed(error.problems)}
                general = named.get(None) or named.get(protected)
                found = {code: item for code, item in named.items() if code in kept}
                if general is not None or not found:
                    return _World(None, lost, general or error.problems[0])
                lost |= {str(code): item for code, item in found.items()}

    def _run(self, run: Results, entries: Mapping[str, _Entry]) -> Results:
        """Score entries under the method of a run."""
        return score(*self._inputs(run, entries))

    def _inputs(self, run: Results, entries: Mapping[str, _Entry]) -> Inputs:
        """Entries as the inputs of a run under the method of a run."""
        places = tuple(Locality(code, entry.cells) for code, entry in entries.items())
        seen = (item for entry in entries.values() for item in entry.observed.values())
        past = History(tuple(item for entry in entries.values() for item in entry.past))
        return (
            run.framework,
            Observations(tuple(seen)),
            Localities(places, self.columns),
            tuple(item for entry in entries.values() for item in entry.adjustments),
            run.on,
            past if any(one.history is not None for one in self.runs) else None,
        )

    def _put(
        self,
        own: int,
        method: int,
        peers: int,
        world: _World,
        places: Sequence[int] | None = None,
    ) -> None:
        chosen = range(len(self.codes)) if places is None else places
        for place in chosen:
            code = self.codes[place]
            cause = world.cause or world.lost.get(code)
            if cause is not None:
                self.causes.setdefault(code, cause)
        at = [place for place in chosen if self._is_in(world, self.codes[place])]
        cell = (own, method, peers)
        for array in (self.scores, self.ranks):
            array[(*cell, list(chosen))] = np.nan
        if world.results is None or not at:
            return
        found = world.results
        rows = [found.row_of[self.codes[place]] for place in at]
        columns = [found.plan.column[code] for code in self.nodes]
        picked = np.ix_(rows, columns)
        self.scores[(*cell, at)] = np.where(
            np.isnan(found.units[picked]), np.nan, found.scores[picked]
        )
        self.ranks[(*cell, at)] = found.ranks[picked]

    def _is_in(self, world: _World, code: str) -> bool:
        return world.results is not None and code in world.results.row_of

    def _rank_among(
        self, own: int, method: int, peers: int, uniform: Sequence[_World], moved: Sequence[int]
    ) -> None:
        """Rank own scores among the peers of another world, where no score moves another."""
        mine, theirs = uniform[own].results, uniform[peers].results
        if mine is None or theirs is None:
            self.ranks[own, method, peers, list(moved)] = np.nan
            return
        at = [place for place in moved if self._is_in(uniform[own], self.codes[place])]
        for index, node in enumerate(self.nodes):
            peer_units = theirs.units[:, theirs.plan.column[node]]
            ascending = np.sort(peer_units[~np.isnan(peer_units)])
            for place in at:
                code = self.codes[place]
                units = mine.units[mine.row_of[code], mine.plan.column[node]]
                above = ascending.size - np.searchsorted(ascending, units, side="right")
                row = theirs.row_of.get(code)
                if row is not None and peer_units[row] > units:
                    above -= 1
                rank = np.nan if np.isnan(units) else 1.0 + above
                self.ranks[own, method, peers, place, index] = rank


def _is_same_method(before: Results, after: Results) -> bool:
    if before.framework != after.framework or before.plan.rules != after.plan.rules:
        return False
    if before.on != after.on and any(
        node.impute is not None and node.impute.is_over_time for node in before.plan.leaves
    ):
        return False
    return all(
        node.normalisation is None
        or node.normalisation.parameters_on(before.on) == node.normalisation.parameters_on(after.on)
        for node in before.plan.leaves
    )


def _entries(
    runs: Sequence[Results],
    data: int,
    method: int,
    shared: set[str],
    both: set[str],
    columns: Sequence[str],
) -> dict[str, _Entry]:
    """The data of one run as the method of a run reads them, by locality."""
    source, home = runs[data], runs[method]
    observed = {node.code for node in home.framework.observed}
    alike = observed & shared if data != method else observed
    nodes = set(home.plan.column) & both if data != method else set(home.plan.column)
    items: dict[str, dict[str, Observation]] = {code: {} for code in source.localities.codes}
    moved: dict[str, list[Adjustment]] = {code: [] for code in source.localities.codes}
    past: dict[str, list[PastValue]] = {code: [] for code in source.localities.codes}
    parts = [(source, alike, nodes)]
    if data != method:
        parts.append((home, observed - alike, set(home.plan.column) - nodes))
    for run, wanted, at in parts:
        for item in run.observations.items:
            if item.indicator in wanted and item.locality in items:
                items[item.locality][item.indicator] = item
        for value in run.history.items if run.history else ():
            if value.indicator in wanted and value.locality in past:
                past[value.locality].append(value)
        for one in run.adjustments:
            if one.node in at and one.locality in moved:
                moved[one.locality].append(one)
    other = {item.code: item.cells for item in runs[1 - data].localities.items}
    own = set(source.localities.columns)
    return {
        item.code: _Entry(
            {
                name: (item.cells if name in own else other.get(item.code, {})).get(name, "")
                for name in columns
            },
            items[item.code],
            tuple(moved[item.code]),
            tuple(past[item.code]),
        )
        for item in source.localities.items
    }


def _columns_read(framework: FrameworkDocument) -> set[str]:
    """The columns of the localities that scores depend on: sizes, and groups to impute from."""
    found: set[str] = set()
    for node in framework.indicators:
        if node.denominate is not None:
            found.add(node.denominate.column)
        if node.impute is not None and node.impute.group is not None:
            found.add(node.impute.group)
    return found
