"""Documents as earlier versions of the engine read them, so that what they scored verifies.

What an earlier version computed in another way is asked for where it is computed, by
``FrameworkDocument.is_read_before``; ADR 17 lists these ways.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.version import ENGINE_VERSION

# From here on weight goes to the siblings only where the document asks for it.
_ASKS_TO_REDISTRIBUTE: Final = (1, 2, 0)
# Faults of documents, and the first version that looks for them.
_LOOKED_FOR_SINCE: Final = {"min_max_crossed": (1, 3, 0)}
_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})", re.ASCII)


def as_read_by(document: FrameworkDocument, engine_version: object) -> FrameworkDocument:
    """Return the document with the meaning it had for a version of the engine.

    Before 1.3.0 quotients and what stands in for a missing value kept the noise of floats.
    Before 1.2.0 the weight of children that do not apply went to the siblings wherever the
    document did not state ``not_applicable``. What is no version, or none that is earlier than
    this one, reads as the present one.
    """
    version = _parsed(engine_version)
    if version is None or version >= _PRESENT:
        return document
    nodes = document.nodes
    if version < _ASKS_TO_REDISTRIBUTE:
        nodes = tuple(map(_redistributing, nodes))
    return replace(document, nodes=nodes, read_as=version)


def unseen_by(engine_version: object) -> frozenset[str]:
    """Return the codes of the faults that a version of the engine did not look for.

    A document it accepted is read all the same; see ``accepted`` of ``load_framework``.
    """
    version = _parsed(engine_version) or _PRESENT
    return frozenset(code for code, since in _LOOKED_FOR_SINCE.items() if version < since)


def engine_version_of(document: FrameworkDocument) -> str:
    """Return the version of the engine whose arithmetic the document has."""
    return ENGINE_VERSION if document.read_as is None else ".".join(map(str, document.read_as))


def _parsed(version: object) -> tuple[int, int, int] | None:
    found = _VERSION.fullmatch(str(version))
    if found is None:
        return None
    major, minor, patch = map(int, found.groups())
    return major, minor, patch


_PRESENT: Final = _parsed(ENGINE_VERSION) or (0, 0, 0)


def _redistributing(node: Node) -> Node:
    if node.is_leaf or node.missing.states_not_applicable:
        return node
    return replace(node, missing=replace(node.missing, not_applicable="redistribute"))
