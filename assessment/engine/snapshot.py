"""The observations of a run as arrays, checked against the framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from assessment.engine import observations as obs
from assessment.engine.arrays import FloatArray
from assessment.engine.document import FrameworkDocument, Node, ValueSpec
from assessment.engine.figures import plain_number
from assessment.engine.localities import Localities
from assessment.engine.problems import InputError, Problem


@dataclass(frozen=True)
class Snapshot:
    """For each observed node a column: values (NaN where none) and statuses."""

    raw: Mapping[str, FloatArray]
    status: Mapping[str, tuple[str, ...]]


def take_snapshot(
    framework: FrameworkDocument, observations: obs.Observations, localities: Localities
) -> Snapshot:
    """Lay observations out by node and locality; absent ones have the status ``missing``.

    Raises InputError with every observation that does not fit.
    """
    place = {code: index for index, code in enumerate(localities.codes)}
    nodes = {node.code: node for node in framework.observed}
    raw = {code: np.full(len(place), np.nan) for code in nodes}
    status = {code: [obs.MISSING] * len(place) for code in nodes}
    problems: list[Problem] = [] if place else [Problem("no_localities")]
    for item in observations.items:
        faults = _faults(item, nodes.get(item.indicator), place)
        problems += faults
        if faults:
            continue
        row = place[item.locality]
        status[item.indicator][row] = item.status
        if item.value is not None and item.status == obs.VALUE:
            raw[item.indicator][row] = item.value
    if problems:
        raise InputError(problems)
    return Snapshot(raw, {code: tuple(values) for code, values in status.items()})


def _faults(item: obs.Observation, node: Node | None, place: Mapping[str, int]) -> list[Problem]:
    faults = []
    if node is None or node.value is None:
        params = {"row": item.row, "indicator": item.indicator}
        faults.append(Problem("unknown_indicator", item.indicator, item.locality, params))
    if item.locality not in place:
        faults.append(Problem("unknown_locality", None, item.locality, {"row": item.row}))
    if faults or node is None or node.value is None:
        return faults
    if item.status == obs.NOT_APPLICABLE and not node.value.allows(obs.NOT_APPLICABLE):
        params = {"row": item.row}
        return [Problem("not_applicable_not_allowed", node.code, item.locality, params)]
    if item.status != obs.VALUE or item.value is None:
        return []
    return [
        Problem(
            code,
            node.code,
            item.locality,
            {"row": item.row, "value": plain_number(item.value), **params},
        )
        for code, params in value_faults(node.value, item.value)
    ]


def value_faults(spec: ValueSpec, value: float) -> list[tuple[str, dict[str, object]]]:
    """Return message codes and parameters for a value that does not fit its specification."""
    faults: list[tuple[str, dict[str, object]]] = []
    if spec.type == "integer" and not float(value).is_integer():
        faults.append(("not_an_integer", {}))
    if spec.type == "boolean" and not spec.levels and value not in (0.0, 1.0):
        faults.append(("not_a_boolean", {}))
    if spec.levels and value not in [level.value for level in spec.levels]:
        levels = ", ".join(plain_number(level.value) for level in spec.levels)
        faults.append(("not_a_level", {"levels": levels}))
    if spec.min is not None and value < spec.min:
        faults.append(("below_minimum", {"bound": plain_number(spec.min)}))
    if spec.max is not None and value > spec.max:
        faults.append(("above_maximum", {"bound": plain_number(spec.max)}))
    return faults
