"""Reading a framework document: JSON text to checked values, all problems at once."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from assessment.engine import document as doc
from assessment.engine.checks import check_document
from assessment.engine.choices import (
    read_aggregation,
    read_denominator,
    read_imputation,
    read_screen,
    read_treatment,
    read_weighting,
)
from assessment.engine.methods import MissingPolicy
from assessment.engine.outline import check_outline
from assessment.engine.problems import FrameworkError, Problem
from assessment.engine.salvage import Remainder, remainder, tryable
from assessment.engine.schema import MAX_ERRORS, schema_faults
from assessment.engine.texts import LocalizedText, localized
from assessment.engine.validation.rules import read_rule

_RULE_FIELDS = {"id", "type", "node", "indicator", "when", "article", "text", "unjudged"}
_DATES = {"valid_from", "valid_to"}

# Nodes, and items of any other list; the schema says the same of the nodes.
MAX_ITEMS: Final = 2000
MAX_VALUES: Final = 40_000
_SHOWN_PATH = 100


def load_framework(
    source: str | bytes | Path | Mapping[str, Any],
    *,
    max_values: int = MAX_VALUES,
) -> doc.FrameworkDocument:
    """Read and check a framework document.

    ``source`` is a path, JSON text (a string that begins with ``{``), bytes, or parsed JSON.
    A document with a list of more than ``MAX_ITEMS`` or more than ``max_values`` JSON values
    is looked at no further. Raises FrameworkError with every problem found; its ``document`` is
    what was read where the meaning alone is at fault, its ``sound`` a document without the faulty
    parts, to try data on, if there is one.
    """
    raw, repeated = _parsed(source)
    oversize = next(_oversize(raw, max_values), None)
    if oversize is not None:
        raise FrameworkError([oversize])
    try:
        faults = schema_faults(raw)
    except RecursionError as error:
        raise FrameworkError([Problem("unreadable_json")]) from error
    shape = check_outline(raw)
    paths = [path for spoiled, _ in faults for path in spoiled]
    problems = [*repeated, *(item for _, item in faults), *shape]
    left = remainder(raw, paths, shape) if problems and len(faults) < MAX_ERRORS else None
    if problems and left is None:
        raise FrameworkError(problems)
    document = _build(left.raw if left else raw)
    found = check_document(document)
    problems += [item for item in found if left is None or left.supports(item)]
    if not problems:
        return document
    tried = _tried(left or remainder(raw, (), ()), [*problems, *found])
    raise FrameworkError(problems, tried, None if left else document)


def _tried(left: Remainder | None, problems: Sequence[Problem]) -> doc.FrameworkDocument | None:
    """The document without its faulty parts; none where even that is no sound one."""
    rest = tryable(left.raw, problems) if left else {}
    if check_outline(rest):
        return None
    document = _build(rest)
    return None if check_document(document) else document


def _parsed(
    source: str | bytes | Path | Mapping[str, Any],
) -> tuple[Mapping[str, Any], list[Problem]]:
    """The JSON object and the keys that stand twice in one; the first value of each counts."""
    repeated: list[Problem] = []
    if isinstance(source, Mapping):
        return source, repeated

    def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                repeated.append(Problem("duplicate_key", params={"key": key}))
            found.setdefault(key, value)
        return found

    try:
        parsed = json.loads(
            _text(source),
            object_pairs_hook=unique_keys,
            parse_constant=float,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        raise FrameworkError([Problem("not_utf8", params={"position": error.start})]) from error
    except json.JSONDecodeError as error:
        params = {"line": error.lineno, "column": error.colno}
        raise FrameworkError([Problem("not_json", params=params)]) from error
    except FrameworkError:
        raise
    except (RecursionError, ValueError) as error:
        raise FrameworkError([Problem("unreadable_json")]) from error
    if not isinstance(parsed, Mapping):
        raise FrameworkError([*repeated, Problem("not_an_object")])
    return parsed, repeated


def _oversize(raw: Mapping[str, Any], max_values: int) -> Iterator[Problem]:
    """What is too large to be checked, found by counting alone."""
    waiting: list[tuple[str, Any]] = [("$", raw)]
    count = 0
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Mapping):
            below = [(f"{path}.{key}"[:_SHOWN_PATH], item) for key, item in value.items()]
        elif isinstance(value, list):
            if len(value) > MAX_ITEMS:
                yield Problem("schema_max_items", params={"path": path, "expected": MAX_ITEMS})
            below = [(f"{path}[]", item) for item in value]
        else:
            continue
        count += len(below)
        if count > max_values:
            yield Problem("document_too_large", params={"limit": max_values})
        waiting.extend(below)


def _text(source: str | bytes | Path) -> str:
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n").startswith("{"):
        return source.lstrip("\ufeff")
    if isinstance(source, bytes):
        return source.decode("utf-8-sig")
    try:
        return Path(source).read_bytes().decode("utf-8-sig")
    except OSError as error:
        params = {"path": str(source), "reason": error.strerror or type(error).__name__}
        raise FrameworkError([Problem("unreadable_file", params=params)]) from error


def _integer(digits: str) -> float:
    """An integer that has a float; one of hundreds of digits is as good as infinite."""
    return int(digits) if len(digits) <= sys.float_info.max_10_exp else math.inf


def _build(raw: Mapping[str, Any]) -> doc.FrameworkDocument:
    return doc.FrameworkDocument(
        code=raw["code"],
        version=raw["version"],
        title=_required(raw["title"]),
        description=localized(raw.get("description")),
        basis=tuple(_basis(item) for item in raw.get("basis", [])),
        scale=doc.Scale(float(raw["scale"]["min"]), float(raw["scale"]["max"])),
        decimals=raw["decimals"],
        grades=tuple(
            doc.Grade(item["code"], _required(item["title"]), float(item["from"]))
            for item in raw["grades"]
        ),
        nodes=tuple(_node(item) for item in raw["nodes"]),
        rules=tuple(_rule(item) for item in raw.get("rules", [])),
        validation=tuple(read_rule(item) for item in raw.get("validation", {}).get("rules", [])),
        groups=tuple(raw["groups"]) if "groups" in raw else None,
        source=raw,
    )


def _required(value: object) -> LocalizedText:
    text = localized(value)
    if text is None:  # the schema requires this text, so only a caller's error leads here
        raise TypeError("a localized text is required")
    return text


def _day(value: object) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _basis(item: Mapping[str, Any]) -> doc.Basis:
    return doc.Basis(
        item["id"], _required(item["title"]), item["reference"], _day(item.get("date"))
    )


def _node(item: Mapping[str, Any]) -> doc.Node:
    evidence = item.get("evidence")
    return doc.Node(
        code=item["code"],
        parent=item["parent"],
        kind=item["kind"],
        title=_required(item["title"]),
        weight=float(item.get("weight", 0.0)),
        description=localized(item.get("description")),
        definition=localized(item.get("definition")),
        unit=localized(item.get("unit")),
        formula=localized(item.get("formula")),
        guidance=localized(item.get("guidance")),
        evidence=doc.Evidence(evidence["required"], _required(evidence["text"]))
        if evidence
        else None,
        article=localized(item.get("article")),
        source=item.get("source"),
        value=_value(item["value"]) if "value" in item else None,
        prefill=doc.Prefill(**item.get("prefill", {})),
        direction=item.get("direction", "positive"),
        denominate=read_denominator(item.get("denominate")),
        screen=read_screen(item.get("screen")),
        impute=read_imputation(item.get("impute")),
        treat=read_treatment(item.get("treat")),
        normalisation=_normalisation(item["normalisation"]) if "normalisation" in item else None,
        weighting=read_weighting(item.get("weighting", {})),
        aggregation=read_aggregation(item.get("aggregation", {})),
        missing=_missing(item.get("missing", {})),
    )


def _missing(item: Mapping[str, Any]) -> MissingPolicy:
    policy = item.get("policy", "error")
    unstated = policy if policy == "redistribute" else "error"
    return MissingPolicy(
        policy,
        float(item.get("availability", 0.0)),
        item.get("not_applicable", unstated),
        "not_applicable" in item,
    )


def _value(item: Mapping[str, Any]) -> doc.ValueSpec:
    percent = item["type"] == "percent"
    return doc.ValueSpec(
        type=item["type"],
        min=_number(item.get("min", 0 if percent else None)),
        max=_number(item.get("max", 100 if percent else None)),
        decimals=item.get("decimals"),
        allow=tuple(item.get("allow", [])),
        nothing_to_report_score=_number(item.get("nothing_to_report_score")),
        levels=tuple(
            doc.Level(
                float(level["value"]),
                float(level["score"]),
                _required(level["title"]),
                localized(level.get("description")),
            )
            for level in item.get("levels", [])
        ),
    )


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _normalisation(item: Mapping[str, Any]) -> doc.Normalisation:
    return doc.Normalisation(
        method=item["method"],
        parameters={key: item[key] for key in item if key not in ("method", "editions")},
        editions=tuple(
            doc.Edition(
                _day(edition.get("valid_from")),
                _day(edition.get("valid_to")),
                {key: edition[key] for key in edition if key not in _DATES},
            )
            for edition in item.get("editions", [])
        ),
    )


def _rule(item: Mapping[str, Any]) -> doc.Rule:
    when = item.get("when")
    return doc.Rule(
        id=item["id"],
        type=item["type"],
        node=item["node"],
        article=_required(item["article"]),
        text=_required(item["text"]),
        indicator=item.get("indicator"),
        when=doc.Condition(when["operator"], float(when["value"])) if when else None,
        parameters={key: item[key] for key in item if key not in _RULE_FIELDS | _DATES},
        valid_from=_day(item.get("valid_from")),
        valid_to=_day(item.get("valid_to")),
        unjudged=item.get("unjudged", "pass"),
    )
