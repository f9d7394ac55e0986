"""Evaluation of the weighted tree from the indicators up, for all localities at once."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from assessment.engine.aggregate import (
    aggregate,
    needs_non_negative,
    needs_positive,
)
from assessment.engine.arrays import (
    LEFT_OUT,
    MISSING,
    PRESENT,
    BoolArray,
    CodeArray,
    FloatArray,
)
from assessment.engine.benefit import benefit_of_the_doubt
from assessment.engine.document import Node
from assessment.engine.evaluation import BY_NODE, Evaluation, Inputs
from assessment.engine.gaps import is_due, lowest_in_place, refused, unscored_state
from assessment.engine.magnitudes import Magnitudes
from assessment.engine.methods import STATED_WEIGHTS
from assessment.engine.outline import WEIGHT_TOLERANCE
from assessment.engine.pairwise import PAIRWISE
from assessment.engine.plan import Plan
from assessment.engine.problems import Problem
from assessment.engine.rules import apply_rule, kept_on_scale
from assessment.engine.steps.columns import settled
from assessment.engine.weighting import UnweightableError, shares_of

# Shares of weight are compared with the threshold beyond float noise.
SHARE_NOISE = 1e-12

# Problems of a framework that does not allow a child to have no score.
CHILD_REFUSED = ("child_missing", "child_not_applicable", "child_not_applicable_unstated")


def evaluate(plan: Plan, inputs: Inputs, weights: FloatArray | None = None) -> Evaluation:
    """Evaluate the tree; ``weights`` (points by column) replaces the framework's.

    Faults of the arithmetic are collected in ``problems``; the caller decides to raise.
    """
    shape = (len(inputs.localities), len(plan.nodes))
    result = Evaluation(
        plan=plan,
        inputs=inputs,
        scores=np.full(shape, np.nan, order="F"),
        states=np.full(shape, MISSING, order="F"),
        weights=(plan.weights if weights is None else weights).copy(),
    )
    if weights is not None:
        result.stated = frozenset(plan.children)
    _evaluate_nodes(plan.order, inputs, result)
    return result


def reevaluate(
    before: Evaluation,
    plan: Plan,
    inputs: Inputs,
    touched: frozenset[str],
    weights: Mapping[str, float],
) -> Evaluation:
    """Evaluate the ``touched`` nodes anew and take all others over from ``before``.

    ``weights`` are the points of single nodes, by code; what the branches above them compute
    for themselves gives way. Whatever depends on a change must be among the touched nodes.
    """
    result = Evaluation(
        plan=plan,
        inputs=inputs,
        scores=before.scores.copy(order="F"),
        states=before.states.copy(order="F"),
        weights=before.weights.copy(),
    )
    for part in BY_NODE:
        kept = {code: found for code, found in getattr(before, part).items() if code not in touched}
        setattr(result, part, kept)
    for code, points in weights.items():
        result.weights[plan.column[code]] = points
    asked = frozenset(plan.framework.node(code).parent or "" for code in weights)
    result.stated = before.stated | asked
    _evaluate_nodes([node for node in plan.order if node.code in touched], inputs, result)
    return result


def _evaluate_nodes(nodes: Sequence[Node], inputs: Inputs, result: Evaluation) -> None:
    """Evaluate nodes, given in the order of evaluation."""
    plan = result.plan
    given = {node.code for node in nodes}
    leaves = [node for node in plan.leaves if node.code in given]
    places = [plan.leaf_place[node.code] for node in leaves]
    columns = [plan.column[node.code] for node in leaves]
    is_whole = len(places) == len(plan.leaves)
    result.scores[:, columns] = inputs.leaf_scores if is_whole else inputs.leaf_scores[:, places]
    result.states[:, columns] = inputs.leaf_states if is_whole else inputs.leaf_states[:, places]
    adjusted: BoolArray = np.any(inputs.adjustments != 0, axis=0)
    for node in nodes:
        if plan.children[node.code]:
            _aggregate_node(node, inputs, result)
        if plan.rules_at[node.code] or adjusted[plan.column[node.code]]:
            _apply_rules(node, inputs, result)
    _report_overflow(inputs, result)
    _hand_weights_down(result)


def _aggregate_node(node: Node, inputs: Inputs, result: Evaluation) -> None:
    plan, column = result.plan, result.plan.column[node.code]
    children = plan.child_columns[node.code]
    scores, states = result.scores[:, children], result.states[:, children]
    left_out = inputs.screened.get(node.code)
    if not states.any() and left_out is None:  # PRESENT is zero: every child has a score
        weights = _points(node, scores, states, result)[None, :]
        _combine(node, inputs, result, scores, weights)
        result.states[:, column] = PRESENT
        return
    _report_refused(node, states, inputs, result)
    asked, lowest = is_due(node.missing, states), lowest_in_place(node.missing, states)
    present = states == PRESENT
    if lowest.any():
        scores = np.where(lowest, plan.framework.scale.min, scores)
        present = present | lowest
    seen = np.where(present, scores, np.nan)
    points = _points(node, seen, states, result)
    weights = np.where(present, points, 0.0)
    due = np.where(asked, points, 0.0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(due > 0, weights.sum(axis=1) / due, np.nan)
    result.availability[node.code] = share
    is_scored = (share >= node.missing.availability - SHARE_NOISE) & (weights.sum(axis=1) > 0)
    if left_out is not None:
        is_scored &= ~left_out
    weights = np.where(is_scored[:, None], weights, 0.0)
    _combine(node, inputs, result, scores, weights)
    unscored = unscored_state(asked, states)
    if left_out is not None:
        unscored = np.where(left_out, MISSING, unscored)
    result.states[:, column] = np.where(is_scored, PRESENT, unscored)


def _points(node: Node, scores: FloatArray, states: CodeArray, result: Evaluation) -> FloatArray:
    """The children's weights in points, before anything absent is taken into account.

    A child that a screen left out for all has no part in weights that the data give.
    """
    children = result.plan.child_columns[node.code]
    stated: FloatArray = result.weights[children]
    is_asked_for = node.code in result.stated or node.weighting.is_given
    if is_asked_for or node.weighting.method == "benefit_of_doubt":
        return stated
    own = result.weights[result.plan.column[node.code]]
    seen = np.ones(len(stated), dtype=np.bool_)
    if node.weighting.method not in STATED_WEIGHTS:
        seen = (states != LEFT_OUT).any(axis=0)
        if not seen.any():
            return stated
    found: FloatArray = np.zeros(len(stated))
    try:
        found[seen] = own * shares_of(node.weighting, scores[:, seen])
    except UnweightableError as error:
        child = None if error.child is None else int(np.flatnonzero(seen)[error.child])
        _report_unweightable(node, UnweightableError(error.code, child, error.row), result)
        return stated
    result.weights[children] = found
    return found


def _combine(
    node: Node, inputs: Inputs, result: Evaluation, scores: FloatArray, weights: FloatArray
) -> None:
    scale = result.plan.framework.scale
    column = result.plan.column[node.code]
    if needs_positive(node.aggregation):
        _report_outside(node, (weights > 0) & (scores <= 0), scores, inputs, result)
    elif needs_non_negative(node.aggregation):
        _report_outside(node, (weights > 0) & (scores < 0), scores, inputs, result)
    if node.weighting.method == "benefit_of_doubt":
        counted = np.broadcast_to(weights > 0, scores.shape)
        values = np.where(counted, (scores - scale.min) / scale.span, 0.0)
        _report_outside(node, values < 0, scores, inputs, result)
        try:
            benefit = benefit_of_the_doubt(node.weighting, np.maximum(values, 0.0), counted)
        except UnweightableError as error:
            _report_unweightable(node, error, result, inputs)
            return
        except ImportError as error:
            params = {"module": error.name or error}
            result.problems.append(Problem("module_needed", node.code, params=params))
            return
        result.benefits[node.code] = benefit.weights
        weights = np.broadcast_to(weights, scores.shape)
        found = np.where(counted.any(axis=1), scale.min + scale.span * benefit.scores, np.nan)
        result.scores[:, column] = found
    else:
        if node.aggregation.method in PAIRWISE:
            scores = _settled(node, scores, result)
        result.scores[:, column] = aggregate(node.aggregation, scores, weights, scale)
    result.child_weights[node.code] = weights
    if node.aggregation.method == "topsis":
        apart = np.broadcast_to(weights, scores.shape).sum(axis=1) > 0
        without = apart & np.isnan(result.scores[:, column])
        if without.any() and (without == apart).all():
            result.problems.append(Problem("no_spread", node.code, params={"child": "—"}))
        else:
            result.problems += [
                Problem("nothing_to_compare", node.code, inputs.localities[row])
                for row in np.flatnonzero(without)
            ]


def _settled(node: Node, scores: FloatArray, result: Evaluation) -> FloatArray:
    """Make sums that are equal but for float noise equal, before they are compared.

    An indicator's score is a function of its value: equal values have equal scores already,
    and values that differ in their last digit do differ.
    """
    sizes = Magnitudes(result)
    children = [result.plan.nodes[child] for child in result.plan.children[node.code]]
    return np.column_stack(
        [
            column if child.is_leaf else settled(column, sizes.noise(child.code))
            for child, column in zip(children, scores.T, strict=True)
        ]
    )


def _apply_rules(node: Node, inputs: Inputs, result: Evaluation) -> None:
    plan, scale = result.plan, result.plan.framework.scale
    column = plan.column[node.code]
    aggregated = result.scores[:, column].copy()
    scores = aggregated
    effects = []
    for rule in plan.rules_at[node.code]:
        observed = None if rule.indicator is None else inputs.snapshot.raw(rule.indicator)
        direction = (
            "positive" if rule.indicator is None else plan.framework.node(rule.indicator).direction
        )
        by = None if rule.substitute is None else _substitute(node, rule.substitute, inputs, result)
        effect = apply_rule(rule, scores, observed, direction, scale, by)
        effects.append(effect)
        scores = effect.after
    if effects:
        result.effects[node.code] = effects
    scores = scores + inputs.adjustments[:, column]
    kept = kept_on_scale(scores, aggregated, effects, scale)
    result.aggregated[node.code] = aggregated
    result.clamped[node.code] = (kept != scores) & np.isfinite(scores)
    result.scores[:, column] = kept
    # A rule that could not be judged may take the score away; its parent then lacks a child.
    # A substitution may give one.
    taken = np.isnan(kept) & np.isfinite(aggregated)
    given = np.isfinite(kept) & np.isnan(aggregated)
    states = np.where(taken, MISSING, result.states[:, column])
    result.states[:, column] = np.where(given, PRESENT, states)


def _substitute(node: Node, by: str, inputs: Inputs, result: Evaluation) -> FloatArray:
    """The scores that stand in for a node's; none where a screen left the node out."""
    column = result.plan.column
    out = result.states[:, column[node.code]] == LEFT_OUT
    if node.code in inputs.screened:
        out = out | inputs.screened[node.code]
    return np.where(out, np.nan, result.scores[:, column[by]])


def _hand_weights_down(result: Evaluation) -> None:
    """Scale every branch's weights to what its node received, from the index down.

    Weights of the document sum to their parent's already and stay to the last digit. Below a
    node of no weight they stay too: their proportions would be lost.
    """
    plan, weights = result.plan, result.weights
    for node in plan.nodes:
        if not plan.children[node.code]:
            continue
        children, own = plan.child_columns[node.code], float(weights[plan.column[node.code]])
        if not node.aggregation.is_weighted:
            weights[children] = own
            continue
        total = math.fsum(weights[children])
        if own > 0 and total > 0 and abs(total - own) > WEIGHT_TOLERANCE * max(1.0, own):
            weights[children] *= own / total


def _report_overflow(inputs: Inputs, result: Evaluation) -> None:
    faulty = (result.states == PRESENT) & ~np.isfinite(result.scores)
    if not faulty.any():
        return
    known = {item.node for item in result.problems}
    for column in np.flatnonzero(faulty.any(axis=0))[::-1]:
        code = result.plan.nodes[column].code
        if code in known:
            continue
        # What merely follows from a child's overflow is not named again.
        below = faulty[:, result.plan.child_columns[code]].any(axis=1)
        result.problems += [
            Problem("overflow", code, inputs.localities[row])
            for row in np.flatnonzero(faulty[:, column] & ~below)
        ]


def _report_refused(node: Node, states: CodeArray, inputs: Inputs, result: Evaluation) -> None:
    children = result.plan.children[node.code]
    for row, child in zip(*np.nonzero(refused(node.missing, states)), strict=True):
        params = {"child": result.plan.nodes[children[child]].code}
        unstated = "" if node.missing.states_not_applicable else "_unstated"
        is_missing = states[row, child] == MISSING
        code = "child_missing" if is_missing else f"child_not_applicable{unstated}"
        result.problems.append(Problem(code, node.code, inputs.localities[row], params))


def _report_outside(
    node: Node, faulty: BoolArray, scores: FloatArray, inputs: Inputs, result: Evaluation
) -> None:
    if not faulty.any():
        return
    children: Sequence[int] = result.plan.children[node.code]
    is_mean = needs_positive(node.aggregation)
    for row, child in zip(*np.nonzero(faulty), strict=True):
        params = {
            "child": result.plan.nodes[children[child]].code,
            "value": f"{scores[row, child]:g}",
            "method": node.aggregation.method,
        }
        code = "non_positive" if is_mean else "negative_score"
        result.problems.append(Problem(code, node.code, inputs.localities[row], params))


def _report_unweightable(
    node: Node, error: UnweightableError, result: Evaluation, inputs: Inputs | None = None
) -> None:
    children = result.plan.children[node.code]
    child = "—" if error.child is None else result.plan.nodes[children[error.child]].code
    locality = inputs.localities[error.row] if inputs and error.row is not None else None
    result.problems.append(Problem(error.code, node.code, locality, {"child": child}))
