"""Scores in exact arithmetic, for the few cells whose rounding floats cannot decide.

Floats are the filter: where a score lies further from a rounding tie than its error can be, they
decide. What is left is computed again as a fraction, from the observed decimals up, so that
scores that are equal are published as equal and those that differ are not made equal. Roots and
logarithms have no fraction; they are taken to sixty digits and kept to forty-five, where a root
that is a short decimal is that decimal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from functools import partial
from typing import Final

import numpy as np

from assessment.engine.arrays import PRESENT, FloatArray
from assessment.engine.document import Node
from assessment.engine.evaluation import Evaluation
from assessment.engine.exact_leaf import exact_leaf
from assessment.engine.magnitudes import Magnitudes
from assessment.engine.methods import Aggregation
from assessment.engine.pairwise import PAIRWISE
from assessment.engine.rounding import decimal_of as exact
from assessment.engine.rounding import published_units
from assessment.engine.rules import FIRED, NOT_JUDGED, RuleEffect, exact_points, exact_steps
from assessment.engine.steps.columns import readable

_DIGITS: Final = 60
_KEPT: Final = Context(prec=45)
_MOST_DIGITS: Final = 400

# A fraction further than this share from the float of the same score answers another question.
_ALIKE: Final = 1e-9

Weighed = list[tuple[Fraction, Fraction]]


def published_of(found: Evaluation, columns: Sequence[int]) -> FloatArray:
    """Round the scores of these columns; counts units of the last published place."""
    plan, sizes, scores = found.plan, Magnitudes(found), Exact(found)
    noise = np.array([sizes.noise(plan.nodes[column].code) for column in columns])

    def decided(row: int, place: int) -> Fraction | None:
        column = columns[place]
        one = scores.score(row, plan.nodes[column].code)
        near = float(found.scores[row, column])
        slack = max(float(noise[place]), _ALIKE * max(1.0, abs(near)))
        return one if abs(one - Fraction(near)) <= slack else None

    return published_units(
        found.scores[:, list(columns)], plan.framework.decimals, noise=noise, exact=decided
    )


class Exact:
    """The scores of an evaluation as fractions, one cell at a time."""

    def __init__(self, found: Evaluation) -> None:
        self._found = found
        self._known: dict[tuple[int, str], Fraction] = {}

    def score(self, row: int, code: str) -> Fraction:
        """The final score of a node that has one."""
        key = row, code
        if key not in self._known:
            node = self._found.plan.framework.node(code)
            own = self._found.aggregated_at(code)[row]
            before = None if math.isnan(own) else self._aggregated(row, node, float(own))
            self._known[key] = self._ruled(row, node, before)
        return self._known[key]

    def _aggregated(self, row: int, node: Node, score: float) -> Fraction:
        found, inputs = self._found, self._found.inputs
        if found.plan.children[node.code]:
            return self._combined(row, node, score)
        normalised, place = inputs.normalised, found.plan.leaf_place[node.code]
        if normalised is None or not (
            normalised.scores[row, place] == score and np.isfinite(normalised.values[row, place])
        ):
            return exact(score)  # stated by the framework, or moved by a study
        return exact_leaf(node, normalised, row, place, found.plan.framework.scale)

    def _combined(self, row: int, node: Node, score: float) -> Fraction:
        found, how = self._found, node.aggregation
        scale = found.plan.framework.scale
        if node.code in found.benefits or how.method in PAIRWISE:
            size = np.array([max(abs(scale.min), abs(scale.max), abs(score))])
            return exact(float(readable(np.array([score]), size)[0]))
        weights = found.child_weights[node.code]
        points = weights[0 if len(weights) == 1 else row]
        if node.code not in found.stated and not node.weighting.is_given:
            points = readable(points)  # computed: the decimals they denote
        children: Sequence[int] = found.plan.children[node.code]
        weighed = [
            (
                exact(float(points[place])),
                self.score(row, found.plan.nodes[child].code)
                if found.states[row, child] == PRESENT
                else exact(scale.min),
            )
            for place, child in enumerate(children)
            if points[place] > 0
        ]
        return _mean(how, weighed)

    def _ruled(self, row: int, node: Node, before: Fraction | None) -> Fraction:
        found, scale = self._found, self._found.plan.framework.scale
        added = float(found.inputs.adjustments[row, found.plan.column[node.code]])
        effects = found.effects.get(node.code, [])
        if before is not None and not effects and not added:
            return before
        score = stood = before
        for effect in effects:
            is_open = effect.outcome[row] == NOT_JUDGED and effect.rule.unjudged == "zero"
            if effect.outcome[row] != FIRED and not is_open:
                continue
            if effect.rule.substitute is not None:
                score = stood = self.score(row, effect.rule.substitute)
            elif score is not None:
                score = self._moved(row, effect, score)
        if score is None or stood is None:
            raise ValueError(f"{node.code} has no score to round")
        score += exact(added)
        return min(max(score, min(stood, exact(scale.min))), max(stood, exact(scale.max)))

    def _moved(self, row: int, effect: RuleEffect, score: Fraction) -> Fraction:
        rule, given = effect.rule, effect.rule.parameters
        observed = None
        if rule.indicator is not None:
            raw = float(self._found.inputs.snapshot.raw(rule.indicator)[row])
            observed = None if math.isnan(raw) else exact(raw)
        value = Fraction(0) if observed is None else observed
        match rule.type:
            case "zero_on_deterioration":
                return min(score, exact(self._found.plan.framework.scale.min))
            case "cap":
                return min(score, exact(float(given["limit"])))
            case "bonus":
                return score + exact_points(rule, value)
            case "penalty":
                return score - exact_points(rule, value)
            case "step_deduction":
                taken = exact_steps(given, value) * exact(float(given["points"]))
                return max(score - taken, min(score, exact(float(given["floor"]))))
            case _:  # a veto leaves the score
                return score


def _mean(how: Aggregation, weighed: Weighed) -> Fraction:
    total = sum((weight for weight, _score in weighed), Fraction(0))
    match how.method:
        case "minimum":
            return min(score for _weight, score in weighed)
        case "maximum":
            return max(score for _weight, score in weighed)
        case "arithmetic":
            return _sum_of_products(weighed) / total
        case "harmonic":
            return total / sum((weight / score for weight, score in weighed), Fraction(0))
        case "owa":
            return _ordered(how, weighed, total)
        case method:
            power = 0.0 if method == "geometric" else how.power
            return _power_mean(weighed, total, power)


def _sum_of_products(weighed: Weighed) -> Fraction:
    """The sum on one denominator: fractions would be reduced at every step."""
    below = math.lcm(*(weight.denominator * score.denominator for weight, score in weighed))
    return Fraction(
        sum(
            weight.numerator * score.numerator * (below // (weight.denominator * score.denominator))
            for weight, score in weighed
        ),
        below,
    )


def _ordered(how: Aggregation, weighed: Weighed, total: Fraction) -> Fraction:
    """The ordered weighted average: see ``aggregate.order_shares``."""
    given = [exact(weight) for weight in how.order_weights]
    whole = sum(given, Fraction(0))
    cumulated = [sum(given[:place], Fraction(0)) / whole for place in range(len(given) + 1)]

    def passed(share: Fraction) -> Fraction:
        at = min(int(share * len(given)), len(given) - 1)
        return cumulated[at] + (share * len(given) - at) * (cumulated[at + 1] - cumulated[at])

    found, gone = Fraction(0), Fraction(0)
    for weight, score in sorted(weighed, key=lambda pair: -pair[1]):
        found += (passed((gone + weight) / total) - passed(gone / total)) * score
        gone += weight
    return found


def _power_mean(weighed: Weighed, total: Fraction, power: float) -> Fraction:
    """The mean of powers, to forty-five digits."""
    lost = 0 if power == 0 else max(0, -math.floor(math.log10(abs(power))))
    context = Context(prec=min(_DIGITS + 2 * lost, _MOST_DIGITS))
    number = partial(_decimal, context=context)
    scores = [(number(weight / total), number(score)) for weight, score in weighed]
    if power == 0:
        logs = [context.multiply(share, context.ln(score)) for share, score in scores]
        return Fraction(_KEPT.plus(context.exp(_sum(logs, context))))
    exponent = number(exact(power))
    raised = [
        context.multiply(share, context.power(score, exponent)) if score else Decimal(0)
        for share, score in scores
    ]
    mean = _sum(raised, context)
    if not mean:
        return Fraction(0)
    return Fraction(_KEPT.plus(context.power(mean, context.divide(Decimal(1), exponent))))


def _decimal(number: Fraction, context: Context) -> Decimal:
    return context.divide(Decimal(number.numerator), Decimal(number.denominator))


def _sum(numbers: Sequence[Decimal], context: Context) -> Decimal:
    found = Decimal(0)
    for number in numbers:
        found = context.add(found, number)
    return found
