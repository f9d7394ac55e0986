"""What each child's weight came to, and what it added to its parent, for the trace."""

from __future__ import annotations

import numpy as np

from assessment.engine.aggregate import contributions
from assessment.engine.arrays import PRESENT, BoolArray, FloatArray
from assessment.engine.evaluation import Evaluation
from assessment.engine.gaps import lowest_in_place
from assessment.engine.outline import WEIGHT_TOLERANCE


def effective_weights(found: Evaluation) -> FloatArray:
    """Return points, localities × nodes: the weights that counted after what was absent.

    The children of a weighted node sum to its own effective weight, so that what an absent
    branch gave up reaches the indicators; a branch of a minimum or maximum keeps its full
    weight; under benefit of the doubt each locality has weights of its own. Below a node that
    does not count itself, because its parent has no score, they sum to the node's weight.
    """
    plan = found.plan
    effective = np.full(found.scores.shape, np.nan, order="F")
    root = plan.column[plan.framework.root.code]
    effective[:, root] = np.where(found.states[:, root] == PRESENT, found.weights[root], 0.0)
    for node in plan.nodes:
        weights = found.child_weights.get(node.code)
        if weights is None:
            continue
        weights = found.benefits.get(node.code, weights)
        column = plan.column[node.code]
        own = np.broadcast_to(found.weights[column], len(effective))[:, None]
        came_to = effective[:, [column]]
        own = np.where(came_to > 0, came_to, own)
        if node.aggregation.is_weighted:
            with np.errstate(invalid="ignore", divide="ignore"):
                shares = weights / weights.sum(axis=1, keepdims=True)
            weights = np.where(weights > 0, shares * own, 0.0)
        else:
            weights = np.where(weights > 0, own, 0.0)
        effective[:, plan.child_columns[node.code]] = weights
    return effective


def point_weights(found: Evaluation, effective: FloatArray) -> FloatArray:
    """Return the weight that each result's points are of, localities × nodes.

    The effective weight, so that the points of the parts of a sum add up to those of the whole;
    where the parent has no score, nothing was redistributed and the node has its own.
    """
    plan = found.plan
    own = np.broadcast_to(found.weights, effective.shape)
    counts = np.zeros(effective.shape, dtype=np.bool_)
    for node in plan.nodes:
        weights = found.child_weights.get(node.code)
        if weights is not None:
            counts[:, plan.child_columns[node.code]] = np.any(weights > 0, axis=1, keepdims=True)
    # What is the same but for float noise stays to the last digit.
    differs = ~np.isclose(effective, own, rtol=WEIGHT_TOLERANCE, atol=WEIGHT_TOLERANCE)
    return np.where(counts & differs, effective, own)


def contribution_points(found: Evaluation) -> FloatArray:
    """Return what each node adds to its parent's score, localities × nodes; see ``aggregate``."""
    plan, scale = found.plan, found.plan.framework.scale
    added = np.full(found.scores.shape, np.nan, order="F")
    for node in plan.nodes:
        weights = found.child_weights.get(node.code)
        if weights is None:
            continue
        children = plan.child_columns[node.code]
        scores = found.scores[:, children]
        scores = np.where(
            lowest_in_place(node.missing, found.states[:, children]), scale.min, scores
        )
        if node.code in found.benefits:
            benefit = found.benefits[node.code]
            with np.errstate(invalid="ignore"):
                added[:, children] = np.where(benefit > 0, benefit * (scores - scale.min), 0.0)
            continue
        combined = found.aggregated_at(node.code)
        added[:, children] = contributions(node.aggregation, scores, weights, combined)
    return added


def zero_filled(found: Evaluation) -> BoolArray:
    """Return the cells, localities × nodes, that count as the lowest score for want of one."""
    filled = np.zeros(found.scores.shape, dtype=np.bool_)
    for node in found.plan.nodes:
        if found.plan.children[node.code]:
            children = found.plan.child_columns[node.code]
            filled[:, children] = lowest_in_place(node.missing, found.states[:, children])
    return filled
