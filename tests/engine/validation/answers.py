"""A small framework with one rule, and answers to judge by it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from assessment.engine import FrameworkDocument, load_framework
from assessment.engine.validation import FORMAT, Facts, Finding, Given, judge
from tests.engine.documents import group, indicator

SHARE = {"zh-Hans": "%", "en": "%"}
HOURS = {"zh-Hans": "小时", "en": "hours"}


def raw_document(*rules: Mapping[str, Any], **nodes: Mapping[str, Any]) -> dict[str, Any]:
    """Indicators A, B and C, changed as ``nodes`` says, with these rules."""
    codes = ("A", "B", "C")
    return {
        "format": "lianping-framework/1",
        "code": "TINY",
        "version": "1",
        "title": {"zh-Hans": "小", "en": "Tiny"},
        "scale": {"min": 0, "max": 100},
        "decimals": 2,
        "grades": [{"code": "all", "title": {"zh-Hans": "全", "en": "All"}, "from": 0}],
        "nodes": [
            group("index", None, 90, missing={"policy": "zero", "not_applicable": "zero"}),
            *(indicator(code, "index", 30, **nodes.get(code, {})) for code in codes),
        ],
        "validation": {"format": FORMAT, "rules": list(rules)},
    }


def tiny(*rules: Mapping[str, Any], **nodes: Mapping[str, Any]) -> FrameworkDocument:
    """The same, read."""
    return load_framework(raw_document(*rules, **nodes))


def rule(kind: str, **parameters: Any) -> dict[str, Any]:
    """A rule about indicator A that gives warnings, unless stated otherwise."""
    named = {} if kind == "relation" else {"indicators": ["A"]}
    return {"id": f"the-{kind}", "kind": kind, "severity": "warning", **named, **parameters}


def facts(
    values: Mapping[str, str | None],
    *,
    files: Mapping[str, int] | None = None,
    before: Mapping[str, str] | None = None,
) -> Facts:
    """Answers as written; ``None`` is an answer that is no value."""
    attached = files or {}
    given = {
        code: Given(None if value is None else Decimal(value), attached.get(code, 0))
        for code, value in values.items()
    }
    return Facts(given, {code: Decimal(value) for code, value in (before or {}).items()})


def found(document: FrameworkDocument, answers: Facts) -> list[Finding]:
    """What the document's rules find."""
    return judge(document, answers)


def codes(document: FrameworkDocument, answers: Facts) -> list[tuple[str, str]]:
    """Where something was found, and what."""
    return [(each.indicator, each.code) for each in judge(document, answers)]
