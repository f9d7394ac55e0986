"""An indicator's score in exact arithmetic: the fraction that its formula denotes.

Every observed value, weight and parameter is a decimal; the float that holds it is taken as the
shortest decimal that reads back as it. From there on nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import isfinite
from typing import Any, Final

from assessment.engine.document import Node, Scale
from assessment.engine.lines import Line
from assessment.engine.normalise import Normalised
from assessment.engine.rounding import decimal_of as exact

# Shares of n − 1 localities are recovered from their float up to this many.
_MOST_OTHERS: Final = 1_000_000


def exact_leaf(node: Node, found: Normalised, row: int, place: int, scale: Scale) -> Fraction:
    """The score of one locality at one indicator; ``found`` has its float and its formula."""
    score, value = float(found.scores[row, place]), float(found.values[row, place])
    parameters = found.parameters[place]
    if place in found.lines:
        return _on_line(exact(value), found.lines[place])
    if place in found.lowest:
        share = exact(found.lowest[place]) / exact(value)
        return exact(scale.min) + (exact(scale.max) - exact(scale.min)) * share
    match node.normalisation.method if node.normalisation else "":
        case "target_attainment":
            return _attained(exact(value), scale, parameters)
        case "piecewise_linear":
            return _between(exact(value), parameters["points"])
        case "percentile_rank":
            low, span = exact(scale.min), exact(scale.max) - exact(scale.min)
            share = ((Fraction(score) - low) / span).limit_denominator(_MOST_OTHERS)
            return low + span * share
        case "identity" if node.direction == "negative":
            return exact(scale.min) + exact(scale.max) - exact(value)
        case _:  # a number of the document or a count, and identity itself
            return exact(score)


def _on_line(value: Fraction, line: Line) -> Fraction:
    steep, at_zero, least, most = _coefficients(line)
    score = steep * value + at_zero
    if least is not None and score < least:
        return least
    return score if most is None or score < most else most


@lru_cache(maxsize=4096)
def _coefficients(line: Line) -> tuple[Fraction, Fraction, Fraction | None, Fraction | None]:
    """Slope, score at zero, and the scores it is kept between; a line never falls to its end."""
    start, low, reach = exact(line.start), exact(line.low), exact(line.high) - exact(line.low)
    steep = reach / (exact(line.end) - start)
    least = low + reach * exact(line.floor) if isfinite(line.floor) else None
    most = low + reach * exact(line.cap) if isfinite(line.cap) else None
    return steep, low - steep * start, least, most


def _attained(value: Fraction, scale: Scale, parameters: Mapping[str, Any]) -> Fraction:
    def given(name: str, otherwise: Fraction) -> Fraction:
        return exact(float(parameters[name])) if name in parameters else otherwise

    least, most = exact(scale.min), exact(scale.max)
    required, target = given("required", least), given("target", most)
    base = given("base", least + Fraction(3, 5) * (most - least))
    span = given("span", most - base)
    progress = (value - required) / (target - required)
    if progress >= 0:
        score = base + span * progress
    else:
        score = base * (value / required if target > required else required / value)
    return min(max(score, given("floor", least)), given("cap", most))


def _between(value: Fraction, points: Sequence[Mapping[str, Any]]) -> Fraction:
    table = [(exact(float(p["value"])), exact(float(p["score"]))) for p in points]
    if value <= table[0][0]:
        return table[0][1]
    for (x0, y0), (x1, y1) in pairwise(table):
        if value <= x1:
            return y0 + (y1 - y0) * (value - x0) / (x1 - x0)
    return table[-1][1]
