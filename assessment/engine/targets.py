"""The observed value that earns an indicator's full score, where its method states one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assessment.engine.document import Node, Scale


def full_score_value(node: Node, scale: Scale, on: date | None) -> float | None:
    """Return the value at which an indicator earns its full score on a day.

    The better goalpost, the target, the best level, the point or band of the highest score.
    ``None`` where the method states no such value: under relative methods it depends on the
    other localities.
    """
    parameters = node.normalisation.parameters_on(on) if node.normalisation else None
    if node.normalisation is None or parameters is None:
        return None
    is_positive = node.direction == "positive"
    match node.normalisation.method:
        case "goalposts":
            return float(parameters["upper" if is_positive else "lower"])
        case "target_attainment":
            return _full_attainment(parameters, scale)
        case "distance_to_target":
            return float(parameters["target"])
        case "identity":
            return scale.max if is_positive else scale.min
        case "levels":
            return _best_level(node, is_positive=is_positive)
        case "piecewise_linear":
            return _best_of(parameters["points"], "value")
        case "bands":
            return _best_of(parameters["bands"], "from")
    return None


def _full_attainment(parameters: Mapping[str, Any], scale: Scale) -> float | None:
    """The target, unless it earns more or less than the full score: then the point that does."""
    required, target = float(parameters["required"]), float(parameters["target"])
    base = float(parameters.get("base", scale.min + 0.6 * scale.span))
    span = float(parameters.get("span", scale.max - base))
    if float(parameters.get("cap", scale.max)) < scale.max or (span <= 0 and base < scale.max):
        return None
    if base + span == scale.max:
        return target
    return required + max(0.0, scale.max - base) / span * (target - required)


def _best_level(node: Node, *, is_positive: bool) -> float:
    levels = node.value.levels if node.value else ()
    if not levels:
        return 1.0 if is_positive else 0.0
    return max(levels, key=lambda level: level.score).value


def _best_of(rows: Sequence[Mapping[str, Any]], key: str) -> float | None:
    best = max(rows, key=lambda row: float(row["score"]))
    return None if best[key] is None else float(best[key])
