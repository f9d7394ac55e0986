"""Whether two framework documents mean the same thing by an indicator's code."""

from __future__ import annotations

from assessment.engine.document import FrameworkDocument, Node


def measured_alike(one: FrameworkDocument, two: FrameworkDocument) -> set[str]:
    """Codes that both observe, in the same unit and kind of value."""
    others = {node.code: node for node in two.observed}
    return {
        node.code
        for node in one.observed
        if node.code in others and _measure(node) == _measure(others[node.code])
    }


def _measure(node: Node) -> object:
    spec = node.value
    levels = sorted(level.value for level in spec.levels) if spec else []
    return node.unit, spec.type if spec else None, levels
