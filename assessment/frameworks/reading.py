"""From the bytes of a file to a document that can be kept, every problem listed."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from accounts.text import is_directing, is_storable
from assessment.engine import FrameworkError, Problem, load_framework
from assessment.engine.limits import size_text
from assessment.frameworks.problems import UnusableDocumentError, is_unfinished_only

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 16
MAX_VALUES = 40_000
MAX_NODES = 500
_SHOWN = 40


def read_document(content: bytes) -> dict[str, Any]:
    """Read FRAMEWORK.json strictly: size, encoding, JSON, double keys, depth, characters.

    Raises ``UnusableDocumentError``. What the document means is checked by ``check_document``.
    """
    if len(content) > MAX_BYTES:
        params = {"size": size_text(len(content)), "most": size_text(MAX_BYTES)}
        raise UnusableDocumentError([Problem("file_too_large", params=params)])
    if not content.strip():
        raise UnusableDocumentError([Problem("file_empty")])
    document = _parsed(content)
    problems = list(_unfit_parts(document))
    if problems:
        raise UnusableDocumentError(problems)
    return document


def check_document(document: Mapping[str, Any]) -> list[Problem]:
    """The faults a draft may keep for now; ``UnusableDocumentError`` if there are any others."""
    problems = document_problems(document)
    if not is_unfinished_only(problems):
        raise UnusableDocumentError(problems)
    return problems


def document_problems(document: Mapping[str, Any]) -> list[Problem]:
    """Everything that keeps a document from being frozen; empty when it can be used.

    That is what the engine finds wrong, and every branch that leaves open what follows where
    something below does not apply: of an older document the engine still reads that.
    """
    oversize = list(_unfit_parts(document))
    if oversize:
        return oversize
    found: list[Problem] = []
    try:
        load_framework(document)
    except FrameworkError as error:
        found += error.problems
    return [*found, *_left_open(document)]


def _left_open(document: Mapping[str, Any]) -> Iterator[Problem]:
    nodes = document.get("nodes")
    for node in nodes if isinstance(nodes, list) else []:
        if not isinstance(node, Mapping) or node.get("kind") not in ("index", "dimension"):
            continue
        stated = node.get("missing", {})
        if isinstance(stated, Mapping) and "not_applicable" not in stated:
            yield Problem("not_applicable_unstated", str(node.get("code")))


def _parsed(content: bytes) -> dict[str, Any]:
    doubled: list[Problem] = []

    def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(key for key, _value in pairs)
            doubled.extend(
                Problem("duplicate_key", params={"key": key[:_SHOWN]})
                for key, count in counts.items()
                if count > 1
            )
        return found

    try:
        document = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=unique_keys,
            parse_constant=_refuse_constant,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        raise UnusableDocumentError(
            [Problem("not_utf8", params={"position": error.start})]
        ) from error
    except json.JSONDecodeError as error:
        params = {"line": error.lineno, "column": error.colno}
        raise UnusableDocumentError([Problem("not_json", params=params)]) from error
    except RecursionError as error:
        raise UnusableDocumentError(
            [Problem("nested_too_deep", params={"most": MAX_DEPTH})]
        ) from error
    except ValueError as error:  # beyond what the engine can compute with
        raise UnusableDocumentError([Problem("number_too_long")]) from error
    if doubled:
        raise UnusableDocumentError(doubled)
    if not isinstance(document, dict):
        raise UnusableDocumentError([Problem("not_an_object")])
    return document


def _integer(digits: str) -> int:
    if len(digits) > sys.float_info.max_10_exp:
        raise ValueError(digits[:_SHOWN])
    return int(digits)


def _refuse_constant(name: str) -> float:
    raise UnusableDocumentError([Problem("not_finite", params={"path": "$", "value": name})])


def _unfit_parts(document: Mapping[str, Any]) -> Iterator[Problem]:
    """Sizes and characters that no database or checker should be asked to bear."""
    nodes = document.get("nodes")
    if isinstance(nodes, list) and len(nodes) > MAX_NODES:
        yield Problem("too_many_nodes", params={"count": len(nodes), "most": MAX_NODES})
        return
    level: list[Any] = [document]
    count = 0
    for _depth in range(MAX_DEPTH):
        below: list[Any] = []
        for value in level:
            yield from _bad_text(value)
            below.extend(_parts(value))
        count += len(below)
        if count > MAX_VALUES:
            yield Problem("too_many_values", params={"most": MAX_VALUES})
            return
        level = below
    if level:
        yield Problem("nested_too_deep", params={"most": MAX_DEPTH})


def _parts(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def _bad_text(value: Any) -> Iterator[Problem]:
    if isinstance(value, str) and (not is_storable(value) or is_directing(value)):
        shown = "".join(c for c in value if c.isprintable())[:_SHOWN]
        yield Problem("forbidden_character", params={"text": shown})
