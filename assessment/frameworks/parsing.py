"""Documents as the engine reads them, each read once per process."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from assessment.engine import FrameworkDocument, load_framework

KEPT = 64


def parse_document(
    document: Mapping[str, Any], accepted: frozenset[str] = frozenset()
) -> FrameworkDocument:
    """The checked, immutable document; ``FrameworkError`` lists every problem not ``accepted``.

    Checking a document against the schema takes tens of milliseconds, comparing its text
    one: the result is kept by content, so that an edited draft is read anew by itself.
    """
    return _parse(json.dumps(document, ensure_ascii=False), accepted)


@lru_cache(maxsize=KEPT)
def _parse(text: str, accepted: frozenset[str]) -> FrameworkDocument:
    return load_framework(json.loads(text), accepted=accepted)
