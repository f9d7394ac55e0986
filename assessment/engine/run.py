"""One run: framework, observations and adjustments in; scores, ranks, grades and trace out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from assessment.engine import observations as obs
from assessment.engine.adjustments import Adjustment, AdjustmentSource, load_adjustments
from assessment.engine.arrays import MISSING, NOT_APPLICABLE, PRESENT, FloatArray
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.grades import UNGRADED, grade_places, limited_places
from assessment.engine.localities import (
    Localities,
    LocalitySource,
    load_localities,
    localities_of,
)
from assessment.engine.normalise import normalised
from assessment.engine.problems import InputError, Problem, ScoringError
from assessment.engine.ranks import column_ranks, group_ranks
from assessment.engine.reading import load_framework
from assessment.engine.results import Results
from assessment.engine.rounding import published_units
from assessment.engine.snapshot import Snapshot, take_snapshot
from assessment.engine.tree import Evaluation, Inputs, Plan, evaluate

FrameworkSource = FrameworkDocument | str | bytes | Path | Mapping[str, Any]


def score(
    framework: FrameworkSource,
    observations: obs.ObservationSource,
    localities: LocalitySource | None = None,
    adjustments: AdjustmentSource = None,
    on: date | None = None,
) -> Results:
    """Score localities under a framework.

    ``on`` is the last day of the period assessed; it chooses rules and dated parameters.
    Without it those that have no end apply. Without ``localities`` the ones that occur in the
    observations are scored, in order of appearance. Raises FrameworkError, InputError or
    ScoringError, each with all problems of its step.
    """
    prepared = prepare(framework, observations, localities, adjustments, on)
    evaluation = evaluate(prepared.plan, prepared.inputs)
    if evaluation.problems:
        raise ScoringError(evaluation.problems)
    return _results(prepared, evaluation)


class Prepared:
    """A run ready to be evaluated, once or many times with other weights or scores."""

    def __init__(
        self,
        plan: Plan,
        inputs: Inputs,
        snapshot: Snapshot,
        given: tuple[obs.Observations, Localities, tuple[Adjustment, ...]],
        on: date | None,
    ) -> None:
        """Keep the parts as they are."""
        self.plan = plan
        self.inputs = inputs
        self.snapshot = snapshot
        self.observations, self.localities, self.adjustments = given
        self.on = on


def prepare(
    framework: FrameworkSource,
    observations: obs.ObservationSource,
    localities: LocalitySource | None = None,
    adjustments: AdjustmentSource = None,
    on: date | None = None,
) -> Prepared:
    """Read and check everything and normalise the indicators; see ``score``."""
    document = framework if isinstance(framework, FrameworkDocument) else load_framework(framework)
    seen = obs.load_observations(observations)
    places = (
        localities_of(item.locality for item in seen.items)
        if localities is None
        else load_localities(localities)
    )
    moved = load_adjustments(adjustments)
    snapshot = take_snapshot(document, seen, places)
    plan = Plan(document, document.rules_on(on))
    inputs = Inputs(
        leaf_scores=_leaf_scores(plan, snapshot, len(places.items), on),
        leaf_states=_leaf_states(plan, snapshot, len(places.items)),
        raw=snapshot.raw,
        adjustments=_adjustment_points(plan, moved, places),
        localities=places.codes,
    )
    return Prepared(plan, inputs, snapshot, (seen, places, moved), on)


def _leaf_scores(plan: Plan, snapshot: Snapshot, rows: int, on: date | None) -> FloatArray:
    scores = np.full((rows, len(plan.nodes)), np.nan)
    problems: list[Problem] = []
    for node in plan.framework.indicators:
        try:
            found = normalised(node, snapshot.raw[node.code], plan.framework.scale, on)
        except ScoringError as error:
            problems += error.problems
            continue
        stated = _nothing_to_report_score(node)
        if stated is not None:
            statuses = np.array(snapshot.status[node.code])
            found = np.where(statuses == obs.NOTHING_TO_REPORT, stated, found)
        scores[:, plan.column[node.code]] = found
    if problems:
        raise ScoringError(problems)
    return scores


def _nothing_to_report_score(node: Node) -> float | None:
    return node.value.nothing_to_report_score if node.value else None


def _leaf_states(plan: Plan, snapshot: Snapshot, rows: int) -> np.ndarray[Any, Any]:
    states = np.full((rows, len(plan.nodes)), MISSING)
    for node in plan.framework.indicators:
        nothing = MISSING if _nothing_to_report_score(node) is None else PRESENT
        state_of = {
            obs.VALUE: PRESENT,
            obs.NOTHING_TO_REPORT: nothing,
            obs.NOT_APPLICABLE: NOT_APPLICABLE,
            obs.EXCLUDED: NOT_APPLICABLE,
            obs.MISSING: MISSING,
        }
        statuses = snapshot.status[node.code]
        states[:, plan.column[node.code]] = [state_of[status] for status in statuses]
    return states


def _adjustment_points(
    plan: Plan, adjustments: Iterable[Adjustment], localities: Localities
) -> FloatArray:
    rows = {code: index for index, code in enumerate(localities.codes)}
    points = np.zeros((len(rows), len(plan.nodes)))
    problems = []
    for item in adjustments:
        if item.node not in plan.column:
            params = {"row": item.row, "node": item.node}
            problems.append(Problem("unknown_node", item.node, item.locality, params))
        elif item.locality not in rows:
            problems.append(Problem("unknown_locality", None, item.locality, {"row": item.row}))
        else:
            points[rows[item.locality], plan.column[item.node]] += item.points
    if problems:
        raise InputError(problems)
    return points


def _results(prepared: Prepared, evaluation: Evaluation) -> Results:
    document = prepared.plan.framework
    units = published_units(evaluation.scores, document.decimals)
    grades = grade_places(document, units)
    for column, node in enumerate(prepared.plan.nodes):
        if node.kind == "indicator":
            grades[:, column] = UNGRADED
        else:
            effects = evaluation.effects.get(node.code, [])
            grades[:, column] = limited_places(document, grades[:, column], effects)
    groups = {
        name: group_ranks(units, [item.cells.get(name, "") for item in prepared.localities.items])
        for name in prepared.localities.group_columns
    }
    return Results(
        plan=prepared.plan,
        observations=prepared.observations,
        localities=prepared.localities,
        adjustments=prepared.adjustments,
        on=prepared.on,
        snapshot=prepared.snapshot,
        inputs=prepared.inputs,
        evaluation=evaluation,
        units=units,
        ranks=column_ranks(units),
        grade_places=grades,
        group_ranks=groups,
    )
