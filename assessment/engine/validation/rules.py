"""The rules of a document: those it states, and those its indicators imply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from assessment.engine.document import Node, ValidationRule
from assessment.engine.texts import localized
from assessment.engine.validation.findings import ERROR, WARNING

FORMAT: Final = "lianping-validation/1"
_OWN = frozenset({"id", "kind", "severity", "indicators", "text", "article"})

__all__ = ["ERROR", "FORMAT", "WARNING", "evidence_rules", "read_rule", "stated_by_value"]


def read_rule(item: Mapping[str, Any]) -> ValidationRule:
    """A rule whose shape the schema has found sound."""
    return ValidationRule(
        id=item["id"],
        kind=item["kind"],
        severity=item["severity"],
        indicators=tuple(item.get("indicators", ())),
        parameters={key: item[key] for key in item if key not in _OWN},
        text=localized(item.get("text")),
        article=localized(item.get("article")),
    )


def stated_by_value(node: Node, *, decimals: int | None = None) -> Iterator[ValidationRule]:
    """What an indicator's ``value`` says as rules: decimals, levels, range; all errors.

    With ``decimals`` so many are allowed, whatever the indicator says, of a measured value.
    """
    spec = node.value
    if spec is None:
        return
    if decimals is None and spec.decimals is not None:
        decimals = spec.decimals
    if spec.type in ("integer", "boolean"):
        decimals = 0
    if decimals is not None:
        yield _implied(node, "decimals", decimals=decimals)
    if spec.levels:
        yield _implied(node, "values", values=[level.value for level in spec.levels])
        return
    if spec.type == "boolean":
        yield _implied(node, "values", values=[0, 1])
        return
    limits = {"min": spec.min, "max": spec.max}
    stated = {name: limit for name, limit in limits.items() if limit is not None}
    if stated:
        yield _implied(node, "range", **stated)


def evidence_rules(node: Node) -> Iterator[ValidationRule]:
    """That a value is proven, where the indicator requires it."""
    if node.evidence is not None and node.evidence.required:
        yield _implied(node, "evidence")


def _implied(node: Node, kind: str, **parameters: object) -> ValidationRule:
    """A rule without a text of its own; the colon keeps its id apart from all stated ones."""
    return ValidationRule(f"{node.code}:{kind}", kind, ERROR, (node.code,), parameters)
