"""Normalisation: values become scores; the direction is applied here and only here.

Every formula with its source: docs/methodology.md, section 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.document import Level, Node, Scale
from assessment.engine.lines import LINEAR, Line, extent_of, line_of, on_lines
from assessment.engine.problems import Problem, ScoringError
from assessment.engine.steps.columns import largest

_MOMENTS = ("z_score",)
_EXTREMES = frozenset(LINEAR) - {"goalposts"}


@dataclass(frozen=True)
class Normalised:
    """Scores, localities × indicators, with what they were computed from.

    ``lines`` and ``lowest`` (the fraction of a lowest value) are by the indicator's place.
    """

    scores: FloatArray
    values: FloatArray
    parameters: Sequence[Mapping[str, Any]]
    lines: Mapping[int, Line]
    lowest: Mapping[int, float]

    @cached_property
    def sizes(self) -> FloatArray:
        """The largest magnitude that the arithmetic of each indicator worked at, in scores."""
        seen = largest(self.values)
        found = largest(self.scores)
        if self.lines:
            places = list(self.lines)
            start, end, low, high = (
                np.array([getattr(line, name) for line in self.lines.values()])
                for name in ("start", "end", "low", "high")
            )
            with np.errstate(over="ignore", invalid="ignore"):
                steep = np.abs((high - low) / (end - start))
                reach = steep * (seen[places] + np.abs(start) + np.abs(end))
            found[places] += np.abs(low) + np.abs(high) + np.nan_to_num(reach, posinf=np.inf)
        for place, parameters in enumerate(self.parameters):
            if place not in self.lines:
                found[place] += _steepest(parameters) * seen[place]
        return found

    def amended(self, places: Sequence[int], part: Normalised, values: FloatArray) -> Normalised:
        """The same of other ``values``, which differ in the indicators at ``places`` alone."""
        scores, sizes = self.scores.copy(order="F"), self.sizes.copy()
        scores[:, places], sizes[places] = part.scores, part.sizes
        parameters = list(self.parameters)
        for place, own in zip(places, part.parameters, strict=True):
            parameters[place] = own
        lines = {at: line for at, line in self.lines.items() if at not in places}
        lowest = {at: value for at, value in self.lowest.items() if at not in places}
        lines |= {places[at]: line for at, line in part.lines.items()}
        lowest |= {places[at]: value for at, value in part.lowest.items()}
        found = Normalised(scores, values, parameters, lines, lowest)
        found.__dict__["sizes"] = sizes  # known: the other columns stay
        return found

    def rows(self, rows: slice) -> Normalised:
        """The same of some localities; the statistics stay those of all."""
        return replace(self, scores=self.scores[rows], values=self.values[rows])


def _steepest(parameters: Mapping[str, Any]) -> float:
    """By how much a score of a table or a target moves with a value, at most."""
    points = parameters.get("points", ())
    moves = [
        abs((two["score"] - one["score"]) / (two["value"] - one["value"]))
        for one, two in pairwise(points)
    ]
    if "required" in parameters:
        required, target = float(parameters["required"]), float(parameters["target"])
        reach = abs(float(parameters.get("span", 0))) + abs(float(parameters.get("base", 0))) + 100
        moves += [reach / abs(target - required), reach / required]
    return max(moves, default=1.0)


def normalised(
    nodes: Sequence[Node],
    values: FloatArray,
    scale: Scale,
    on: date | None,
    codes: Sequence[str],
) -> FloatArray:
    """Return the scores alone: see ``normalisation_of``."""
    return normalisation_of(nodes, values, scale, on, codes).scores


def normalisation_of(
    nodes: Sequence[Node],
    values: FloatArray,
    scale: Scale,
    on: date | None,
    codes: Sequence[str],
) -> Normalised:
    """Return the scores of localities × ``nodes``; NaN stays NaN.

    ``codes`` are the localities'. Raises ScoringError with every indicator for which no
    edition applies, that is constant under a scaling method, or whose arithmetic overflows.
    """
    problems: list[Problem] = []
    parameters = [_parameters(node, on, problems) for node in nodes]
    scores = np.full(values.shape, np.nan, order="F")
    lines: dict[int, Line] = {}
    lowest: dict[int, float] = {}
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        _score_lines(nodes, parameters, values, scale, codes, scores, problems, lines, lowest)
        for column, (node, given) in enumerate(zip(nodes, parameters, strict=True)):
            if given is not None and _method(node) not in LINEAR:
                one = _scores(node, given, values[:, column], scale, problems)
                scores[:, column] = one
    overflowed = np.isfinite(values) & ~np.isfinite(scores)
    known = {problem.node for problem in problems}
    problems += [
        Problem("overflow", nodes[column].code, codes[row])
        for column in np.flatnonzero(overflowed.any(axis=0)).tolist()
        if nodes[column].code not in known
        for row in np.flatnonzero(overflowed[:, column]).tolist()
    ]
    if problems:
        raise ScoringError(problems, scores)
    known_parameters = [given or {} for given in parameters]
    return Normalised(scores, values, known_parameters, lines, lowest)


def _method(node: Node) -> str:
    if node.normalisation is None or node.value is None:
        raise TypeError(f"{node.code} is not an indicator")
    return node.normalisation.method


def _parameters(node: Node, on: date | None, problems: list[Problem]) -> Mapping[str, Any] | None:
    found = node.normalisation.parameters_on(on) if node.normalisation else None
    if found is None:
        code = "date_needed" if on is None else "no_edition"
        problems.append(Problem(code, node.code, params={"on": on}))
    return found


def _score_lines(
    nodes: Sequence[Node],
    parameters: Sequence[Mapping[str, Any] | None],
    values: FloatArray,
    scale: Scale,
    codes: Sequence[str],
    scores: FloatArray,
    problems: list[Problem],
    lines: dict[int, Line],
    lowest: dict[int, float],
) -> None:
    """Score all straight-line indicators in one stroke; fills ``lines`` and ``lowest``."""
    methods = {_method(node) for node in nodes}
    seen = values if methods & _EXTREMES else values[:1]
    extent = extent_of(seen, codes, with_moments=bool(methods & set(_MOMENTS)))
    for column, (node, given) in enumerate(zip(nodes, parameters, strict=True)):
        if given is None or _method(node) not in LINEAR:
            continue
        if _method(node) == "fraction_of_maximum" and node.direction == "negative":
            scores[:, column] = share_of_lowest(node, values[:, column], scale, problems)
            lowest[column] = float(np.fmin.reduce(values[:, column]))
            continue
        line = line_of(node, given, extent, column, scale, problems)
        if line is not None:
            lines[column] = line
    found, columns = list(lines.values()), list(lines)
    if len(columns) == len(nodes):
        scores[...] = on_lines(values, found)
    elif columns:
        scores[:, columns] = on_lines(values[:, columns], found)


def _scores(
    node: Node,
    parameters: Mapping[str, Any],
    values: FloatArray,
    scale: Scale,
    problems: list[Problem],
) -> FloatArray:
    is_positive = node.direction == "positive"
    match _method(node):
        case "rank" | "percentile_rank" | "borda" as method:
            return by_order(method, values if is_positive else -values, scale)
        case "target_attainment":
            return target_attainment(values, scale, parameters)
        case "bands":
            return bands(values, parameters["bands"])
        case "piecewise_linear":
            return piecewise_linear(values, parameters["points"])
        case "levels":
            table = node.value.levels if node.value else ()
            return levels(values, scale, table, is_positive=is_positive)
        case _:
            return values.copy() if is_positive else scale.min + scale.max - values


def share_of_lowest(
    node: Node, values: FloatArray, scale: Scale, problems: list[Problem]
) -> FloatArray:
    """Return min + span × (lowest value)/x: the fraction of the best where less is better."""
    seen = values[~np.isnan(values)]
    if seen.size and seen.min() <= 0:
        params = {"reference": f"{seen.min():g}", "worst": "0"}
        problems.append(Problem("reference_not_better", node.code, params=params))
        return np.full(values.shape, np.nan)
    best = seen.min() if seen.size else np.nan
    return scale.min + scale.span * (best / values)


def by_order(method: str, values: FloatArray, scale: Scale) -> FloatArray:
    """Return scores from the order of a column in which more is better; ties share the lowest.

    ``rank``: 1 for the worst up to n. ``borda``: the number of localities below.
    ``percentile_rank``: that number as a share of n − 1, on the scale; a single value has the
    whole scale.
    """
    present = ~np.isnan(values)
    below = np.full(values.shape, np.nan)
    below[present] = np.searchsorted(np.sort(values[present]), values[present], side="left")
    if method == "rank":
        return below + 1.0
    if method == "borda":
        return below
    others = int(present.sum()) - 1
    share = below / others if others > 0 else np.where(present, 1.0, np.nan)
    return scale.min + scale.span * share


def target_attainment(
    values: FloatArray, scale: Scale, parameters: Mapping[str, Any]
) -> FloatArray:
    """Return base + span × (x − required)/(target − required); short of it base × attainment.

    Attainment is x/required where more is better and required/x where less is better, which
    the order of required and target tells; the checks see to it that required is above zero.
    Scores stay between floor and cap.
    """
    required, target = float(parameters["required"]), float(parameters["target"])
    base = float(parameters.get("base", scale.min + 0.6 * scale.span))
    span = float(parameters.get("span", scale.max - base))
    floor, cap = float(parameters.get("floor", scale.min)), float(parameters.get("cap", scale.max))
    progress = (values - required) / (target - required)
    with np.errstate(divide="ignore", invalid="ignore"):
        attained = values / required if target > required else required / values
    scores = np.where(progress >= 0, base + span * progress, base * attained)
    return np.where(np.isnan(values), np.nan, np.clip(scores, floor, cap))


def bands(values: FloatArray, table: Sequence[Mapping[str, Any]]) -> FloatArray:
    """Return the score of the last band whose start is reached, starts included."""
    starts = np.array([band["from"] for band in table[1:]], dtype=np.float64)
    scores = np.array([band["score"] for band in table], dtype=np.float64)
    found: FloatArray = scores[np.searchsorted(starts, values, side="right")]
    return np.where(np.isnan(values), np.nan, found)


def piecewise_linear(values: FloatArray, points: Sequence[Mapping[str, Any]]) -> FloatArray:
    """Return straight-line scores between points, the end scores beyond them."""
    at = np.array([point["value"] for point in points], dtype=np.float64)
    scores = np.array([point["score"] for point in points], dtype=np.float64)
    return np.where(np.isnan(values), np.nan, np.interp(values, at, scores))


def levels(
    values: FloatArray, scale: Scale, table: tuple[Level, ...], *, is_positive: bool
) -> FloatArray:
    """Return the score of each level; without a table 1 earns the better end of the scale."""
    scores = np.full(values.shape, np.nan)
    low, high = (scale.min, scale.max) if is_positive else (scale.max, scale.min)
    pairs = [(level.value, level.score) for level in table] or [(0.0, low), (1.0, high)]
    for value, score in pairs:
        scores[values == value] = score
    return scores
