"""Documents as the engine reads them, each read once per process."""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from threading import Lock
from typing import Any

from assessment.engine import FrameworkDocument, FrameworkError, load_framework

KEPT = 64
# The one used last stands last. Threads of a process share it.
_frozen: OrderedDict[Hashable, FrameworkDocument] = OrderedDict()
_lock = Lock()


def parse_document(document: Mapping[str, Any]) -> FrameworkDocument:
    """The checked, immutable document; ``FrameworkError`` lists every problem.

    Checking a document against the schema takes tens of milliseconds, comparing its text
    one: the result is kept by content, so that an edited draft is read anew by itself.
    """
    return _parse(json.dumps(document, ensure_ascii=False))


def frozen_document(document: Mapping[str, Any]) -> FrameworkDocument:
    """The document as it was accepted when it was frozen: what is checked today was not then.

    It can be read and shown for ever; whoever scores by it asks ``parse_document``.
    """
    return _read(json.dumps(document, ensure_ascii=False))


def parse_frozen(key: Hashable, read: Callable[[], Mapping[str, Any]]) -> FrameworkDocument:
    """A document nobody changes any more, by a key it alone ever has; ``read`` on first use.

    A form saves answer by answer: neither database nor process handle its framework each time.
    """
    with _lock:
        found = _frozen.get(key)
        if found is not None:
            _frozen.move_to_end(key)
            return found
    # Nobody waits while one is read; two threads that read the same find the same.
    found = frozen_document(read())
    with _lock:
        _frozen[key] = found
        while len(_frozen) > KEPT:
            _frozen.popitem(last=False)
    return found


def forget_frozen() -> None:
    """Read every document anew: tests use the same keys again for others."""
    with _lock:
        _frozen.clear()


@lru_cache(maxsize=KEPT)
def _parse(text: str) -> FrameworkDocument:
    return load_framework(json.loads(text))


@lru_cache(maxsize=KEPT)
def _read(text: str) -> FrameworkDocument:
    try:
        return _parse(text)
    except FrameworkError as error:
        if isinstance(error.document, FrameworkDocument):
            return error.document
        raise
