"""One run: framework, observations and adjustments in; scores, ranks, grades and trace out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from assessment.engine import observations as obs
from assessment.engine.adjustments import (
    Adjustment,
    AdjustmentSource,
    load_adjustments,
    strangers,
    sums_of,
)
from assessment.engine.arrays import (
    LEFT_OUT,
    MISSING,
    NOT_APPLICABLE,
    PRESENT,
    CodeArray,
    FloatArray,
)
from assessment.engine.data import Data, data_of
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.evaluation import Inputs
from assessment.engine.history import History, HistorySource, load_history
from assessment.engine.localities import (
    Localities,
    LocalitySource,
    load_localities,
    localities_of,
)
from assessment.engine.normalise import normalisation_of
from assessment.engine.plan import Plan
from assessment.engine.problems import InputError, ScoringError
from assessment.engine.reading import load_framework
from assessment.engine.results import Results
from assessment.engine.snapshot import STATUS_CODES, Snapshot, take_snapshot
from assessment.engine.standing import standing_of
from assessment.engine.tree import evaluate

FrameworkSource = FrameworkDocument | str | bytes | Path | Mapping[str, Any]


def score(
    framework: FrameworkSource,
    observations: obs.ObservationSource,
    localities: LocalitySource | None = None,
    adjustments: AdjustmentSource = None,
    on: date | None = None,
    history: HistorySource | None = None,
) -> Results:
    """Score localities under a framework.

    ``on`` is the last day of the period assessed; it chooses rules and dated parameters.
    Without it those that have no end apply. ``history`` has values of other periods for the
    indicators that are imputed over time. Without ``localities`` the ones that occur in the
    observations are scored, in order of appearance. Raises FrameworkError, InputError or
    ScoringError, each with all problems of its step.
    """
    return results_of(prepare(framework, observations, localities, adjustments, on, history))


@dataclass(frozen=True)
class Prepared:
    """A run ready to be evaluated, once or many times with other weights or scores."""

    plan: Plan
    inputs: Inputs
    data: Data
    observations: obs.Observations | obs.ObservationMatrix
    localities: Localities
    adjustments: tuple[Adjustment, ...]
    on: date | None
    history: History | None = None

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """Row numbers by locality code."""
        return {code: index for index, code in enumerate(self.localities.codes)}


def prepare(
    framework: FrameworkSource,
    observations: obs.ObservationSource,
    localities: LocalitySource | None = None,
    adjustments: AdjustmentSource = None,
    on: date | None = None,
    history: HistorySource | None = None,
) -> Prepared:
    """Read and check everything and take the indicators up to their scores; see ``score``."""
    document = framework if isinstance(framework, FrameworkDocument) else load_framework(framework)
    seen = obs.load_observations(observations)
    places = localities_of(_named(seen)) if localities is None else load_localities(localities)
    moved = load_adjustments(adjustments)
    snapshot = take_snapshot(document, seen, places)
    plan = Plan(document, document.rules_on(on))
    points = adjustment_points(plan, moved, places)
    past = load_history(history)
    data, inputs = leaf_inputs(plan, snapshot, places, on, points, past)
    return Prepared(plan, inputs, data, seen, places, moved, on, past)


def leaf_inputs(
    plan: Plan,
    snapshot: Snapshot,
    localities: Localities,
    on: date | None,
    adjustments: FloatArray,
    history: History | None,
) -> tuple[Data, Inputs]:
    """Take the indicators from their observations to their scores; see ``score``."""
    data = data_of(plan.framework, plan.leaves, snapshot, localities, history, on)
    return data, scored_inputs(plan, data, snapshot, on, adjustments, localities.codes)


def scored_inputs(
    plan: Plan,
    data: Data,
    snapshot: Snapshot,
    on: date | None,
    adjustments: FloatArray,
    codes: tuple[str, ...],
) -> Inputs:
    """Normalise treated values and set the states that the tree starts from."""
    found = normalisation_of(plan.leaves, data.treated, plan.framework.scale, on, codes)
    return Inputs(
        leaf_scores=with_stated_scores(data, found.scores),
        leaf_states=leaf_states(plan.framework, data),
        snapshot=snapshot,
        adjustments=adjustments,
        localities=codes,
        screened=data.screening.localities,
        normalised=found,
    )


def _named(observations: obs.Observations | obs.ObservationMatrix) -> Iterable[str]:
    if isinstance(observations, obs.ObservationMatrix):
        return observations.localities
    return (item.locality for item in observations.items)


def with_stated_scores(data: Data, scores: FloatArray) -> FloatArray:
    """Give those with nothing to report the score that the framework states for it."""
    nothing = STATUS_CODES[obs.NOTHING_TO_REPORT]
    for column, node in enumerate(data.nodes):
        stated = _nothing_to_report_score(node)
        if stated is not None:
            scores[data.statuses[:, column] == nothing, column] = stated
    return scores


def _nothing_to_report_score(node: Node) -> float | None:
    return node.value.nothing_to_report_score if node.value else None


def leaf_states(framework: FrameworkDocument, data: Data) -> CodeArray:
    """Say for localities × indicators whether a score is there, or why it is not."""
    state_of = np.full(len(obs.STATUSES), MISSING)
    state_of[STATUS_CODES[obs.VALUE]] = PRESENT
    state_of[STATUS_CODES[obs.NOT_APPLICABLE]] = NOT_APPLICABLE
    state_of[STATUS_CODES[obs.EXCLUDED]] = NOT_APPLICABLE
    states = np.asfortranarray(state_of[data.statuses])
    for column, node in enumerate(data.nodes):
        if _nothing_to_report_score(node) is not None:
            nothing = data.statuses[:, column] == STATUS_CODES[obs.NOTHING_TO_REPORT]
            states[nothing, column] = PRESENT
    if data.denominated is not data.observed:
        states[data.without_size] = MISSING
    states[data.imputed] = PRESENT
    if not data.screening.is_idle:
        states[data.is_screened(framework)] = LEFT_OUT
    return states


def adjustment_points(
    plan: Plan, adjustments: Sequence[Adjustment], localities: Localities
) -> FloatArray:
    """Sum the points of adjustments, localities × ``plan.nodes``; InputError for unknown codes."""
    rows = {code: index for index, code in enumerate(localities.codes)}
    points = np.zeros((len(rows), len(plan.nodes)), order="F")
    problems = strangers(adjustments, plan.column, rows)
    if problems:
        raise InputError(problems)
    for (locality, node), total in sums_of(adjustments).items():
        points[rows[locality], plan.column[node]] = total
    return points


def results_of(prepared: Prepared, weights: FloatArray | None = None) -> Results:
    """Evaluate a prepared run; ``weights`` (points by column) replaces the framework's.

    Raises ScoringError with every fault of the arithmetic.
    """
    evaluation = evaluate(prepared.plan, prepared.inputs, weights)
    if evaluation.problems:
        raise ScoringError(evaluation.problems)
    return Results(
        plan=prepared.plan,
        observations=prepared.observations,
        localities=prepared.localities,
        adjustments=prepared.adjustments,
        on=prepared.on,
        history=prepared.history,
        data=prepared.data,
        inputs=prepared.inputs,
        evaluation=evaluation,
        standing=standing_of(evaluation, prepared.localities),
    )
