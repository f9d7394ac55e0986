"""What varies from draw to draw: weights, and the choices of the steps that others might make."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import product
from typing import Final

import numpy as np

from assessment.engine.aggregate import needs_positive
from assessment.engine.arrays import FloatArray
from assessment.engine.data import Data, data_of
from assessment.engine.document import Node, Normalisation, Scale
from assessment.engine.evaluation import Inputs
from assessment.engine.methods import Aggregation, Imputation
from assessment.engine.plan import Plan
from assessment.engine.problems import Problem, SettingError
from assessment.engine.run import Prepared, scored_inputs
from assessment.engine.snapshot import Snapshot
from assessment.engine.steps.columns import OBSERVED_NOISE, deviation, highest, is_constant, lowest

AS_STATED: Final = "as_stated"
NORMALISATIONS: Final = (AS_STATED, "min_max", "percentile_rank")
AGGREGATIONS: Final = (AS_STATED, "arithmetic", "geometric")
IMPUTATIONS: Final = (AS_STATED, "none", "mean", "median")
TREATMENTS: Final = (AS_STATED, "none")

# Only methods on measured values have an alternative; rubrics and tables do not.
_SCALED: Final = ("goalposts", "min_max", "target_attainment", "percentile_rank")
# Where a scale begins for means of positive scores, as a share of its span: 1 of 0 to 100.
_FLOOR: Final = 0.01
_MEANS: Final = ("arithmetic", "geometric", "harmonic", "generalised")


@dataclass(frozen=True)
class Variation:
    """What a study varies; each draw takes one of every list, each as likely as the others.

    Weights are multiplied by a uniform factor of 1 ± ``weight_range``, or, with a
    ``concentration``, drawn from a Dirichlet distribution around the nominal shares.
    ``measurement_error`` is the standard deviation of a normal error, in sample deviations of
    the indicator. With ``leave_out`` each draw leaves one indicator out, or none.
    """

    weight_range: float = 0.25
    concentration: float | None = None
    normalisations: tuple[str, ...] = ("as_stated", "min_max")
    aggregations: tuple[str, ...] = ("as_stated",)
    imputations: tuple[str, ...] = ("as_stated",)
    treatments: tuple[str, ...] = ("as_stated",)
    measurement_error: float = 0.0
    leave_out: bool = False

    def __post_init__(self) -> None:
        """Refuse settings without a meaning."""
        if not 0 <= self.weight_range < 1:
            raise SettingError([Problem("weight_range_out_of_bounds")])
        if self.concentration is not None and not 0 < self.concentration < math.inf:
            raise SettingError([Problem("concentration_out_of_bounds")])
        if not 0 <= self.measurement_error < math.inf:
            raise SettingError([Problem("measurement_error_out_of_bounds")])
        for name, known in (
            ("normalisations", NORMALISATIONS),
            ("aggregations", AGGREGATIONS),
            ("imputations", IMPUTATIONS),
            ("treatments", TREATMENTS),
        ):
            chosen = getattr(self, name)
            if not chosen or not set(chosen) <= set(known):
                params = {"name": name, "known": ", ".join(known)}
                raise SettingError([Problem("choice_unknown", params=params)])

    @cached_property
    def steps(self) -> list[tuple[str, str, str]]:
        """The combinations of imputation, treatment and normalisation."""
        return list(product(self.imputations, self.treatments, self.normalisations))


def check_seed(seed: int) -> None:
    """Raise SettingError for a seed that no generator takes."""
    if seed < 0:
        raise SettingError([Problem("seed_negative")])


def varied_inputs(
    prepared: Prepared, steps: tuple[str, str, str], snapshot: Snapshot | None = None
) -> Inputs:
    """Take the indicators to their scores with other choices of the steps.

    Indicators a choice has no meaning for, constant ones, and those that take the choice as it
    is, keep theirs. Raises
    ScoringError where the choice has no answer.
    """
    imputation, treatment, normalisation = steps
    if set(steps) == {"as_stated"} and snapshot is None:
        return prepared.inputs
    seen = snapshot or prepared.inputs.snapshot
    plan = _with_nodes(
        prepared.plan, [_stepped(node, imputation, treatment) for node in prepared.plan.leaves]
    )
    data = data_of(
        plan.framework, plan.leaves, seen, prepared.localities, prepared.history, prepared.on
    )
    if normalisation != "as_stated":
        plan = _with_nodes(plan, _rescaled(plan, data, normalisation))
    adjustments = prepared.inputs.adjustments
    return scored_inputs(plan, data, seen, prepared.on, adjustments, prepared.localities.codes)


def _with_nodes(plan: Plan, changed: list[Node]) -> Plan:
    by_code = {node.code: node for node in changed}
    nodes = tuple(by_code.get(node.code, node) for node in plan.framework.nodes)
    return Plan(replace(plan.framework, nodes=nodes), plan.rules)


def _stepped(node: Node, imputation: str, treatment: str) -> Node:
    if imputation != "as_stated":
        node = replace(node, impute=None if imputation == "none" else Imputation(imputation))
    return node if treatment == "as_stated" else replace(node, treat=None)


def _rescaled(plan: Plan, data: Data, method: str) -> list[Node]:
    """The indicators under another normalisation; who is on it already keeps its parameters."""
    keeps = keeps_normalisation(plan, data)
    return [
        node if keeps[node.code](method) else replace(node, normalisation=Normalisation(method))
        for node in plan.leaves
    ]


def keeps_normalisation(plan: Plan, data: Data) -> dict[str, Callable[[str], bool]]:
    """By indicator, whether it keeps its normalisation under another method."""
    low, high = lowest(data.treated), highest(data.treated)
    varied = np.isfinite(low) & ~is_constant(low, high, OBSERVED_NOISE)

    def keeps(node: Node, varies: bool, method: str) -> bool:
        stated = node.normalisation.method if node.normalisation else ""
        return not varies or stated not in _SCALED or stated == method

    return {
        node.code: partial(keeps, node, bool(varies))
        for node, varies in zip(plan.leaves, varied, strict=True)
    }


def with_positive_scores(
    plan: Plan, inputs: Inputs, replaced: Mapping[str, Aggregation], normalisation: str
) -> tuple[Plan, Inputs]:
    """Begin the scale above zero where a choice brings zeros below a mean that takes none.

    The scale then starts at a hundredth of its span, and the indicators below such means are
    moved onto it linearly. What the framework states, in a draw that takes it as stated, is
    left alone, and so is a scale that begins above zero or too far below.
    """
    scale, framework = plan.framework.scale, plan.framework
    means = {
        node.code: replaced.get(node.code, node.aggregation)
        for node in plan.nodes
        if plan.children[node.code] and needs_positive(replaced.get(node.code, node.aggregation))
    }
    if normalisation == "as_stated" and all(
        how == framework.node(code).aggregation for code, how in means.items()
    ):
        return plan, inputs
    places = [
        plan.leaf_place[leaf.code]
        for leaf in plan.leaves
        if any(above.code in means for above in framework.ancestors(leaf.code))
    ]
    moved = Scale(scale.min + scale.span * _FLOOR, scale.max)
    if scale.min > 0 or moved.min <= 0 or not (inputs.leaf_scores[:, places] <= 0).any():
        return plan, inputs
    scores = inputs.leaf_scores.copy(order="F")
    scores[:, places] = on_scale(scores[:, places], scale, moved)
    return Plan(replace(framework, scale=moved), plan.rules), replace(inputs, leaf_scores=scores)


def on_scale(scores: FloatArray, before: Scale, after: Scale) -> FloatArray:
    """Move scores linearly from one scale to another."""
    found: FloatArray = after.min + (scores - before.min) * (after.span / before.span)
    return found


def with_errors(prepared: Prepared, size: float, generator: np.random.Generator) -> Snapshot:
    """Return the observations with a normal error on every indicator's measured values.

    Values stay within the indicator's bounds, whole numbers stay whole; levels, yes and no have
    no such error.
    """
    snapshot = prepared.inputs.snapshot
    values = snapshot.values.copy(order="F")
    errors = generator.standard_normal(values.shape)
    spread = np.nan_to_num(deviation(values))
    for column, code in enumerate(snapshot.codes):
        node = prepared.plan.framework.node(code)
        spec = node.value
        if spec is None or not is_measured(node):
            continue
        moved = values[:, column] + size * spread[column] * errors[:, column]
        least, most = spec.min, spec.max
        if spec.type == "integer":
            moved = np.rint(moved)
            least = None if least is None else math.ceil(least)
            most = None if most is None else math.floor(most)
        values[:, column] = np.clip(moved, least, most)
    return Snapshot(snapshot.codes, values, snapshot.statuses)


def is_measured(node: Node) -> bool:
    """Whether values of an indicator can have an error of measurement."""
    spec = node.value
    return spec is not None and spec.type in ("number", "percent", "integer") and not spec.levels


def replaced_aggregations(plan: Plan, choice: str) -> dict[str, Aggregation]:
    """Return the aggregation of every branch that is a mean, under another choice."""
    if choice == "as_stated":
        return {}
    return {
        node.code: Aggregation(choice)
        for node in plan.nodes
        if plan.children[node.code] and node.aggregation.method in _MEANS
    }


def with_aggregations(plan: Plan, replaced: Mapping[str, Aggregation]) -> Plan:
    """Return the plan with other aggregations."""
    return _with_nodes(
        plan,
        [
            replace(plan.framework.node(code), aggregation=aggregation)
            for code, aggregation in replaced.items()
        ],
    )


def drawn_weights(
    plan: Plan,
    nominal: FloatArray,
    variation: Variation,
    draws: int,
    generators: tuple[np.random.Generator, np.random.Generator],
) -> FloatArray:
    """Return varied weights in points, draws × nodes; siblings sum to their parent's weight.

    The same generators give the same draws however many are taken at once. A draw in which all
    siblings came out as zero, as happens under a very small concentration, holds NaN.
    """
    varying, leaving = generators
    shape = (draws, len(plan.nodes))
    if variation.concentration is None:
        spread = variation.weight_range
        drawn = varying.uniform(1 - spread, 1 + spread, shape) * nominal
    else:
        drawn = varying.standard_gamma(_concentrations(plan, nominal, variation), shape)
    if variation.leave_out:
        candidates = can_be_left_out(plan)
        chosen = leaving.integers(len(candidates) + 1, size=draws)
        hit = np.flatnonzero(chosen < len(candidates))
        drawn[hit, np.array(candidates, dtype=np.intp)[chosen[hit]]] = 0.0
    weights = np.empty(shape)
    weights[:, 0] = nominal[0]
    for node in plan.nodes:
        if not plan.children[node.code]:
            continue
        children, own = plan.child_columns[node.code], plan.column[node.code]
        parent = weights[:, own : own + 1]
        if node.aggregation.is_weighted:
            part = drawn[:, children]
            with np.errstate(invalid="ignore"):
                weights[:, children] = part / part.sum(axis=1, keepdims=True) * parent
        else:
            weights[:, children] = parent
    return weights


def _concentrations(plan: Plan, nominal: FloatArray, variation: Variation) -> FloatArray:
    """The parameters of each node's gamma variable; a node of no weight keeps none."""
    shares = np.ones(len(plan.nodes))
    for node in plan.nodes:
        children = plan.children[node.code]
        if children and node.aggregation.is_weighted and nominal[children].sum() > 0:
            shares[children] = nominal[children] / nominal[children].sum()
    return shares * (variation.concentration or 1.0)


def can_be_left_out(plan: Plan) -> list[int]:
    """The columns of indicators whose siblings can carry their weight."""
    return [
        column
        for node in plan.nodes
        if node.aggregation.is_weighted
        and sum(plan.weights[child] > 0 for child in plan.children[node.code]) > 1
        for column in plan.children[node.code]
        if plan.nodes[column].is_leaf and plan.weights[column] > 0
    ]
