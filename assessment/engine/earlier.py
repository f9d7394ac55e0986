"""Documents as earlier versions of the engine read them, so that what they scored verifies."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from assessment.engine.document import FrameworkDocument, Node

# From here on weight goes to the siblings only where the document asks for it.
_ASKS_TO_REDISTRIBUTE: Final = (1, 2, 0)
_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})", re.ASCII)


def as_read_by(document: FrameworkDocument, engine_version: object) -> FrameworkDocument:
    """Return the document with the meaning it had for a version of the engine.

    Before 1.2.0 the weight of children that do not apply went to the siblings wherever the
    document did not state ``not_applicable``. What is no version reads as the present one.
    """
    found = _VERSION.fullmatch(str(engine_version))
    if found is None or tuple(map(int, found.groups())) >= _ASKS_TO_REDISTRIBUTE:
        return document
    if all(node.is_leaf or node.missing.states_not_applicable for node in document.nodes):
        return document
    return replace(document, nodes=tuple(map(_redistributing, document.nodes)))


def _redistributing(node: Node) -> Node:
    if node.is_leaf or node.missing.states_not_applicable:
        return node
    return replace(node, missing=replace(node.missing, not_applicable="redistribute"))
