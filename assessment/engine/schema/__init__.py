"""The published JSON Schema of the framework document, and its faults as problems."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from assessment.engine.problems import Problem

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

Path = tuple[str | int, ...]

SCHEMA_NAME = "framework.schema.json"
# Enough to mend a document by; a hostile one must not be searched for ever more.
MAX_ERRORS: Final = 200

# Validator keyword → message code and the name under which the rule's own value is shown.
_MESSAGES = {
    "required": ("schema_required", "expected"),
    "type": ("schema_type", "expected"),
    "enum": ("schema_enum", "expected"),
    "const": ("schema_const", "expected"),
    "pattern": ("schema_pattern", "expected"),
    "format": ("schema_format", "expected"),
    "minimum": ("schema_minimum", "expected"),
    "exclusiveMinimum": ("schema_above", "expected"),
    "maximum": ("schema_maximum", "expected"),
    "minItems": ("schema_min_items", "expected"),
    "maxItems": ("schema_max_items", "expected"),
    "minLength": ("schema_blank", "expected"),
    "maxLength": ("schema_max_length", "expected"),
    "uniqueItems": ("schema_unique", "expected"),
    "additionalProperties": ("schema_unexpected", "expected"),
}


@cache
def framework_schema_text() -> str:
    """Return the schema exactly as published."""
    return resources.files(__package__).joinpath(SCHEMA_NAME).read_text(encoding="utf-8")


def framework_schema() -> dict[str, Any]:
    """Return a fresh copy of the schema (JSON Schema draft 2020-12)."""
    schema: dict[str, Any] = json.loads(framework_schema_text())
    return schema


@cache
def _validator() -> Draft202012Validator:
    # Only reading a document needs the package: a checked one is scored without it.
    from jsonschema import Draft202012Validator, FormatChecker

    return Draft202012Validator(framework_schema(), format_checker=FormatChecker(["date"]))


def schema_faults(raw: Mapping[str, Any]) -> list[tuple[list[Path], Problem]]:
    """Return the departures of parsed JSON from the schema, plus numbers that are not finite.

    Each with the paths of what it spoils. The search for departures ends at the two hundredth.
    """
    nodes = raw.get("nodes")
    errors = sorted(
        islice(_validator().iter_errors(raw), MAX_ERRORS),
        key=lambda error: [str(part) for part in error.path],
    )
    found = [(_spoiled(error), _problem(error, nodes)) for error in errors]
    for path, value in _non_finite(raw, ()):
        params = {"path": _dotted(path), "value": value}
        found.append(([path], Problem("not_finite", _node_code(path, nodes), None, params)))
    return list({(item.code, str(item.params)): (paths, item) for paths, item in found}.values())


def _spoiled(error: ValidationError) -> list[Path]:
    """The paths of an error: where parts are unknown, of each of them, for none was looked at."""
    path = tuple(error.absolute_path)
    if error.validator == "additionalProperties":
        return [(*path, name) for name in _unexpected(error)]
    return [path]


def _unexpected(error: ValidationError) -> list[str]:
    allowed = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    instance = error.instance if isinstance(error.instance, Mapping) else {}
    return sorted(set(instance) - set(allowed))


def _problem(error: ValidationError, nodes: object) -> Problem:
    path = tuple(error.absolute_path)
    code, name = _MESSAGES[str(error.validator)]
    expected: object = error.validator_value
    if error.validator == "additionalProperties":
        expected = _unexpected(error)
    elif error.validator == "required" and isinstance(error.instance, Mapping):
        expected = [key for key in _strings(error.validator_value) if key not in error.instance]
    params = {"path": _dotted(path), name: _shown(expected)}
    return Problem(code, _node_code(path, nodes), None, params)


def _strings(value: object) -> Iterable[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _shown(value: object) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _dotted(path: tuple[str | int, ...]) -> str:
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)


def _node_code(path: tuple[str | int, ...], nodes: object) -> str | None:
    if len(path) >= 2 and path[0] == "nodes" and isinstance(nodes, list):
        item = nodes[int(path[1])]
        if isinstance(item, Mapping) and isinstance(item.get("code"), str):
            return str(item["code"])
    return None


def _non_finite(
    value: object, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], float]]:
    if isinstance(value, (int, float)) and not abs(value) <= sys.float_info.max:
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _non_finite(item, (*path, str(key)))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _non_finite(item, (*path, index))
