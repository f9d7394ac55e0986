"""The methodology once more, naively: one locality, one node, one exact fraction at a time.

Shares no line with the engine and no array library. Values are ``Fraction`` wherever the
arithmetic is rational; only roots, powers and logarithms are floats.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any

Number = Fraction | float
Column = dict[str, Number | None]
Table = Mapping[str, Mapping[str, Any]]


class Reference:
    """Scores, published values and ranks of a document and a table locality → indicator → value.

    A cell is a number, or a status as text; an absent cell is ``missing``.
    """

    def __init__(self, document: Mapping[str, Any], table: Table) -> None:
        self.nodes = {node["code"]: node for node in document["nodes"]}
        self.rules = document.get("rules", [])
        self.low, self.high = (Fraction(document["scale"][end]) for end in ("min", "max"))
        self.decimals = document["decimals"]
        self.table, self.places = table, list(table)
        self.scores: dict[str, Column] = {}
        self.states: dict[str, dict[str, str]] = {}
        for code, node in self.nodes.items():
            if node["kind"] == "indicator":
                self._indicator(code, node)
        self._branch(next(c for c, node in self.nodes.items() if node["kind"] == "index"))

    def published(self, code: str) -> dict[str, Decimal | None]:
        """A node's scores, rounded once, half to even."""
        last = Decimal(1).scaleb(-self.decimals)
        found: dict[str, Decimal | None] = {}
        for place, value in self.scores[code].items():
            if value is None:
                found[place] = None
                continue
            exact = Fraction(value)
            digits = Context(prec=60, rounding=ROUND_HALF_EVEN)
            text = digits.divide(Decimal(exact.numerator), Decimal(exact.denominator))
            found[place] = text.quantize(last, rounding=ROUND_HALF_EVEN, context=digits)
        return found

    def ranks(self, code: str) -> dict[str, int | None]:
        """One more than the number of localities above."""
        values = self.published(code)
        return {
            place: None
            if own is None
            else 1 + sum(other is not None and other > own for other in values.values())
            for place, own in values.items()
        }

    def _cell(self, place: str, code: str) -> Any:
        return self.table[place].get(code, "missing")

    def _indicator(self, code: str, node: Mapping[str, Any]) -> None:
        cells = {place: self._cell(place, code) for place in self.places}
        values: Column = {
            place: None if isinstance(cell, str) else Fraction(str(cell))
            for place, cell in cells.items()
        }
        for place, cell in cells.items():
            if cell == "missing" and node.get("impute"):
                values[place] = _stand_in(node["impute"], _present(cells))
        column = self._normalised(node, values)
        states = {
            place: "present"
            if values[place] is not None
            else "away"
            if cells[place] in ("not_applicable", "excluded")
            else "missing"
            for place in self.places
        }
        self.scores[code], self.states[code] = column, states
        self._apply_rules(code)

    def _normalised(self, node: Mapping[str, Any], values: Column) -> Column:
        stated, is_more = node["normalisation"], node["direction"] == "positive"
        seen = [value for value in values.values() if value is not None]
        span = self.high - self.low

        def one(x: Number) -> Number:
            worst, best = (min(seen), max(seen)) if is_more else (max(seen), min(seen))
            worse = sum(1 for other in seen if (other < x if is_more else other > x))
            match stated["method"]:
                case "goalposts":
                    lower, upper = (Fraction(str(stated[end])) for end in ("lower", "upper"))
                    part = (
                        (x - lower) / (upper - lower) if is_more else (upper - x) / (upper - lower)
                    )
                    if stated.get("truncate", True):
                        part = min(max(part, Fraction(0)), Fraction(1))
                    return self.low + span * part
                case "min_max":
                    return self.low + span * (x - worst) / (best - worst)
                case "distance_to_maximum":
                    return self.low + span * (1 - (best - x) / (best - worst))
                case "fraction_of_maximum":
                    return self.low + span * (x / best if is_more else best / x)
                case "percentile_rank":
                    return self.low + span * Fraction(worse, len(seen) - 1)
                case "rank":
                    return Fraction(worse + 1)
                case "borda":
                    return Fraction(worse)
                case "z_score":
                    mean = sum(seen) / len(seen)
                    squares = sum((other - mean) ** 2 for other in seen)
                    deviation = math.sqrt(squares / (len(seen) - 1))
                    z = float(x - mean) / deviation
                    middle, unit = stated["mean"], stated["deviation"]
                    return float(middle + unit * (z if is_more else -z))
                case "identity":
                    return x if is_more else self.low + self.high - x
                case method:
                    raise NotImplementedError(method)

        return {place: None if x is None else one(x) for place, x in values.items()}

    def _branch(self, code: str) -> None:
        node = self.nodes[code]
        children = [c for c, other in self.nodes.items() if other["parent"] == code]
        for child in children:
            if self.nodes[child]["kind"] == "dimension":
                self._branch(child)
        self.scores[code], self.states[code] = {}, {}
        for place in self.places:
            score, state = self._combined(node, children, place)
            self.scores[code][place], self.states[code][place] = score, state
        self._apply_rules(code)

    def _combined(
        self, node: Mapping[str, Any], children: Sequence[str], place: str
    ) -> tuple[Number | None, str]:
        missing = node["missing"]
        counted: list[tuple[Fraction, Number]] = []
        due = Fraction(0)
        for child in children:
            weight = Fraction(str(self.nodes[child]["weight"]))
            state, score = self.states[child][place], self.scores[child][place]
            policy = {
                "missing": missing["policy"],
                "away": missing.get("not_applicable", "redistribute"),
            }.get(state)
            if state == "present" and score is not None:
                counted.append((weight, score))
            elif policy == "zero":
                counted.append((weight, self.low))
            if state != "away" or policy == "zero":
                due += weight
        total = sum(weight for weight, _ in counted)
        states = [self.states[child][place] for child in children]
        if not counted or total < Fraction(str(missing.get("availability", 0))) * due:
            is_away = set(states) == {"away"} and missing.get("not_applicable") != "zero"
            return None, "away" if is_away else "missing"
        return _aggregate(node["aggregation"], counted, Fraction(total)), "present"

    def _apply_rules(self, code: str) -> None:
        order = ("step_deduction", "penalty", "bonus", "cap", "zero_on_deterioration")
        mine = [rule for rule in self.rules if rule["node"] == code]
        for place in self.places:
            score = moved = self.scores[code][place]
            for rule in sorted(mine, key=lambda rule: order.index(rule["type"])):
                cell = self._cell(place, rule["indicator"])
                if moved is not None and not isinstance(cell, str):
                    moved = self._ruled(rule, moved, Fraction(str(cell)))
            # Kept on the scale once, when all rules have acted: a bonus makes up for a penalty.
            # A deduction takes no more than lies above the lowest score, a bonus adds no more
            # than is short of the highest: beyond them the score itself is the limit.
            if score is not None and moved is not None:
                low, high = min(self.low, score), max(self.high, score)
                self.scores[code][place] = min(max(moved, low), high)

    def _ruled(self, rule: Mapping[str, Any], score: Number, value: Fraction) -> Number:
        def given(name: str) -> Fraction:
            return Fraction(str(rule[name]))

        match rule["type"]:
            case "zero_on_deterioration":
                is_more = self.nodes[rule["indicator"]]["direction"] == "positive"
                is_worse = value < given("threshold") if is_more else value > given("threshold")
                return min(self.low, score) if is_worse else score
            case "cap":
                return min(score, given("limit")) if value > rule["when"]["value"] else score
            case "bonus" | "penalty":
                points = min(max(value, Fraction(0)) * given("points_per_unit"), given("ceiling"))
                return score + points if rule["type"] == "bonus" else score - points
            case _:
                beyond = value - given("threshold")
                steps = max(beyond // given("step"), 0)
                return max(score - steps * given("points"), min(score, given("floor")))


def _present(cells: Mapping[str, Any]) -> list[Fraction]:
    return [Fraction(str(cell)) for cell in cells.values() if not isinstance(cell, str)]


def _stand_in(impute: Mapping[str, Any], values: list[Fraction]) -> Fraction:
    if impute["method"] == "constant":
        return Fraction(str(impute["value"]))
    if impute["method"] == "mean":
        return sum(values, Fraction(0)) / len(values)
    ordered, middle = sorted(values), len(values) // 2
    if len(values) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def _aggregate(
    how: Mapping[str, Any], counted: list[tuple[Fraction, Number]], total: Fraction
) -> Number:
    weighed = [(weight, score) for weight, score in counted if weight > 0]
    match how["method"]:
        case "arithmetic":
            return sum(weight * score for weight, score in weighed) / total
        case "geometric":
            logs = [float(weight) * math.log(score) for weight, score in weighed]
            return math.exp(math.fsum(logs) / float(total))
        case "harmonic":
            return total / sum(weight / score for weight, score in weighed)
        case "generalised":
            power = how["power"]
            sums = math.fsum(float(weight) * float(score) ** power for weight, score in weighed)
            return float((sums / float(total)) ** (1 / power))
        case "minimum":
            return min(score for _, score in weighed)
        case "maximum":
            return max(score for _, score in weighed)
        case method:
            raise NotImplementedError(method)
