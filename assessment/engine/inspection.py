"""Everything that is wrong with the inputs of a run, in one report before anything is computed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar, cast

import numpy as np

from assessment.engine import observations as obs
from assessment.engine.adjustments import AdjustmentSource, load_adjustments
from assessment.engine.adjustments import strangers as adjusted_strangers
from assessment.engine.arrays import MISSING, NOT_APPLICABLE, PRESENT, CodeArray, FloatArray
from assessment.engine.data import Data, data_of
from assessment.engine.document import FrameworkDocument
from assessment.engine.evaluation import Evaluation, Inputs
from assessment.engine.figures import plain_number
from assessment.engine.history import FILE as HISTORY_FILE
from assessment.engine.history import History, HistorySource, load_history
from assessment.engine.lines import LINEAR
from assessment.engine.localities import Localities, LocalitySource, load_localities, localities_of
from assessment.engine.messages import render
from assessment.engine.normalise import normalised
from assessment.engine.plan import Plan
from assessment.engine.problems import EngineError, Problem
from assessment.engine.reading import load_framework
from assessment.engine.run import FrameworkSource, leaf_states
from assessment.engine.salvage import MISPLACED
from assessment.engine.snapshot import Snapshot, strangers, take_snapshot
from assessment.engine.steps.columns import OBSERVED_NOISE, highest, is_constant, lowest
from assessment.engine.tables import write_table
from assessment.engine.tree import CHILD_REFUSED, evaluate

T = TypeVar("T")

FORMAT: Final = "lianping-check/1"
# What follows where the list of localities cannot be read, or a peer's value is at fault.
_OF_THE_LIST: Final = ("column_missing", "forced_locality_unknown", "group_without_values")
_OF_PEERS: Final = ("group_without_values", "reference_without_value")
AVAILABILITY_COLUMNS: Final = ("locality", "node", "applicable", "available", "share")


@dataclass(frozen=True, slots=True)
class Availability:
    """How many of the indicators below a node (itself, if it is one) apply and have a score."""

    locality: str
    node: str
    applicable: int
    available: int

    @property
    def share(self) -> float | None:
        """Available ÷ applicable; ``None`` where nothing applies."""
        return self.available / self.applicable if self.applicable else None


@dataclass(frozen=True)
class Report:
    """``problems`` forbid computing, ``warnings`` do not; each names place, cause and remedy.

    ``availability`` is by locality and node, empty where the framework cannot be read.
    """

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    availability: tuple[Availability, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether the run can be computed."""
        return not self.problems

    def text(self, language: str = "en") -> str:
        """Return a line for each problem and warning, its remedy behind it."""
        lines = [item.advice(language) for item in (*self.problems, *self.warnings)]
        return "\n".join(lines or [render("all_in_order", {}, language)])

    def as_dict(self) -> dict[str, Any]:
        """Return problems and warnings as JSON values, in both languages."""
        return {
            "format": FORMAT,
            "problems": [item.as_dict() for item in self.problems],
            "warnings": [item.as_dict() for item in self.warnings],
        }

    def write(self, directory: str | Path) -> None:
        """Write ``check.json`` and ``availability.csv``."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n"
        (folder / "check.json").write_text(text, encoding="utf-8", newline="\n")
        rows = (
            [
                *(item.locality, item.node, str(item.applicable), str(item.available)),
                "" if item.share is None else repr(item.share),
            ]
            for item in self.availability
        )
        table = write_table(AVAILABILITY_COLUMNS, rows)
        (folder / "availability.csv").write_text(table, encoding="utf-8", newline="\n")


def inspect(
    framework: FrameworkSource,
    observations: obs.ObservationSource,
    localities: LocalitySource | None = None,
    adjustments: AdjustmentSource = None,
    on: date | None = None,
    history: HistorySource | None = None,
) -> Report:
    """Check the inputs of ``score`` and report all that is wrong; never raises EngineError.

    A fault does not hide others: what could be read is checked further. Left out is what merely
    follows from a fault already reported, such as a child missing because its row is faulty.
    """
    return _Inspector().report(framework, observations, localities, adjustments, on, history)


class _Inspector:
    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def report(
        self,
        framework: FrameworkSource,
        observations: obs.ObservationSource,
        localities: LocalitySource | None,
        adjustments: AdjustmentSource,
        on: date | None,
        history: HistorySource | None,
    ) -> Report:
        document = (
            framework
            if isinstance(framework, FrameworkDocument)
            else self._try(lambda: load_framework(framework))
        )
        unsound = tuple(self.problems)  # what is left of the framework is on trial
        seen = self._try(lambda: obs.load_observations(observations))
        before = len(self.problems)
        listed = None if localities is None else self._try(lambda: load_localities(localities))
        unlisted = {item.locality for item in self.problems[before:]}
        moved = self._try(lambda: load_adjustments(adjustments)) or ()
        past = self._try(lambda: load_history(history))
        places = listed
        if places is None and seen is not None:
            places = localities_of(item.locality for item in seen.items)
        plan = None if document is None else Plan(document, document.rules_on(on))
        known = None if localities is not None and listed is None else _codes(places)
        snapshot = None
        if plan is not None and seen is not None and places is not None and places.items:
            snapshot = self._try(partial(take_snapshot, plan.framework, seen, places))
        elif seen is not None:
            observed = None if document is None else {node.code for node in document.observed}
            self.problems += strangers(seen.items, observed, known)
            if not self.problems:
                self.problems.append(Problem("no_localities"))
        nodes = None if plan is None else plan.column
        self.problems += adjusted_strangers(moved, nodes, known)
        # Whose row in the list is at fault is no stranger.
        self.problems = [
            item
            for item in self.problems
            if item.code != "unknown_locality" or item.locality not in unlisted
        ]
        if plan is None or snapshot is None or places is None:
            return Report(tuple(self.problems))
        evaluation, states, later = _computed(plan, snapshot, places, on, past)
        is_listed = localities is None or listed is not None
        later = [item for item in later if is_listed or item.code not in _OF_THE_LIST]
        self.problems += _independent(plan, later, self.problems, unsound)
        if unsound:
            return Report(tuple(self.problems))
        return Report(
            tuple(self.problems),
            (
                *_warnings(plan, snapshot, places, evaluation, states),
                *_history_warnings(plan.framework, places, past),
            ),
            tuple(_availability(plan, places, states)),
        )

    def _try(self, step: Callable[[], T]) -> T | None:
        """Take a step; keep its problems and what is sound all the same."""
        try:
            return step()
        except EngineError as error:
            self.problems += error.problems
            return cast("T | None", error.sound)


def _computed(
    plan: Plan, snapshot: Snapshot, places: Localities, on: date | None, past: History | None
) -> tuple[Evaluation, CodeArray, list[Problem]]:
    """Try the arithmetic; where an indicator fails, the tree is tried with a neutral score."""
    scale, problems = plan.framework.scale, list[Problem]()
    try:
        data = data_of(plan.framework, plan.leaves, snapshot, places, past, on)
    except EngineError as error:
        problems += error.problems
        data = cast("Data", error.sound)
    states = leaf_states(plan.framework, data)
    neutral = np.where(states == PRESENT, (scale.min + scale.max) / 2, np.nan)
    try:
        scores = normalised(plan.leaves, data.treated, scale, on, places.codes)
    except EngineError as error:
        problems += [item for item in error.problems if item.node not in _nodes(problems)]
        scores = cast("FloatArray", error.sound)
    scores = np.where((states == PRESENT) & np.isnan(scores), neutral, scores)
    inputs = Inputs(
        leaf_scores=scores,
        leaf_states=states,
        snapshot=snapshot,
        adjustments=np.zeros((len(places.items), len(plan.nodes))),
        localities=places.codes,
        screened=data.screening.localities,
    )
    evaluation = evaluate(plan, inputs)
    return evaluation, states, [*problems, *evaluation.problems]


def _independent(
    plan: Plan, later: list[Problem], known: list[Problem], unsound: tuple[Problem, ...]
) -> list[Problem]:
    """The problems of the arithmetic that do not merely follow from others.

    A node at fault spoils what rests on it, a faulty cell what rests on it for its locality. A
    child without a score is a fault of its own unless that very child is spoilt, or the
    framework's faults put it there.
    """
    spoilt: dict[str | None, set[str]] = {}

    def spoil(item: Problem) -> None:
        if item.node is not None and item.node in plan.column:
            spoilt.setdefault(item.locality, set()).update(plan.resting_on({item.node}))

    for item in known:
        spoil(item)
    misplaced = {item.node for item in unsound if item.code in MISPLACED}
    is_on_scale = all(item.node is not None for item in unsound)
    found: list[Problem] = []
    for item in later:
        here = spoilt.get(item.locality, set())
        if item.code in CHILD_REFUSED:
            follows = item.params["child"] in here | misplaced
            spoil(item)
        elif item.node in plan.leaf_place:
            follows = item.node in spoilt.get(None, ()) or (
                item.node in set().union(*spoilt.values())
                and (item.locality is None or item.code in _OF_PEERS)
            )
            spoil(item)
        elif item.locality is None:
            follows = not is_on_scale or item.node in set().union(*spoilt.values())
        else:
            follows = not is_on_scale or item.node in here | spoilt.get(None, set())
        if not follows:
            found.append(item)
    return found


def _codes(places: Localities | None) -> set[str] | None:
    return None if places is None else {*places.codes}


def _nodes(problems: Iterable[Problem]) -> set[str | None]:
    return {item.node for item in problems}


def _warnings(
    plan: Plan,
    snapshot: Snapshot,
    places: Localities,
    evaluation: Evaluation,
    states: CodeArray,
) -> Iterable[Problem]:
    for row in np.flatnonzero(~(states == PRESENT).any(axis=1)):
        yield Problem("locality_without_data", None, places.codes[row])
    for column, node in enumerate(plan.leaves):
        values = snapshot.raw(node.code)
        if not (states[:, column] == PRESENT).any():
            yield Problem("indicator_without_data", node.code)
            continue
        low, high = lowest(values[:, None]), highest(values[:, None])
        method = node.normalisation.method if node.normalisation else ""
        scales = method in LINEAR and method != "goalposts"
        several = (~np.isnan(values)).sum() > 1
        if several and not scales and bool(is_constant(low, high, OBSERVED_NOISE)[0]):
            yield Problem("constant_values", node.code, params={"value": plain_number(low[0])})
    for node in plan.nodes:
        children = [plan.nodes[child] for child in plan.children[node.code]]
        away = evaluation.states[:, plan.children[node.code]] == NOT_APPLICABLE
        can_be = any(child.value and child.value.allows(obs.NOT_APPLICABLE) for child in children)
        if (away.any() or can_be) and not node.missing.states_not_applicable:
            yield Problem("not_applicable_unstated", node.code)
    for code, shares in evaluation.availability.items():
        required = plan.framework.node(code).missing.availability
        for row in np.flatnonzero(shares < required - 1e-12):
            params = {"share": f"{shares[row]:.0%}", "required": f"{required:.0%}"}
            yield Problem("availability_low", code, places.codes[row], params)


def _history_warnings(
    document: FrameworkDocument, places: Localities, past: History | None
) -> Iterable[Problem]:
    """What of the history has no effect, by its first row: other periods may have had more."""
    known, asking = {*places.codes}, {node.code for node in document.imputed_over_time}
    observed, seen = {node.code for node in document.observed}, set[tuple[str, str]]()
    for item in past.items if past else ():
        at: dict[str, object] = {"file": HISTORY_FILE, "row": item.row}
        if item.locality not in known and ("locality", item.locality) not in seen:
            yield Problem("unknown_locality", None, item.locality, at)
        if item.indicator not in asking and ("indicator", item.indicator) not in seen:
            if item.indicator in observed:
                yield Problem("history_unused", item.indicator)
            else:
                named = {**at, "indicator": item.indicator}
                yield Problem("unknown_indicator", item.indicator, None, named)
        seen |= {("locality", item.locality), ("indicator", item.indicator)}


def _availability(plan: Plan, places: Localities, states: CodeArray) -> Iterable[Availability]:
    below: dict[str, list[int]] = {node.code: [] for node in plan.nodes}
    for place, leaf in enumerate(plan.leaves):
        for node in (leaf, *plan.framework.ancestors(leaf.code)):
            below[node.code].append(place)
    for row, locality in enumerate(places.codes):
        for node in plan.nodes:
            own = states[row, below[node.code]]
            yield Availability(
                locality,
                node.code,
                applicable=int(((own == PRESENT) | (own == MISSING)).sum()),
                available=int((own == PRESENT).sum()),
            )
