"""How large the numbers were that a score came from, and so how far its float can be off.

A sum of numbers that cancel is small, its error is not: it goes with the size of the summands.
The bounds are generous; whoever needs to know more computes exactly (``exact``).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from assessment.engine.document import Node
from assessment.engine.evaluation import Evaluation
from assessment.engine.steps.columns import largest

_UNIT: Final = float(np.finfo(np.float64).eps)
_OWN: Final = 16


class Magnitudes:
    """Bounds by node for the errors of an evaluation's scores, found as they are asked for."""

    def __init__(self, found: Evaluation) -> None:
        """``found`` may still be under way: the nodes asked for must have their scores."""
        self._found = found
        self._steps = _UNIT * 4 * (len(found.plan.leaves) + _OWN)

    def noise(self, code: str) -> float:
        """How far scores of this node may lie from those in exact arithmetic."""
        return self._steps * self._size(self._found.plan.framework.node(code))

    def _size(self, node: Node) -> float:
        known = self._found.sizes
        if node.code not in known:
            known[node.code] = self._measured(node)
        return known[node.code]

    def _measured(self, node: Node) -> float:
        found, inputs = self._found, self._found.inputs
        column = found.plan.column[node.code]
        scale = found.plan.framework.scale
        size = abs(scale.min) + abs(scale.max) + float(inputs.largest_adjustments[column])
        if not found.plan.children[node.code] and inputs.normalised is not None:
            size += float(inputs.normalised.sizes[found.plan.leaf_place[node.code]])
        else:
            size += float(largest(found.scores[:, column])) + self._below(node)
        for effect in found.effects.get(node.code, []):
            size += float(largest(effect.before)) + float(largest(effect.after))
            if effect.rule.substitute is not None:
                size += self._size(found.plan.framework.node(effect.rule.substitute))
        return size

    def _below(self, node: Node) -> float:
        """What the children's errors may come to."""
        found = self._found
        children = found.plan.framework.children(node.code)
        if not children:
            return 0.0
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
