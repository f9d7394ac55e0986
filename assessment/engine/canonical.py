"""One text for one document: keys in a fixed order, whatever a database does to them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

# PostgreSQL's jsonb forgets the order of keys, so the order is put back on the way out.
_ORDER: dict[str, Sequence[str]] = {
    "": (
        [
            "format",
            "code",
            "version",
            "title",
            "description",
            "notice",
            "basis",
            "groups",
            "scale",
            "decimals",
            "grades",
            "nodes",
            "rules",
            "validation",
        ]
    ),
    "basis": ("id", "title", "reference", "date"),
    "scale": ("min", "max"),
    "grades": ("code", "title", "from"),
    "nodes": (
        *("code", "parent", "kind", "weight", "title", "description", "definition", "unit"),
        *("formula", "guidance", "evidence", "article", "source", "value", "prefill", "direction"),
        *("denominate", "screen", "impute", "treat", "normalisation"),
        *("weighting", "aggregation", "missing"),
    ),
    "denominate": ("column", "factor"),
    "screen": ("when", "available", "nonzero", "force", "force_in", "force_out"),
    "impute": ("method", "group", "value"),
    "treat": (
        *("method", "max_points", "skewness", "kurtosis", "fallback"),
        *("lower", "upper", "lambda"),
    ),
    "weighting": (
        *("method", "loadings", "matrix", "accepted_because", "experts"),
        *("min_share", "max_share"),
    ),
    "experts": ("name", "points"),
    "aggregation": ("method", "power", "order_weights"),
    "prefill": ("previous", "measured"),
    "value": (
        *("type", "min", "max", "decimals", "allow"),
        *("nothing_to_report_score", "levels"),
    ),
    "levels": ("value", "score", "title", "description"),
    "evidence": ("required", "text"),
    "normalisation": (
        *("method", "low", "high", "mean", "deviation", "locality"),
        *("lower", "upper", "truncate", "required", "target", "base", "span"),
        *("floor", "cap", "bands", "points", "editions"),
    ),
    "editions": (
        *("valid_from", "valid_to", "low", "high", "mean", "deviation", "locality"),
        *("lower", "upper", "truncate", "required", "target", "base", "span"),
        *("floor", "cap", "bands", "points"),
    ),
    "bands": ("from", "score"),
    "points": ("value", "score"),
    "missing": ("policy", "availability", "not_applicable"),
    "when": ("operator", "value"),
    "rules": (
        # Scoring rules and validation rules stand under the same key.
        *("id", "type", "kind", "severity", "node", "by", "indicator", "indicators"),
        *("min", "max", "decimals", "values", "files", "terms", "operator", "other_terms"),
        *("constant", "tolerance", "percent", "absolute"),
        *("when", "threshold", "side", "step", "counting"),
        *("points", "points_per_unit", "limit", "floor", "ceiling", "max_grade"),
        *("article", "text", "valid_from", "valid_to"),
    ),
    "validation": ("format", "rules"),
    "terms": ("indicator", "factor"),
    "other_terms": ("indicator", "factor"),
}
_TEXT = ("zh-Hans", "en")


def in_order(document: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of the document whose keys stand in the published order, unknown ones last."""
    ordered: dict[str, Any] = _ordered(document, "")
    return ordered


def _ordered(value: Any, place: str) -> Any:
    if isinstance(value, Mapping):
        known = _ORDER.get(place, _TEXT)
        keys = [key for key in known if key in value]
        keys += sorted(key for key in value if key not in known)
        return {key: _ordered(value[key], key) for key in keys}
    if isinstance(value, list):
        return [_ordered(item, place) for item in value]
    return value


def document_text(document: Mapping[str, Any]) -> str:
    """FRAMEWORK.json: ordered keys, two spaces of indent, letters as they are, a final newline."""
    return json.dumps(in_order(document), ensure_ascii=False, indent=2) + "\n"
