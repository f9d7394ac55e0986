"""What is left of a faulty document: parts that no fault touches, to be checked and tried out.

A fault in one place must not hide an independent one elsewhere. What a fault spoils is put aside
or replaced by something harmless, and what would merely follow from that is not reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from assessment.engine.problems import Problem
from assessment.engine.schema import Path

# Faults of the tree's shape: the nodes they name stand elsewhere in what is left of it.
MISPLACED: Final = frozenset(
    {
        *("duplicate_code", "several_indexes", "index_with_parent", "no_parent"),
        *("unknown_parent", "parent_is_leaf", "flag_below_index", "cycle"),
    }
)
_COUNTED: Final = frozenset(
    {"wrong_number_of_weights", "wrong_number_of_comparisons", "shares_impossible"}
)
_ON_SCALE: Final = frozenset({"score_off_scale", "min_max_crossed", "grades_leave_gap"})
_OF_KINDS: Final = frozenset(
    {"veto_on_indicator", "rule_unknown_node", "rule_unknown_indicator", "substitution_circle"}
)

_TEXT: Final = {"zh-Hans": "—", "en": "—"}
_SCALE: Final = {"min": 0, "max": 100}
# What stands in for a branch that lost its children.
_ALWAYS_SCORED: Final = {
    "value": {"type": "number"},
    "impute": {"method": "constant", "value": 1},
    "normalisation": {"method": "identity"},
}
_UNREAD: Final = frozenset({"nodes", "rules", "validation"})


@dataclass(frozen=True)
class Remainder:
    """A document of sound shape, and what must not be concluded from what was put aside.

    ``broken`` are fields of the document, ``uncounted`` the branches whose children are not all
    there, ``unsure`` nodes whose kind or source is not known.
    """

    raw: Mapping[str, Any]
    broken: frozenset[str]
    uncounted: frozenset[str]
    unsure: frozenset[str]

    def supports(self, problem: Problem) -> bool:
        """Whether a problem found in the remainder is one of the document itself."""
        code = problem.code
        if code in _COUNTED:
            return problem.node not in self.uncounted
        if code in _ON_SCALE and "scale" in self.broken:
            return False
        if "grades" in self.broken and code in ("rule_unknown_grade", "grades_leave_gap"):
            return False
        named = {problem.node, problem.params.get("code")}
        if code in _OF_KINDS or code.startswith("validation_"):
            return not named & self.unsure and (code != "substitution_circle" or not self.unsure)
        return True


def remainder(
    raw: Mapping[str, Any], paths: Sequence[Path], shape: Sequence[Problem]
) -> Remainder | None:
    """Put aside what the faults at ``paths`` and those of the ``shape`` spoil.

    None where the nodes themselves cannot be read.
    """
    given = raw.get("nodes")
    if not isinstance(given, list) or any(path == ("nodes",) for path in paths):
        return None
    broken = frozenset(str(path[0]) for path in paths if path and path[0] not in _UNREAD)
    whole = {
        "code": "—",
        "version": "—",
        "title": _TEXT,
        "decimals": 2,
        "scale": _SCALE,
        **{key: item for key, item in raw.items() if key not in broken},
    }
    if "grades" not in whole:
        whole["grades"] = [{"code": "—", "title": _TEXT, "from": whole["scale"]["min"]}]
        broken |= {"grades"}
    if "scale" not in raw:
        broken |= {"scale"}
    whole["rules"] = _unspoiled(raw.get("rules"), paths, ("rules",))
    checks = raw.get("validation")
    spoiled = {path for path in paths if path[:1] == ("validation",) and len(path) < 3}
    rules = checks.get("rules") if isinstance(checks, Mapping) and not spoiled else None
    whole["validation"] = {"rules": _unspoiled(rules, paths, ("validation", "rules"))}
    nodes, unsure = _nodes(given, paths)
    whole["nodes"], uncounted = _placed(nodes, shape)
    lost = len(nodes) < len(given)
    codes = {node["code"] for node in whole["nodes"]} if lost else set[str]()
    return Remainder(whole, broken, frozenset(uncounted | codes), frozenset(unsure))


def _unspoiled(items: object, paths: Sequence[Path], at: Path) -> list[Any]:
    """The items of a list that no fault lies in."""
    depth = len(at)
    if not isinstance(items, list) or any(path == at[: len(path)] and path for path in paths):
        return []
    spoiled = {path[depth] for path in paths if path[:depth] == at and len(path) > depth}
    return [item for place, item in enumerate(items) if place not in spoiled]


def _nodes(given: list[Any], paths: Sequence[Path]) -> tuple[list[dict[str, Any]], set[str]]:
    """The nodes that have a code, without their spoiled fields, and those of unsure kind."""
    spoiled: dict[int | str, set[int | str]] = {}
    for path in paths:
        if path[:1] == ("nodes",) and len(path) > 2:
            spoiled.setdefault(path[1], set()).add(path[2])
    parents = {
        item.get("parent")
        for item in given
        if isinstance(item, Mapping) and "parent" in item and isinstance(item["parent"], str)
    }
    nodes: list[dict[str, Any]] = []
    unsure: set[str] = set()
    for place, item in enumerate(given):
        if not isinstance(item, Mapping) or not isinstance(item.get("code"), str):
            continue
        without = spoiled.get(place, set()) - {"code"}
        node = {key: cell for key, cell in item.items() if key not in without}
        if "kind" not in node:  # then nothing is known of its other fields
            kept = {key: node[key] for key in ("code", "parent") if key in node}
            node = {**kept, "kind": "dimension" if node["code"] in parents else "indicator"}
            unsure.add(node["code"])
        if without & {"source"}:
            unsure.add(node["code"])
        node = {"parent": None, "title": _TEXT, **node}
        if node["kind"] in ("indicator", "flag"):
            _observable(node)
        nodes.append(node)
    return nodes, unsure


def _observable(node: dict[str, Any]) -> None:
    """Give an observed node a kind of value, and a way to score it, where it lost its own."""
    had_value = "value" in node
    node.setdefault("value", {"type": "number"})
    if node["kind"] == "indicator":
        stated = node.setdefault("normalisation", {"method": "identity"})
        if not had_value and stated["method"] == "levels":
            node["normalisation"] = {"method": "identity"}


def _placed(
    nodes: list[dict[str, Any]], shape: Sequence[Problem]
) -> tuple[list[dict[str, Any]], set[str]]:
    """The nodes with misplaced ones below the index; the branches this leaves uncounted."""
    misplaced = {item.node for item in shape if item.code in MISPLACED}
    empty = {str(item.node) for item in shape if item.code == "no_children"}
    index = next((node for node in nodes if node["kind"] == "index"), None)
    if index is None:
        index = {"code": "—", "parent": None, "kind": "index", "title": _TEXT}
        nodes = [index, *nodes]
    root, uncounted = index["code"], {*empty}
    for node in nodes:
        if node is index:
            node["parent"] = None
        elif node["code"] in misplaced or node["kind"] == "index":
            uncounted |= {root, str(node["parent"])}
            node["parent"] = root
            node["kind"] = "dimension" if node["kind"] == "index" else node["kind"]
    return nodes, uncounted


def tryable(raw: Mapping[str, Any], problems: Sequence[Problem]) -> dict[str, Any]:
    """A remainder without its faulty parts: what is sound in it can be scored on trial.

    Nodes that a problem names are neutral, every branch weighs its children alike. Scores mean
    nothing; faults that the data bring to sound nodes are found.
    """
    named = {item.node for item in problems}
    rules = {item.params.get("rule") for item in problems}
    nodes: dict[str, dict[str, Any]] = {}
    for node in raw["nodes"]:
        nodes.setdefault(node["code"], _neutral(node) if node["code"] in named else dict(node))
    parents = {node["parent"] for node in nodes.values() if node["kind"] != "flag"}
    for node in nodes.values():
        if node["kind"] == "dimension" and node["code"] not in parents:
            node |= {"kind": "indicator", **_ALWAYS_SCORED}
    _weigh_alike(nodes)
    scale = raw["scale"] if raw["scale"]["min"] < raw["scale"]["max"] else _SCALE
    return {
        **raw,
        "scale": scale,
        "grades": [{"code": "—", "title": _TEXT, "from": scale["min"]}],
        "nodes": list(nodes.values()),
        "rules": [
            item
            for item in raw["rules"]
            if item["type"] != "veto" and item["id"] not in rules and item["node"] not in named
        ],
        "validation": {"rules": []},
    }


def _neutral(node: Mapping[str, Any]) -> dict[str, Any]:
    about = {key: node[key] for key in ("code", "parent", "kind", "title")}
    if node["kind"] == "indicator":
        return {**about, "value": {"type": "number"}, "normalisation": {"method": "identity"}}
    if node["kind"] == "flag":
        return {**about, "value": {"type": "number"}}
    return {**about, "missing": {"policy": "redistribute"}}


def _weigh_alike(nodes: Mapping[str, dict[str, Any]]) -> None:
    """Share a hundred points out anew from the index down; no branch asks for a share of them."""
    below: dict[str | None, list[dict[str, Any]]] = {}
    for node in nodes.values():
        if node["kind"] != "flag":
            below.setdefault(node["parent"], []).append(node)
        if "missing" in node:
            node["missing"] = {**node["missing"], "availability": 0}
    waiting = [(node, 100.0) for node in below.get(None, [])]
    while waiting:
        node, weight = waiting.pop()
        node["weight"] = weight
        children = below.get(node["code"], [])
        is_whole = node.get("aggregation", {}).get("method") in ("minimum", "maximum")
        share = weight if is_whole else weight / max(1, len(children))
        waiting += [(child, share) for child in children]
