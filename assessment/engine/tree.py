"""Evaluation of the weighted tree from the indicators up, for all localities at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from assessment.engine.aggregate import MEANS_OF_POSITIVE, aggregate, contributions
from assessment.engine.arrays import (
    MISSING,
    NOT_APPLICABLE,
    PRESENT,
    BoolArray,
    CodeArray,
    FloatArray,
)
from assessment.engine.document import FrameworkDocument, Node, Rule
from assessment.engine.problems import Problem
from assessment.engine.rules import RuleEffect, apply_rule, in_order

# Shares of weight are compared with the threshold beyond float noise.
_SHARE_NOISE = 1e-12


@dataclass(frozen=True)
class Plan:
    """The framework laid out for arithmetic: columns are the weighted nodes, depth first."""

    framework: FrameworkDocument
    rules: tuple[Rule, ...]

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The columns."""
        return self.framework.depth_first

    @cached_property
    def column(self) -> Mapping[str, int]:
        """Column numbers by code."""
        return {node.code: index for index, node in enumerate(self.nodes)}

    @cached_property
    def weights(self) -> FloatArray:
        """Nominal weights in points."""
        return np.array([node.weight for node in self.nodes])

    @cached_property
    def children(self) -> Mapping[str, list[int]]:
        """Column numbers of each node's children."""
        return {
            node.code: [self.column[child.code] for child in self.framework.children(node.code)]
            for node in self.nodes
        }

    @cached_property
    def rules_at(self) -> Mapping[str, tuple[Rule, ...]]:
        """Rules by the node they act on, in the order they act."""
        return {
            node.code: in_order(tuple(rule for rule in self.rules if rule.node == node.code))
            for node in self.nodes
        }


@dataclass
class Evaluation:
    """Every step's result, localities × nodes; NaN where there is none."""

    scores: FloatArray
    states: CodeArray
    aggregated: FloatArray
    availability: FloatArray
    effective: FloatArray
    contribution: FloatArray
    zero_filled: BoolArray
    clamped: BoolArray
    effects: dict[str, list[RuleEffect]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Inputs:
    """What the tree is evaluated on: indicator scores, their states, raw values, adjustments."""

    leaf_scores: FloatArray
    leaf_states: CodeArray
    raw: Mapping[str, FloatArray]
    adjustments: FloatArray
    localities: tuple[str, ...]


def evaluate(plan: Plan, inputs: Inputs, weights: FloatArray | None = None) -> Evaluation:
    """Evaluate the tree; ``weights`` replaces the framework's, column by column.

    Faults of the arithmetic are collected in ``problems``; the caller decides to raise.
    """
    points = plan.weights if weights is None else weights
    result = _blank(inputs)
    for node in reversed(plan.nodes):
        column = plan.column[node.code]
        if plan.children[node.code]:
            _aggregate_node(plan, node, points, inputs, result)
        else:
            result.aggregated[:, column] = inputs.leaf_scores[:, column]
            result.states[:, column] = inputs.leaf_states[:, column]
        _finish_node(plan, node, inputs, result)
    root = plan.column[plan.framework.root.code]
    result.effective[:, root] = np.where(result.states[:, root] == PRESENT, points[root], 0.0)
    return result


def _blank(inputs: Inputs) -> Evaluation:
    shape = inputs.leaf_scores.shape

    def empty() -> FloatArray:
        return np.full(shape, np.nan)

    return Evaluation(
        scores=empty(),
        states=np.full(shape, MISSING),
        aggregated=empty(),
        availability=empty(),
        effective=empty(),
        contribution=empty(),
        zero_filled=np.zeros(shape, dtype=np.bool_),
        clamped=np.zeros(shape, dtype=np.bool_),
    )


def _aggregate_node(
    plan: Plan, node: Node, points: FloatArray, inputs: Inputs, result: Evaluation
) -> None:
    column, children = plan.column[node.code], plan.children[node.code]
    states = result.states[:, children]
    scores = result.scores[:, children]
    applicable, present = states != NOT_APPLICABLE, states == PRESENT
    if node.missing.policy == "error":
        _report_missing(plan, node, children, states, inputs, result)
    if node.missing.policy == "zero":
        absent = states == MISSING
        result.zero_filled[:, children] = absent
        scores = np.where(absent, plan.framework.scale.min, scores)
        present = present | absent
    weights = np.where(present, points[children], 0.0)
    due = np.where(applicable, points[children], 0.0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(due > 0, weights.sum(axis=1) / due, np.nan)
    result.availability[:, column] = share
    is_available = share >= node.missing.availability - _SHARE_NOISE
    is_scored = is_available & (weights.sum(axis=1) > 0)
    weights = np.where(is_scored[:, None], weights, 0.0)
    method = node.aggregation.method
    if method in MEANS_OF_POSITIVE:
        _report_non_positive(plan, node, children, scores, weights, inputs, result)
    combined = aggregate(method, scores, weights)
    result.aggregated[:, column] = combined
    result.states[:, column] = np.where(
        is_scored, PRESENT, np.where(applicable.any(axis=1), MISSING, NOT_APPLICABLE)
    )
    result.effective[:, children] = _effective(node, points[column], weights)
    result.contribution[:, children] = contributions(method, scores, weights, combined)


def _effective(node: Node, own_weight: float, weights: FloatArray) -> FloatArray:
    if not node.aggregation.is_weighted:
        return weights
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = weights / weights.sum(axis=1, keepdims=True)
    return np.where(weights > 0, shares * own_weight, 0.0)


def _finish_node(plan: Plan, node: Node, inputs: Inputs, result: Evaluation) -> None:
    column, scale = plan.column[node.code], plan.framework.scale
    scores = result.aggregated[:, column]
    effects = []
    for rule in plan.rules_at[node.code]:
        observed = None if rule.indicator is None else inputs.raw[rule.indicator]
        direction = (
            "positive" if rule.indicator is None else plan.framework.node(rule.indicator).direction
        )
        effect = apply_rule(rule, scores, observed, direction, scale)
        effects.append(effect)
        scores = effect.after
    if effects:
        result.effects[node.code] = effects
    scores = scores + inputs.adjustments[:, column]
    # An indicator may be meant to leave the scale (goalposts without truncation); a rule or
    # an adjustment never takes a score off it.
    moved = scores != result.aggregated[:, column]
    kept = np.where(moved, np.clip(scores, scale.min, scale.max), scores)
    result.clamped[:, column] = moved & (kept != scores) & np.isfinite(scores)
    result.scores[:, column] = kept
    faulty = (result.states[:, column] == PRESENT) & ~np.isfinite(kept)
    if not any(item.node == node.code for item in result.problems):
        result.problems += [
            Problem("overflow", node.code, inputs.localities[row]) for row in np.flatnonzero(faulty)
        ]


def _report_missing(
    plan: Plan,
    node: Node,
    children: list[int],
    states: CodeArray,
    inputs: Inputs,
    result: Evaluation,
) -> None:
    for row, child in zip(*np.nonzero(states == MISSING), strict=True):
        params = {"child": plan.nodes[children[child]].code}
        result.problems.append(Problem("child_missing", node.code, inputs.localities[row], params))


def _report_non_positive(
    plan: Plan,
    node: Node,
    children: list[int],
    scores: FloatArray,
    weights: FloatArray,
    inputs: Inputs,
    result: Evaluation,
) -> None:
    for row, child in zip(*np.nonzero((weights > 0) & (scores <= 0)), strict=True):
        params = {
            "child": plan.nodes[children[child]].code,
            "value": f"{scores[row, child]:g}",
            "method": node.aggregation.method,
        }
        result.problems.append(Problem("non_positive", node.code, inputs.localities[row], params))
