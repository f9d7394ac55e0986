"""Small framework documents the tests build on."""

from __future__ import annotations

from typing import Any

from assessment.engine import Results, load_framework, score


def text(words: str) -> dict[str, str]:
    return {"zh-Hans": f"中文 {words}", "en": words}


def indicator(code: str, parent: str, weight: float, /, **changes: Any) -> dict[str, Any]:
    node = {
        "code": code,
        "parent": parent,
        "kind": "indicator",
        "weight": weight,
        "title": text(code),
        "definition": text(f"{code} defined"),
        "source": "submissions",
        "value": {"type": "number"},
        "direction": "positive",
        "normalisation": {"method": "goalposts", "lower": 0, "upper": 100, "truncate": True},
    }
    return {**node, **changes}


def group(code: str, parent: str | None, weight: float, /, **changes: Any) -> dict[str, Any]:
    node = {
        "code": code,
        "parent": parent,
        "kind": "index" if parent is None else "dimension",
        "weight": weight,
        "title": text(code),
        "aggregation": {"method": "arithmetic"},
        "missing": {"policy": "error"},
    }
    return {**node, **changes}


def flag(code: str, /, **changes: Any) -> dict[str, Any]:
    node = {
        "code": code,
        "parent": "index",
        "kind": "flag",
        "title": text(code),
        "definition": text(f"{code} defined"),
        "source": "coordinator",
        "value": {"type": "boolean"},
    }
    return {**node, **changes}


def rule(rule_id: str, kind: str, node: str, **changes: Any) -> dict[str, Any]:
    about = {"id": rule_id, "type": kind, "node": node, "article": "Article 1", "text": text(kind)}
    return {**about, **changes}


def document(*nodes: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A document; without nodes an index of A (a1 30, a2 30) and B (b1 40)."""
    default = (
        group("index", None, 100),
        group("A", "index", 60),
        indicator("a1", "A", 30),
        indicator("a2", "A", 30),
        group("B", "index", 40),
        indicator("b1", "B", 40),
    )
    base = {
        "format": "lianping-framework/1",
        "code": "small",
        "version": "1.0",
        "title": text("Small"),
        "scale": {"min": 0, "max": 100},
        "decimals": 2,
        "grades": [
            {"code": "excellent", "title": text("Excellent"), "from": 90},
            {"code": "good", "title": text("Good"), "from": 70},
            {"code": "pass", "title": text("Pass"), "from": 60},
            {"code": "fail", "title": text("Fail"), "from": 0},
        ],
        "nodes": list(nodes or default),
    }
    return {**base, **changes}


def one_indicator(**changes: Any) -> dict[str, Any]:
    """A document whose index is a single indicator x."""
    return document(group("index", None, 100), indicator("x", "index", 100, **changes))


def rows(table: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Observations from locality → indicator → value, or a status written as text."""
    return [
        {
            "locality": locality,
            "indicator": code,
            "value": None if isinstance(value, str) else value,
            "status": value if isinstance(value, str) else "value",
        }
        for locality, values in table.items()
        for code, value in values.items()
    ]


def run(raw: dict[str, Any], table: dict[str, dict[str, Any]], **options: Any) -> Results:
    return score(load_framework(raw), rows(table), **options)
