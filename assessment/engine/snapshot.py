"""The observations of a run as arrays, checked against the framework."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np

from assessment.engine import observations as obs
from assessment.engine.arrays import CodeArray, FloatArray
from assessment.engine.document import FrameworkDocument, Node, ValueSpec
from assessment.engine.figures import plain_number
from assessment.engine.localities import Localities
from assessment.engine.problems import InputError, Problem

STATUS_CODES: Mapping[str, int] = MappingProxyType(
    {status: code for code, status in enumerate(obs.STATUSES)}
)


@dataclass(frozen=True)
class Snapshot:
    """Localities × observed nodes: values (NaN where none) and codes of statuses."""

    codes: tuple[str, ...]
    values: FloatArray
    statuses: CodeArray

    @cached_property
    def column(self) -> Mapping[str, int]:
        """Column numbers by node."""
        return {code: index for index, code in enumerate(self.codes)}

    def raw(self, code: str) -> FloatArray:
        """A node's values by locality."""
        found: FloatArray = self.values[:, self.column[code]]
        return found

    def status(self, code: str, row: int) -> str:
        """The status of one observation."""
        return obs.STATUSES[self.statuses[row, self.column[code]]]


def take_snapshot(
    framework: FrameworkDocument,
    observations: obs.Observations | obs.ObservationMatrix,
    localities: Localities,
) -> Snapshot:
    """Lay observations out by node and locality; absent ones have the status ``missing``.

    Raises InputError with every observation that does not fit.
    """
    place = {code: index for index, code in enumerate(localities.codes)}
    nodes = {node.code: node for node in framework.observed}
    column = {code: index for index, code in enumerate(nodes)}
    values = np.full((len(place), len(nodes)), np.nan, order="F")
    statuses = np.full(values.shape, STATUS_CODES[obs.MISSING], dtype=np.int8, order="F")
    fits = (_lay_matrix if isinstance(observations, obs.ObservationMatrix) else _lay_items)(
        observations, place, column, values, statuses
    )
    is_odd = not fits or _is_any_word_astray(observations, nodes)
    if not place or is_odd or _is_any_faulty(tuple(nodes.values()), values, statuses):
        if not place:
            raise InputError([Problem("no_localities")])
        faults = [_faults(item, nodes.get(item.indicator), place) for item in observations.items]
        if any(faults):
            kept = zip(observations.items, faults, strict=True)
            sound = obs.Observations(tuple(item for item, found in kept if not found))
            raise InputError(
                [problem for found in faults for problem in found],
                take_snapshot(framework, sound, localities),
            )
    return Snapshot(tuple(nodes), values, statuses)


def _is_any_word_astray(
    observations: obs.Observations | obs.ObservationMatrix, nodes: Mapping[str, Node]
) -> bool:
    """Whether true or false stands where a number is asked for."""
    if isinstance(observations, obs.ObservationMatrix):
        return False
    return any(
        item.indicator in nodes and not _takes_words(nodes[item.indicator].value)
        for item in observations.items
        if item.word is not None
    )


def _takes_words(spec: ValueSpec | None) -> bool:
    return spec is not None and spec.type == "boolean"


def _lay_items(
    observations: obs.Observations | obs.ObservationMatrix,
    place: Mapping[str, int],
    column: Mapping[str, int],
    values: FloatArray,
    statuses: CodeArray,
) -> bool:
    """Fill the arrays one observation at a time; tell whether each has its place."""
    items = observations.items
    rows = np.array([place.get(item.locality, -1) for item in items], dtype=np.intp)
    columns = np.array([column.get(item.indicator, -1) for item in items], dtype=np.intp)
    fits = (rows >= 0) & (columns >= 0)
    given = np.array([STATUS_CODES[item.status] for item in items], dtype=np.int8)
    numbers = np.array([np.nan if item.value is None else item.value for item in items])
    numbers = np.where(given == STATUS_CODES[obs.VALUE], numbers, np.nan)
    statuses[rows[fits], columns[fits]] = given[fits]
    values[rows[fits], columns[fits]] = numbers[fits]
    return bool(fits.all())


def _lay_matrix(
    observations: obs.Observations | obs.ObservationMatrix,
    place: Mapping[str, int],
    column: Mapping[str, int],
    values: FloatArray,
    statuses: CodeArray,
) -> bool:
    """Fill the arrays a column at a time; tell whether each observation has its place."""
    if not isinstance(observations, obs.ObservationMatrix):
        raise TypeError("a matrix of observations is needed")
    rows = np.array([place.get(code, -1) for code in observations.localities], dtype=np.intp)
    columns = [column.get(code, -1) for code in observations.indicators]
    if (rows < 0).any() or -1 in columns:
        return False
    for index, own in enumerate(columns):
        values[rows, own] = observations.values[:, index]
        seen = ~np.isnan(observations.values[:, index])
        statuses[rows[seen], own] = STATUS_CODES[obs.VALUE]
    return True


def _is_any_faulty(nodes: tuple[Node, ...], values: FloatArray, statuses: CodeArray) -> bool:
    """Whether some observation may not fit its node, judged a column at a time."""
    for index, node in enumerate(nodes):
        spec, column = node.value, values[:, index]
        if spec is None:
            return True
        is_away = statuses[:, index] == STATUS_CODES[obs.NOT_APPLICABLE]
        if is_away.any() and not spec.allows(obs.NOT_APPLICABLE):
            return True
        if spec.levels or spec.type in ("integer", "boolean"):
            seen = np.unique(column[~np.isnan(column)])
            if any(value_faults(spec, float(value)) for value in seen):
                return True
        elif (spec.min is not None and (column < spec.min).any()) or (
            spec.max is not None and (column > spec.max).any()
        ):
            return True
    return False


def strangers(
    items: Iterable[obs.Observation],
    indicators: Container[str] | None,
    localities: Container[str] | None,
) -> list[Problem]:
    """The observations of indicators or localities that are not there; ``None`` is not known."""
    faults = []
    for item in items:
        at: dict[str, object] = {"file": obs.FILE, "row": item.row}
        if indicators is not None and item.indicator not in indicators:
            params = {**at, "indicator": item.indicator}
            faults.append(Problem("unknown_indicator", item.indicator, item.locality, params))
        if localities is not None and item.locality not in localities:
            faults.append(Problem("unknown_locality", None, item.locality, at))
    return faults


def _faults(item: obs.Observation, node: Node | None, place: Mapping[str, int]) -> list[Problem]:
    faults = strangers([item], {} if node is None else {node.code}, place)
    if faults or node is None or node.value is None:
        return faults
    if item.status == obs.NOT_APPLICABLE and not node.value.allows(obs.NOT_APPLICABLE):
        params = {"file": obs.FILE, "row": item.row}
        return [Problem("not_applicable_not_allowed", node.code, item.locality, params)]
    if item.word is not None and not _takes_words(node.value):
        params = {"file": obs.FILE, "row": item.row, "value": item.word}
        return [Problem("not_a_number", node.code, item.locality, params)]
    if item.status != obs.VALUE or item.value is None:
        return []
    return [
        Problem(
            code,
            node.code,
            item.locality,
            {"file": obs.FILE, "row": item.row, "value": plain_number(item.value), **params},
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
