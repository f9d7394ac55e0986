"""The tree's shape, checked on parsed JSON so that faults elsewhere do not hide it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessment.engine.problems import Problem

# Sums of weights typed with a few decimals differ from the parent's only by float noise.
WEIGHT_TOLERANCE = 1e-9
_OF_CYCLES = ("no_children", "weights_do_not_sum", "branch_weight")


@dataclass(frozen=True, slots=True)
class OutlineNode:
    """What the shape needs of a node; ``None`` where the document says something unusable."""

    code: str
    parent: str | None
    kind: str
    weight: float | None
    is_weighted: bool


def check_outline(raw: Mapping[str, Any]) -> list[Problem]:
    """Return all faults of codes, parents, cycles and weights."""
    nodes = _outline(raw.get("nodes"))
    problems = [
        Problem("duplicate_code", code, params={"count": count})
        for code, count in Counter(node.code for node in nodes).items()
        if count > 1
    ]
    problems += _root_problems(nodes)
    by_code = {node.code: node for node in nodes}
    for node in nodes:
        problems += _parent_problems(node, by_code)
    cycles = _cycle_problems(by_code)
    problems += cycles
    below, uncounted = _below(nodes), _parents_of_nameless(raw.get("nodes"))
    for node in nodes:
        if node.code in uncounted:
            continue  # a child without a usable code is not among those that are summed
        children = [item for item in below.get(node.code, ()) if item is not node]
        found = _weight_problems(node, children)
        # Weights that do not add up merely follow from a cycle, on it and where it was cut off.
        problems += [item for item in found if not cycles or item.code not in _OF_CYCLES]
    return problems


def _below(nodes: list[OutlineNode]) -> Mapping[str, list[OutlineNode]]:
    """The weighted children by their parent's code, in one pass."""
    below: dict[str, list[OutlineNode]] = {}
    for node in nodes:
        if node.parent is not None and node.kind != "flag":
            below.setdefault(node.parent, []).append(node)
    return below


def _parents_of_nameless(items: object) -> set[str]:
    return {
        item["parent"]
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, Mapping)
        and not isinstance(item.get("code"), str)
        and isinstance(item.get("parent"), str)
    }


def _outline(items: object) -> list[OutlineNode]:
    return [
        _outline_node(item)
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, Mapping) and isinstance(item.get("code"), str)
    ]


def _outline_node(item: Mapping[str, Any]) -> OutlineNode:
    parent, weight, aggregation = (item.get(key) for key in ("parent", "weight", "aggregation"))
    method = aggregation.get("method") if isinstance(aggregation, Mapping) else None
    is_number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
    return OutlineNode(
        code=item["code"],
        parent=parent if isinstance(parent, str) else None,
        kind=str(item.get("kind")),
        weight=float(weight) if is_number and weight is not None else None,
        is_weighted=method not in ("minimum", "maximum"),
    )


def _root_problems(nodes: list[OutlineNode]) -> list[Problem]:
    roots = [node for node in nodes if node.kind == "index"]
    problems = [] if roots else [Problem("no_index")]
    problems += [Problem("several_indexes", node.code) for node in roots[1:]]
    problems += [
        Problem("index_with_parent", node.code, params={"parent": node.parent})
        for node in roots
        if node.parent is not None
    ]
    return problems


def _parent_problems(node: OutlineNode, by_code: Mapping[str, OutlineNode]) -> list[Problem]:
    if node.kind == "index":
        return []
    if node.parent is None:
        return [Problem("no_parent", node.code)]
    parent = by_code.get(node.parent)
    if parent is None:
        return [Problem("unknown_parent", node.code, params={"parent": node.parent})]
    if parent.kind in ("indicator", "flag"):
        return [Problem("parent_is_leaf", node.code, params={"parent": node.parent})]
    if node.kind == "flag" and parent.kind != "index":
        return [Problem("flag_below_index", node.code, params={"parent": node.parent})]
    return []


def _cycle_problems(by_code: Mapping[str, OutlineNode]) -> list[Problem]:
    problems = []
    reported: set[str] = set()
    for start in by_code:
        path: dict[str, None] = {}  # ordered, and quick to ask
        code: str | None = start
        while code is not None and code in by_code and code not in path and code not in reported:
            path[code] = None
            code = by_code[code].parent
        if code is not None and code in path:
            codes = list(path)
            loop = codes[codes.index(code) :]
            problems.append(Problem("cycle", code, params={"path": " → ".join([*loop, code])}))
        reported.update(path)
    return problems


def _weight_problems(node: OutlineNode, children: list[OutlineNode]) -> list[Problem]:
    if node.kind not in ("index", "dimension"):
        return []
    if not children:
        return [Problem("no_children", node.code)]
    weights = [item.weight for item in children if item.weight is not None]
    if node.weight is None or len(weights) < len(children):
        return []  # the schema has reported the unusable weight
    if any(weight < 0 or not math.isfinite(weight) for weight in [node.weight, *weights]):
        return []
    if not any(weights):
        return [Problem("weights_all_zero", node.code)]
    tolerance = WEIGHT_TOLERANCE * max(1.0, node.weight)
    if node.is_weighted:
        total = math.fsum(weights)
        if abs(total - node.weight) > tolerance:
            params = {"expected": f"{node.weight:g}", "actual": f"{total:.10g}"}
            return [Problem("weights_do_not_sum", node.code, params=params)]
        return []
    return [
        Problem("branch_weight", item.code, params={"parent": node.code, "expected": node.weight})
        for item in children
        if item.weight is not None and abs(item.weight - node.weight) > tolerance
    ]
