"""What differs between two documents of a framework, node by node."""

from collections.abc import Mapping
from typing import Any


def document_difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[str]]:
    """Codes of nodes added, removed and changed, and the other parts that differ.

    Lists are in the order of the codes; a node moved among its siblings but else the same is
    not changed, the order as such is the part ``node order``.
    """
    before, after = _nodes(old), _nodes(new)
    stayed = [code for code in before if code in after]
    parts = (set(old) | set(new)) - {"nodes"}
    differing = {part for part in parts if old.get(part) != new.get(part)}
    if stayed != [code for code in after if code in before]:
        differing.add("node order")
    return {
        "added": sorted(set(after) - set(before)),
        "removed": sorted(set(before) - set(after)),
        "changed": sorted(code for code in stayed if before[code] != after[code]),
        "other_parts": sorted(differing),
    }


def _nodes(document: Mapping[str, Any]) -> dict[str, Any]:
    return {node["code"]: node for node in document.get("nodes", [])}
