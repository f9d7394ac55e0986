"""Several periods as one sample: every locality in every period is a row of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from assessment.engine.adjustments import Adjustment
from assessment.engine.arrays import FloatArray
from assessment.engine.data import Data
from assessment.engine.document import FrameworkDocument, Node, Normalisation
from assessment.engine.evaluation import Inputs
from assessment.engine.history import History, PastValue, linear, previous
from assessment.engine.localities import Localities, Locality
from assessment.engine.methods import STATED_WEIGHTS
from assessment.engine.observations import ObservationMatrix, Observations
from assessment.engine.plan import Plan
from assessment.engine.problems import ScoringError
from assessment.engine.results import Results
from assessment.engine.run import Prepared, adjustment_points, prepare, results_of
from assessment.engine.snapshot import Snapshot
from assessment.engine.steps.screen import Screening
from assessment.engine.tree import evaluate


@dataclass(frozen=True)
class Period:
    """What one period brings."""

    name: str
    observations: Observations | ObservationMatrix
    localities: Localities
    adjustments: tuple[Adjustment, ...]
    on: date | None


def score_pooled(
    framework: FrameworkDocument, periods: Sequence[Period], base: str, past: History | None
) -> dict[str, Results]:
    """Score periods with the statistics of all of them together; results by period.

    Indicators are imputed, treated, screened and normalised in one sample of all localities in
    all periods; a reference locality is taken as it was in the period ``base``. Weights that
    are computed from scores are those of the pooled sample. Everything else (comparisons of
    localities, rules, adjustments, ranks) stays within its period.
    """
    found: dict[str, Results] = {}
    pooled = _pooled(periods)
    stand_ins = None if past is None else _stand_ins(framework, periods, past)
    adapted = _adapted(framework, periods, base)
    weights: FloatArray | None = None
    prepared: dict[date | None, Prepared] = {}
    for period in periods:
        if period.on not in prepared:
            prepared[period.on] = prepare(adapted, *pooled, (), period.on, stand_ins)
    if any(_is_computed(node) for node in framework.weighted_nodes):
        whole = evaluate(*_tree(next(iter(prepared.values()))))
        if whole.problems:
            raise ScoringError(whole.problems)
        weights = whole.weights
    start = 0
    for period in periods:
        rows = slice(start, start + len(period.localities.items))
        own = _slice(prepared[period.on], framework, period, rows, past)
        found[period.name] = results_of(own, weights)
        start = rows.stop
    return found


def pooled_code(locality: str, period: str) -> str:
    """Name a locality in a period, in the pooled sample and in problems."""
    return f"{locality}@{period}"


def _tree(prepared: Prepared) -> tuple[Plan, Inputs]:
    return prepared.plan, prepared.inputs


def _is_computed(node: Node) -> bool:
    return node.weighting.method not in (*STATED_WEIGHTS, "benefit_of_doubt")


def _pooled(periods: Sequence[Period]) -> tuple[Observations, Localities]:
    items = tuple(
        replace(item, locality=pooled_code(item.locality, period.name))
        for period in periods
        for item in period.observations.items
    )
    places = tuple(
        Locality(pooled_code(item.code, period.name), item.cells)
        for period in periods
        for item in period.localities.items
    )
    columns = dict.fromkeys(name for period in periods for name in period.localities.columns)
    return Observations(items), Localities(places, tuple(columns))


def _stand_ins(framework: FrameworkDocument, periods: Sequence[Period], past: History) -> History:
    """What stands in for each locality in each period, so that one run serves all periods.

    Each row of the pooled sample has its own day, and a run only one: what the past says on the
    row's day is found here and handed on as its single past value, before any day.
    """
    methods = {
        node.code: node.impute.method
        for node in framework.indicators
        if node.impute is not None and node.impute.is_over_time
    }
    found = []
    for period in periods:
        if period.on is None:
            continue  # the run of such a period is refused
        for (locality, indicator), series in past.series.items():
            stand_in = linear if methods.get(indicator) == "linear" else previous
            value = stand_in(series, period.on)
            if value is not None:
                code = pooled_code(locality, period.name)
                found.append(PastValue(date.min, code, indicator, value))
    return History(tuple(found))


def _adapted(
    framework: FrameworkDocument, periods: Sequence[Period], base: str
) -> FrameworkDocument:
    """The framework with localities named as in the pooled sample."""

    def everywhere(codes: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            pooled_code(code, period.name)
            for code in codes
            for period in periods
            if code in period.localities.codes
        ) or tuple(codes)

    def named(node: Node) -> Node:
        if node.screen is not None:
            screen = replace(
                node.screen,
                force_in=everywhere(node.screen.force_in),
                force_out=everywhere(node.screen.force_out),
            )
            node = replace(node, screen=screen)
        stated = node.normalisation
        if stated is not None and stated.method == "distance_to_reference":
            node = replace(node, normalisation=_based(stated, base))
        return node

    return replace(framework, nodes=tuple(named(node) for node in framework.nodes))


def _based(stated: Normalisation, base: str) -> Normalisation:
    def renamed(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        if "locality" not in parameters:
            return parameters
        return {**parameters, "locality": pooled_code(parameters["locality"], base)}

    editions = tuple(
        replace(edition, parameters=renamed(edition.parameters)) for edition in stated.editions
    )
    return replace(stated, parameters=renamed(stated.parameters), editions=editions)


def _slice(
    prepared: Prepared,
    framework: FrameworkDocument,
    period: Period,
    rows: slice,
    past: History | None,
) -> Prepared:
    """The rows of one period, under the framework as it was given."""
    plan = Plan(framework, framework.rules_on(period.on))
    data, inputs = prepared.data, prepared.inputs
    screening = Screening(
        data.screening.indicators,
        {code: out[rows] for code, out in data.screening.localities.items()},
    )
    own = Data(
        plan.leaves,
        data.observed[rows],
        data.statuses[rows],
        data.denominated[rows],
        screening,
        data.filled[rows],
        data.imputed[rows],
        data.treated[rows],
        data.treatments[rows],
    )
    snapshot = Snapshot(
        inputs.snapshot.codes, inputs.snapshot.values[rows], inputs.snapshot.statuses[rows]
    )
    given = Inputs(
        leaf_scores=inputs.leaf_scores[rows],
        leaf_states=inputs.leaf_states[rows],
        snapshot=snapshot,
        adjustments=adjustment_points(plan, period.adjustments, period.localities),
        localities=period.localities.codes,
        screened=screening.localities,
        normalised=None if inputs.normalised is None else inputs.normalised.rows(rows),
    )
    return Prepared(
        plan,
        given,
        own,
        period.observations,
        period.localities,
        period.adjustments,
        period.on,
        past,
    )
