"""The framework laid out for arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.document import FrameworkDocument, Node, Rule
from assessment.engine.rules import in_order


@dataclass(frozen=True)
class Plan:
    """Columns are the weighted nodes, depth first."""

    framework: FrameworkDocument
    rules: tuple[Rule, ...]

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The columns."""
        return self.framework.depth_first

    @cached_property
    def order(self) -> tuple[Node, ...]:
        """The nodes in the order of evaluation: whatever one rests on comes before it.

        Without substitutions that is the depth-first order from its end.
        """
        found: dict[str, Node] = {}
        stack = [(self.framework.root, False)]
        while stack:
            node, is_ready = stack.pop()
            if node.code in found:
                continue
            if is_ready:
                found[node.code] = node
                continue
            stack.append((node, True))
            stack += [(below, False) for below in self.framework.children(node.code)]
            stack += [
                (self.framework.node(rule.substitute), False)
                for rule in self.rules_at[node.code]
                if rule.substitute is not None
            ]
        return tuple(found.values())

    @cached_property
    def column(self) -> Mapping[str, int]:
        """Column numbers by code."""
        return {node.code: index for index, node in enumerate(self.nodes)}

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """The indicators in the order of their columns."""
        return tuple(node for node in self.nodes if node.kind == "indicator")

    @cached_property
    def leaf_columns(self) -> list[int]:
        """The columns of the indicators."""
        return [self.column[node.code] for node in self.leaves]

    @cached_property
    def leaf_place(self) -> Mapping[str, int]:
        """The place of each indicator among the leaves."""
        return {node.code: index for index, node in enumerate(self.leaves)}

    @cached_property
    def weights(self) -> FloatArray:
        """Nominal weights in points."""
        return np.array([node.weight for node in self.nodes])

    @cached_property
    def children(self) -> Mapping[str, list[int]]:
        """Column numbers of each node's children."""
        return {
            node.code: [self.column[child.code] for child in self.framework.children(node.code)]
            for node in self.nodes
        }

    @cached_property
    def child_columns(self) -> Mapping[str, slice | list[int]]:
        """The same, as a slice where the children lie side by side, which costs no copy."""
        return {code: _as_slice(columns) for code, columns in self.children.items()}

    @cached_property
    def rules_at(self) -> Mapping[str, tuple[Rule, ...]]:
        """Rules by the node they act on, in the order they act."""
        return {
            node.code: in_order(tuple(rule for rule in self.rules if rule.node == node.code))
            for node in self.nodes
        }

    def resting_on(self, codes: Collection[str]) -> set[str]:
        """The nodes and all that rest on them: those above, and those they stand in for."""
        found: set[str] = set()
        waiting = list(codes)
        while waiting:
            code = waiting.pop()
            if code in found:
                continue
            found.add(code)
            waiting += [above.code for above in self.framework.ancestors(code)]
            waiting += [rule.node for rule in self.rules if rule.substitute == code]
        return found


def _as_slice(columns: list[int]) -> slice | list[int]:
    if columns and columns == list(range(columns[0], columns[0] + len(columns))):
        return slice(columns[0], columns[-1] + 1)
    return columns
