"""Changes of single nodes of a draft's tree."""

import copy
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.text import join_sentences
from assessment.engine import Problem
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.problems import described, is_unfinished_only
from assessment.frameworks.reading import document_problems
from assessment.frameworks.services.saving import lock_draft, save_document

# A node's identity: other nodes, rules and observations refer to it.
_FIXED = frozenset({"code", "kind", "parent"})
_BRANCHES = frozenset({"index", "dimension"})


@transaction.atomic
def update_node(
    *,
    version: FrameworkVersion,
    code: str,
    changes: Mapping[str, Any],
    revision: int,
    by: User | None,
    at: datetime,
) -> FrameworkVersion:
    """Replace parts of a node of a draft; a part set to ``None`` is taken out.

    ``changes`` maps keys of the node in FRAMEWORK.json to their new values. ``revision`` is
    the one the reader saw. Raises ``ValidationError`` by part, ``StaleRevisionError``,
    ``NotAllowedNow``. Saving what is there already changes nothing and records nothing.
    """
    version = lock_draft(version, revision=revision, by=by)
    document = copy.deepcopy(version.document)
    node = _find(document, code)
    fixed = sorted(_FIXED & changes.keys())
    if fixed:
        raise ValidationError({fixed[0]: _("This part of a node cannot be changed.")})
    differing = {key: value for key, value in changes.items() if node.get(key) != value}
    if not differing:
        return version
    before = {key: node.get(key) for key in differing}
    for key, value in differing.items():
        if value is None:
            node.pop(key, None)
        else:
            node[key] = value
    _check(document, code)
    return save_document(
        version,
        document,
        action="frameworks.update_node",
        before=before,
        after={"node": code, **differing},
        by=by,
        at=at,
    )


@transaction.atomic
def add_node(
    *,
    version: FrameworkVersion,
    node: Mapping[str, Any],
    revision: int,
    by: User | None,
    at: datetime,
) -> FrameworkVersion:
    """Put a dimension, indicator or flag behind the other children of its parent.

    ``node`` is a whole node of FRAMEWORK.json. Raises as ``update_node``.
    """
    version = lock_draft(version, revision=revision, by=by)
    document = copy.deepcopy(version.document)
    nodes: list[dict[str, Any]] = document["nodes"]
    code, parent = str(node.get("code")), node.get("parent")
    if any(existing["code"] == code for existing in nodes):
        message = _("The code “%(code)s” is used by another node. Choose another one.")
        raise ValidationError({"code": message % {"code": code[:64]}})
    if not any(n["code"] == parent and n["kind"] in _BRANCHES for n in nodes):
        raise ValidationError({"parent": _("Choose the index or a dimension.")})
    branch = _branch(nodes, str(parent))
    place = max(i for i, existing in enumerate(nodes) if existing["code"] in branch)
    nodes.insert(place + 1, dict(node))
    _check(document, code)
    return save_document(
        version,
        document,
        action="frameworks.add_node",
        before={},
        after={"node": code, "parent": parent, "kind": node.get("kind")},
        by=by,
        at=at,
    )


@transaction.atomic
def remove_node(
    *, version: FrameworkVersion, code: str, revision: int, by: User | None, at: datetime
) -> FrameworkVersion:
    """Take a node out of a draft, with everything below it and the rules that name any of it."""
    version = lock_draft(version, revision=revision, by=by)
    document = copy.deepcopy(version.document)
    node = _find(document, code)
    if node["kind"] == "index":
        raise ValidationError({"code": _("The index cannot be removed.")})
    branch = _branch(document["nodes"], code)
    rules = rules_naming(document, branch)
    document["nodes"] = [n for n in document["nodes"] if n["code"] not in branch]
    validation = validation_naming(document, branch)
    if "rules" in document:
        document["rules"] = [rule for rule in document["rules"] if rule not in rules]
    if validation:
        kept = [rule for rule in document["validation"]["rules"] if rule not in validation]
        document["validation"]["rules"] = kept
    return save_document(
        version,
        document,
        action="frameworks.remove_node",
        before={"nodes": sorted(branch), "rules": [r["id"] for r in (*rules, *validation)]},
        after={"node": code},
        by=by,
        at=at,
    )


def branch_codes(document: Mapping[str, Any], code: str) -> set[str]:
    """The codes of a node and of everything below it."""
    return _branch(document["nodes"], code)


def rules_naming(document: Mapping[str, Any], codes: set[str]) -> list[dict[str, Any]]:
    """The rules that act on one of the nodes, look at it or put its score in place."""
    return [
        rule
        for rule in document.get("rules", [])
        if codes & {rule["node"], rule.get("indicator"), rule.get("by")}
    ]


def validation_naming(document: Mapping[str, Any], codes: set[str]) -> list[dict[str, Any]]:
    """The validation rules that look at one of the indicators."""

    def named(rule: Mapping[str, Any]) -> set[str]:
        terms = (*rule.get("terms", ()), *rule.get("other_terms", ()))
        return {*rule.get("indicators", ()), *(term["indicator"] for term in terms)}

    stated = document.get("validation", {}).get("rules", [])
    return [rule for rule in stated if codes & named(rule)]


def _find(document: Mapping[str, Any], code: str) -> dict[str, Any]:
    for node in document.get("nodes", []):
        if node.get("code") == code:
            found: dict[str, Any] = node
            return found
    message = _("There is no node “%(code)s” any more. Go back to the tree.")
    raise ValidationError({"code": message % {"code": code[:64]}})


def _branch(nodes: Sequence[Mapping[str, Any]], code: str) -> set[str]:
    below: dict[Any, list[str]] = {}
    for node in nodes:
        below.setdefault(node["parent"], []).append(node["code"])
    found, waiting = {code}, [code]
    while waiting:
        new = [child for child in below.get(waiting.pop(), []) if child not in found]
        found.update(new)
        waiting.extend(new)
    return found


def _check(document: Mapping[str, Any], code: str) -> None:
    problems = [one for one in document_problems(document) if not is_unfinished_only([one])]
    if not problems:
        return
    errors: dict[str, list[str]] = {}
    for problem in problems:
        told = described(problem)
        errors.setdefault(_part(problem, code), []).append(join_sentences([told.what, told.remedy]))
    raise ValidationError(errors)


def _part(problem: Problem, code: str) -> str:
    """The key of the node a problem belongs to; ``document`` for everything else."""
    path = str(problem.params.get("path", ""))
    if problem.node != code or "]." not in path:
        return "document"
    return path.partition("].")[2].partition(".")[0].partition("[")[0]
