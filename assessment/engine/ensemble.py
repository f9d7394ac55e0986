"""The index under many sets of weights at once: draws × localities instead of one run each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from assessment.engine.aggregate import needs_non_negative, needs_positive, powers, rooted
from assessment.engine.arrays import MISSING, PRESENT, BoolArray, FloatArray
from assessment.engine.document import Node
from assessment.engine.evaluation import Inputs
from assessment.engine.gaps import is_due, lowest_in_place, refused, unscored_state
from assessment.engine.methods import Aggregation
from assessment.engine.plan import Plan
from assessment.engine.rules import apply_rule, kept_on_scale
from assessment.engine.tree import SHARE_NOISE

# Methods whose score follows from a locality's own children, draw by draw.
_SEPARATE: Final = ("arithmetic", "geometric", "harmonic", "generalised", "minimum", "maximum")


@dataclass(frozen=True)
class _Part:
    """A node's scores and states, draws × localities (one row where all draws agree)."""

    scores: FloatArray
    states: np.ndarray[tuple[int, ...], np.dtype[np.int8]]


@dataclass(frozen=True)
class Ensemble:
    """The index's scores, draws × localities, and which draws have no answer."""

    scores: FloatArray
    failed: BoolArray


def is_separate(plan: Plan, replaced: Mapping[str, Aggregation]) -> bool:
    """Whether the tree can be evaluated for many draws at once."""
    if any(rule.substitute is not None for rule in plan.rules):
        return False
    return all(
        replaced.get(node.code, node.aggregation).method in _SEPARATE
        and node.weighting.method != "benefit_of_doubt"
        for node in plan.nodes
        if plan.children[node.code]
    )


def index_scores(
    plan: Plan, inputs: Inputs, weights: FloatArray, replaced: Mapping[str, Aggregation]
) -> Ensemble:
    """Evaluate the index for each row of ``weights`` (points, draws × nodes).

    ``replaced`` are aggregations that stand in for those of the framework, by node. A draw
    fails where ``evaluate`` would report a problem.
    """
    failed = np.zeros(len(weights), dtype=np.bool_)
    adjusted: BoolArray = np.any(inputs.adjustments != 0, axis=0)
    sums = _sums_of_leaves(plan, inputs, adjusted, replaced)
    parts: dict[str, _Part] = {}
    for node in reversed(plan.nodes):
        children = plan.children[node.code]
        if node.parent in sums:
            continue  # a part of a sum that is taken in one stroke
        if node.code in sums:
            parts[node.code] = _summed(plan, node, inputs, weights, sums[node.code])
            continue
        if children:
            part = _combined(plan, node, inputs, weights, parts, replaced, failed)
            for child in children:
                del parts[plan.nodes[child].code]
        else:
            place = plan.leaf_place[node.code]
            part = _Part(inputs.leaf_scores[None, :, place], inputs.leaf_states[None, :, place])
        if plan.rules_at[node.code] or adjusted[plan.column[node.code]]:
            part = _ruled(plan, node, inputs, part)
        faulty = (part.states == PRESENT) & ~np.isfinite(part.scores)
        if faulty.any():
            failed |= faulty.any(axis=1)
        parts[node.code] = part
    root = parts[plan.framework.root.code]
    shape = (len(weights), len(inputs.localities))
    return Ensemble(np.broadcast_to(root.scores, shape), failed)


def _sums_of_leaves(
    plan: Plan,
    inputs: Inputs,
    adjusted: BoolArray,
    replaced: Mapping[str, Aggregation],
) -> dict[str, list[int]]:
    """The branches that are weighted sums of complete indicators alone, with these.

    Below such a branch nothing but weights happens, and those multiply down the tree: the
    points of its indicators are their shares of it.
    """
    complete = (inputs.leaf_states == PRESENT).all(axis=0)
    found: dict[str, list[int]] = {}
    for node in reversed(plan.nodes):
        column = plan.column[node.code]
        if plan.rules_at[node.code] or adjusted[column] or node.code in inputs.screened:
            continue
        if node.is_leaf:
            if complete[plan.leaf_place[node.code]]:
                found[node.code] = [column]
            continue
        children = [plan.nodes[child].code for child in plan.children[node.code]]
        how = replaced.get(node.code, node.aggregation)
        if how.method == "arithmetic" and all(child in found for child in children):
            found[node.code] = [leaf for child in children for leaf in found[child]]
    return {code: leaves for code, leaves in found.items() if plan.children[code]}


def _summed(
    plan: Plan, node: Node, inputs: Inputs, weights: FloatArray, leaves: list[int]
) -> _Part:
    places = [plan.leaf_place[plan.nodes[leaf].code] for leaf in leaves]
    own = weights[:, [plan.column[node.code]]]
    scores = weights[:, leaves] @ inputs.leaf_scores[:, places].T / own
    return _Part(scores, np.zeros((1, scores.shape[1]), dtype=np.int8))


def _combined(
    plan: Plan,
    node: Node,
    inputs: Inputs,
    weights: FloatArray,
    parts: Mapping[str, _Part],
    replaced: Mapping[str, Aggregation],
    failed: BoolArray,
) -> _Part:
    columns = plan.children[node.code]
    children = [parts[plan.nodes[column].code] for column in columns]
    how = replaced.get(node.code, node.aggregation)
    points = weights[:, columns]
    left_out = inputs.screened.get(node.code)
    is_complete = left_out is None and not any(child.states.any() for child in children)
    if is_complete:
        scores = [child.scores for child in children]
        present: list[BoolArray] | None = None
        scored: BoolArray = np.ones((1, 1), dtype=np.bool_)
    else:
        scores, present, scored, states = _with_gaps(plan, node, inputs, points, children, failed)
    failed |= _outside(how, scores, present, points, scored)
    total = _sum(points, present)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = _aggregated(how, scores, present, points, total)
    if is_complete:
        return _Part(found, np.zeros((1, found.shape[1]), dtype=np.int8))
    return _Part(np.where(scored, found, np.nan), states)


def _with_gaps(
    plan: Plan,
    node: Node,
    inputs: Inputs,
    points: FloatArray,
    children: list[_Part],
    failed: BoolArray,
) -> tuple[
    list[FloatArray], list[BoolArray], BoolArray, np.ndarray[tuple[int, ...], np.dtype[np.int8]]
]:
    """The children's scores, which count, which localities are scored, the node's states."""
    for child in children:
        failed |= refused(node.missing, child.states).any(axis=1)
    scores, states = [child.scores for child in children], [child.states for child in children]
    present = [own == PRESENT for own in states]
    lowest, gaps = plan.framework.scale.min, [lowest_in_place(node.missing, s) for s in states]
    scores = [np.where(gap, lowest, one) for gap, one in zip(gaps, scores, strict=True)]
    present = [here | gap for here, gap in zip(present, gaps, strict=True)]
    asked = [is_due(node.missing, own) for own in states]
    counted, due = _sum(points, present), _sum(points, asked)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(due > 0, counted / due, np.nan)
    scored = (share >= node.missing.availability - SHARE_NOISE) & (counted > 0)
    unscored = unscored_state(
        np.stack(np.broadcast_arrays(*asked), axis=-1),
        np.stack(np.broadcast_arrays(*states), axis=-1),
    )
    left_out = inputs.screened.get(node.code)
    if left_out is not None:
        scored = scored & ~left_out
        unscored = np.where(left_out, MISSING, unscored)
    # What has no score contributes nothing: its weight is not counted, its value set to one.
    filled = [np.where(here, one, 1.0) for here, one in zip(present, scores, strict=True)]
    return filled, present, scored, np.where(scored, PRESENT, unscored).astype(np.int8)


def _sum(points: FloatArray, present: list[BoolArray] | None) -> FloatArray:
    """The weight that counts, draws × localities (× 1 where it is the same for all)."""
    if present is None:
        alike: FloatArray = points.sum(axis=1, keepdims=True)
        return alike
    total: FloatArray = np.zeros((len(points), 1))
    for place, here in enumerate(present):
        total = total + points[:, [place]] * here
    return total


def _outside(
    how: Aggregation,
    scores: list[FloatArray],
    present: list[BoolArray] | None,
    points: FloatArray,
    scored: BoolArray,
) -> BoolArray:
    """The draws with a score for which the mean has no meaning; who is not scored has none."""
    found = np.zeros(len(points), dtype=np.bool_)
    if needs_positive(how) or needs_non_negative(how):
        for place, one in enumerate(scores):
            faulty = one <= 0 if needs_positive(how) else one < 0
            if present is not None:
                faulty = faulty & present[place]
            found |= (faulty & scored & (points[:, [place]] > 0)).any(axis=1)
    return found


def _aggregated(
    how: Aggregation,
    scores: list[FloatArray],
    present: list[BoolArray] | None,
    points: FloatArray,
    total: FloatArray,
) -> FloatArray:
    if how.method in ("minimum", "maximum"):
        return _extreme(how.method, scores, present, points)
    power = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}.get(how.method, how.power)
    unit = _unit(how, scores)
    if unit is not None:
        scores = [one / unit for one in scores]
    if present is None and all(len(one) == 1 for one in scores):
        # All children are the same in every draw: one matrix product.
        table = _raised(how, np.concatenate(scores), power)
        found = _rooted(points @ table / total, power)
    else:
        added: FloatArray = np.zeros((len(points), 1))
        for place, one in enumerate(scores):
            part = _raised(how, one, power) * points[:, [place]]
            added = added + (part if present is None else np.where(present[place], part, 0.0))
        found = _rooted(added / total, power)
    return found if unit is None else unit * found


def _unit(how: Aggregation, scores: list[FloatArray]) -> FloatArray | None:
    """What scores are divided by before they are raised, so that no power leaves the floats.

    As ``aggregate`` does it: the largest, for a negative power the smallest; none for the means
    that raise to no power.
    """
    if how.method != "generalised" or how.power in (0, 1):
        return None
    extreme = np.maximum if how.power > 0 else np.minimum
    found: FloatArray = scores[0]
    for one in scores[1:]:
        found = extreme(found, one)
    return np.where((found > 0) & np.isfinite(found), found, 1.0)


def _extreme(
    method: str, scores: list[FloatArray], present: list[BoolArray] | None, points: FloatArray
) -> FloatArray:
    worst = np.inf if method == "minimum" else -np.inf
    better = np.minimum if method == "minimum" else np.maximum
    found: FloatArray = np.full((1, 1), worst)
    for place, one in enumerate(scores):
        counts = points[:, [place]] > 0
        if present is not None:
            counts = counts & present[place]
        found = better(found, np.where(counts, one, worst))
    return found


def _raised(how: Aggregation, scores: FloatArray, power: float) -> FloatArray:
    """The scores' powers, or logarithms; one in place of scores that the mean does not take.

    Those count only where they have no weight: with one the draw has failed (``_outside``).
    """
    if power == 1:
        return scores
    scores = np.where(scores > 0 if needs_positive(how) else scores >= 0, scores, 1.0)
    if power == 0:
        found: FloatArray = np.log(scores)
        return found
    return powers(scores, power)


def _rooted(mean: FloatArray, power: float) -> FloatArray:
    if power == 1:
        return mean
    if power == 0:
        found: FloatArray = np.exp(mean)
        return found
    return rooted(mean, power)


def _ruled(plan: Plan, node: Node, inputs: Inputs, part: _Part) -> _Part:
    """Apply the node's rules and adjustments to every draw."""
    scale, (draws, count) = plan.framework.scale, part.scores.shape
    before = np.ascontiguousarray(part.scores).ravel()
    found = before
    for rule in plan.rules_at[node.code]:
        observed, direction = None, "positive"
        if rule.indicator is not None:
            observed = np.tile(inputs.snapshot.raw(rule.indicator), draws)
            direction = plan.framework.node(rule.indicator).direction
        found = apply_rule(rule, found, observed, direction, scale).after  # type: ignore[arg-type]
    found = found + np.tile(inputs.adjustments[:, plan.column[node.code]], draws)
    # No effects: a substitution is in no tree that is evaluated here.
    kept = kept_on_scale(found, before, (), scale)
    # A rule that could not be judged may take the score away: the parent then lacks a child.
    taken = (np.isnan(kept) & np.isfinite(before)).reshape(draws, count)
    states = np.where(taken, MISSING, part.states).astype(np.int8) if taken.any() else part.states
    return _Part(kept.reshape(draws, count), states)
