"""How large the numbers were that a score came from, and so how far its float can be off.

A sum of numbers that cancel is small, its error is not: it goes with the size of the summands.
The bounds are generous; whoever needs to know more computes exactly (``exact``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.document import Node

if TYPE_CHECKING:
    from assessment.engine.tree import Evaluation

_UNIT: Final = float(np.finfo(np.float64).eps)
_OWN: Final = 16


def largest(values: FloatArray) -> FloatArray:
    """The largest magnitude of each column, zero for a column without values."""
    with np.errstate(invalid="ignore"):
        found: FloatArray = np.fmax.reduce(np.abs(values), axis=0, initial=0.0)
    return found


class Magnitudes:
    """Bounds by node for the errors of an evaluation's scores, found as they are asked for."""

    def __init__(self, found: Evaluation) -> None:
        """``found`` may still be under way: the nodes asked for must have their scores."""
        self._found = found
        self._sizes: dict[str, float] = {}
        self._steps = _UNIT * 4 * (len(found.plan.leaves) + _OWN)

    def noise(self, code: str) -> float:
        """How far scores of this node may lie from those in exact arithmetic."""
        return self._steps * self._size(self._found.plan.framework.node(code))

    def _size(self, node: Node) -> float:
        if node.code not in self._sizes:
            self._sizes[node.code] = self._measured(node)
        return self._sizes[node.code]

    def _measured(self, node: Node) -> float:
        found, inputs = self._found, self._found.inputs
        column = found.plan.column[node.code]
        scale = found.plan.framework.scale
        size = abs(scale.min) + abs(scale.max) + self._largest(column)
        if not found.plan.children[node.code]:
            if inputs.normalised is not None:
                size += float(inputs.normalised.sizes[found.plan.leaf_place[node.code]])
        else:
            size += self._below(node)
        for effect in found.effects.get(node.code, []):
            size += float(largest(effect.before)) + float(largest(effect.after))
            if effect.rule.substitute is not None:
                size += self._size(found.plan.framework.node(effect.rule.substitute))
        return size + float(largest(inputs.adjustments[:, column]))

    def _largest(self, column: int) -> float:
        return float(largest(self._found.scores[:, column]))

    def _below(self, node: Node) -> float:
        """What the children's errors may come to."""
        found = self._found
        children = found.plan.framework.children(node.code)
        sizes = np.array([self._size(child) for child in children])
        power = {"geometric": 0.0, "harmonic": -1.0}.get(node.aggregation.method)
        if node.aggregation.method == "generalised":
            power = node.aggregation.power
        if power is None:
            return float(sizes.max())
        scores = found.scores[:, found.plan.child_columns[node.code]]
        mean = found.aggregated_at(node.code)[:, None]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            # A mean of powers moves by share × (mean/score)^(1 − p) with a child's score.
            moves = np.where(scores > 0, (mean / scores) ** (1.0 - power), 0.0)
            depth = np.where(scores > 0, np.abs(np.log(scores)), 0.0)
        reach = largest(moves) * sizes
        return float(np.nan_to_num(reach, posinf=np.inf).max() + np.max(depth, initial=0.0))
