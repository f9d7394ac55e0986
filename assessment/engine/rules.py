"""Rules of the regulation, applied to a node's scores beside the weighted tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final

import numpy as np

from assessment.engine.arrays import BoolArray, CodeArray, FloatArray
from assessment.engine.document import Condition, Direction, Rule, Scale
from assessment.engine.rounding import decimal_of

NOT_FIRED: Final = 0
FIRED: Final = 1
NOT_JUDGED: Final = 2
NODE_MISSING: Final = 3
OUTCOMES: Final = ("not_fired", "fired", "not_judged", "node_missing")

# What quotients of floats may be off, as a share of what was divided.
_QUOTIENT_NOISE: Final = 1e-15

# First what stands in for the score, then deductions, additions and limits; within a phase the
# document's order.
_PHASES: Final = (
    "substitution",
    "step_deduction",
    "penalty",
    "bonus",
    "cap",
    "zero_on_deterioration",
    "veto",
)


@dataclass(frozen=True)
class RuleEffect:
    """What a rule did at its node: an outcome code and the score before and after, per row.

    ``after`` is NaN where the rule took the score away.
    """

    rule: Rule
    outcome: CodeArray
    before: FloatArray
    after: FloatArray

    @property
    def applies(self) -> BoolArray:
        """Where it fired, or could not be judged and counts as fired."""
        outcomes = (FIRED, NOT_JUDGED) if self.rule.unjudged == "zero" else (FIRED,)
        return np.isin(self.outcome, outcomes)


def in_order(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return rules in the order they act."""
    return tuple(sorted(rules, key=lambda rule: _PHASES.index(rule.type)))


def apply_rule(
    rule: Rule,
    scores: FloatArray,
    observed: FloatArray | None,
    direction: Direction,
    scale: Scale,
    substitute: FloatArray | None = None,
) -> RuleEffect:
    """Apply one rule to a node's scores.

    ``observed`` are the triggering indicator's values, ``None`` for a rule without one. A
    value of NaN cannot be judged: what happens then is the rule's ``unjudged``. A veto leaves
    scores as they are, unless it could not be judged and takes them away. ``substitute`` are
    the scores that a substitution puts in place of the node's, NaN where there is none.
    """
    values = np.zeros(scores.shape) if observed is None else observed
    judged, scored = np.isfinite(values), np.isfinite(scores)
    with np.errstate(invalid="ignore"):
        if rule.type == "substitution" and substitute is not None:
            fires = ~scored if rule.when is None else _holds(rule.when, values)
            after = substitute
            # What it needs is a score to put in place; the node's own may be absent.
            scored = np.isfinite(substitute) | (judged & ~fires)
        else:
            fires, after = _effect(rule, scores, values, direction, scale)
    fires = fires & judged & scored
    outcome = np.where(fires, FIRED, NOT_FIRED)
    outcome = np.where(judged, outcome, NOT_JUDGED)
    outcome = np.where(scored, outcome, NODE_MISSING).astype(np.int8)
    if rule.unjudged == "zero":
        fires = fires | (~judged & scored)
    after = np.where(fires, after, scores)
    if rule.unjudged == "no_score":
        after = np.where(judged, after, np.nan)
    return RuleEffect(rule, outcome, scores, after)


def kept_on_scale(
    scores: FloatArray, aggregated: FloatArray, effects: Iterable[RuleEffect], scale: Scale
) -> FloatArray:
    """Keep what rules and adjustments made of a node's scores on the scale, once for all.

    A deduction takes no more than what there is above the lowest score, a bonus adds no more
    than what is short of the highest. A score that stood beyond the scale before (its own, or
    the one put in its place) is not brought onto it: a deduction would raise it.
    """
    stood = aggregated
    for effect in effects:
        if effect.rule.type == "substitution":
            stood = effect.after
    kept: FloatArray = np.clip(scores, np.fmin(stood, scale.min), np.fmax(stood, scale.max))
    return kept


def _effect(
    rule: Rule, scores: FloatArray, values: FloatArray, direction: Direction, scale: Scale
) -> tuple[BoolArray, FloatArray]:
    parameters = rule.parameters
    match rule.type:
        case "zero_on_deterioration":
            threshold = parameters["threshold"]
            fires = values < threshold if direction == "positive" else values > threshold
            # A score below the lowest already is not lifted to it.
            return fires, np.minimum(scores, scale.min)
        case "veto":
            return _holds(rule.when, values), scores
        case "cap":
            limit = float(parameters["limit"])
            return _holds(rule.when, values) & (scores > limit), np.minimum(scores, limit)
        case "bonus" | "penalty":
            points = _points(rule, values)
            sign = 1.0 if rule.type == "bonus" else -1.0
            return points > 0, scores + sign * points
        case _:
            points = _steps(parameters, values) * float(parameters["points"])
            # The deduction never lifts a score that lies below the floor already.
            lowest = np.minimum(scores, float(parameters["floor"]))
            return points > 0, np.maximum(scores - points, lowest)


def _holds(condition: Condition | None, values: FloatArray) -> BoolArray:
    if condition is None:
        return np.ones(values.shape, dtype=np.bool_)
    comparisons = {
        "equals": np.equal,
        "not_equals": np.not_equal,
        "above": np.greater,
        "at_least": np.greater_equal,
        "below": np.less,
        "at_most": np.less_equal,
    }
    return np.asarray(comparisons[condition.operator](values, condition.value), dtype=np.bool_)


def _points(rule: Rule, values: FloatArray) -> FloatArray:
    if "points_per_unit" in rule.parameters:
        points = np.maximum(values, 0.0) * float(rule.parameters["points_per_unit"])
        points = np.where(_holds(rule.when, values), points, 0.0)
    else:
        points = np.where(_holds(rule.when, values), float(rule.parameters["points"]), 0.0)
    return np.minimum(points, float(rule.parameters["ceiling"]))


def _steps(parameters: Mapping[str, float | str], values: FloatArray) -> FloatArray:
    threshold, step = float(parameters["threshold"]), float(parameters["step"])
    beyond = values - threshold if parameters["side"] == "above" else threshold - values
    with np.errstate(over="ignore"):
        count = beyond / step
    whole = np.ceil(count) if parameters.get("counting") == "started" else np.floor(count)
    # Near a whole number the decimals decide: 0.3 / 0.1 is three steps, in binary it falls short.
    noise = (np.abs(values) + abs(threshold)) / step * _QUOTIENT_NOISE
    for row in np.flatnonzero(np.abs(count - np.rint(count)) <= noise):
        whole[row] = float(exact_steps(parameters, decimal_of(values[row])))
    return np.maximum(whole, 0.0)


def exact_steps(parameters: Mapping[str, float | str], value: Fraction) -> int:
    """The steps counted at a value, in exact arithmetic."""
    threshold = decimal_of(float(parameters["threshold"]))
    beyond = value - threshold if parameters["side"] == "above" else threshold - value
    count = beyond / decimal_of(float(parameters["step"]))
    return max(0, ceil(count) if parameters.get("counting") == "started" else floor(count))


def exact_points(rule: Rule, value: Fraction) -> Fraction:
    """The points a bonus or penalty that fired is about, in exact arithmetic."""
    given = rule.parameters
    if "points_per_unit" in given:
        points = max(value, Fraction(0)) * decimal_of(float(given["points_per_unit"]))
    else:
        points = decimal_of(float(given["points"]))
    return min(points, decimal_of(float(given["ceiling"])))
