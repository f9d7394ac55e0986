"""The trace: every step of every result, raw → normalised → weighted → rules → rounded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from assessment.engine import remarks
from assessment.engine.ahp import priorities
from assessment.engine.document import Node
from assessment.engine.rules import FIRED, NODE_MISSING, NOT_FIRED, OUTCOMES, RuleEffect
from assessment.engine.steps.treat import TREATMENTS, UNTREATED
from assessment.engine.texts import LocalizedText

if TYPE_CHECKING:
    from assessment.engine.results import Results

FORMAT: Final = "lianping-trace/1"


def build_trace(results: Results) -> dict[str, Any]:
    """Return the trace of a whole run as JSON values."""
    return {**trace_head(results), "localities": dict(locality_traces(results))}


def trace_head(results: Results) -> dict[str, Any]:
    """Return what the trace says of the run, without its localities."""
    framework = results.framework
    is_open = results.on is None and _is_dated(results)
    return {
        "format": FORMAT,
        "framework": {"code": framework.code, "version": framework.version},
        "on": None if results.on is None else results.on.isoformat(),
        "notes": [remarks.note("note_open_editions")] if is_open else [],
    }


def locality_traces(results: Results) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the trace of each locality; no more than a block of them is held at once."""
    places = results.localities.items
    for start in range(0, len(places), _BLOCK):
        rows = range(start, min(start + _BLOCK, len(places)))
        columns = [(node.code, column_traces(results, node, rows)) for node in results.plan.nodes]
        for row in rows:
            flags = {flag.code: _observed(results, row, flag) for flag in results.framework.flags}
            nodes = {code: next(traces) for code, traces in columns}
            yield places[row].code, {"name": places[row].name, "nodes": nodes, "flags": flags}


def trace_pieces(results: Results) -> Iterator[str]:
    """Yield the trace as JSON text, one line for each result; the same run, the same bytes."""
    yield "{\n"
    for key, value in trace_head(results).items():
        yield f" {_json(key)}: {_json(value)},\n"
    yield ' "localities": {\n'
    for place, (code, locality) in enumerate(locality_traces(results)):
        lines = (f"   {_json(node)}: {_json(steps)}" for node, steps in locality["nodes"].items())
        head = f'  {_json(code)}: {{"name": {_json(locality["name"])}, "nodes": {{\n'
        tail = f'\n  }}, "flags": {_json(locality["flags"])}}}'
        yield ("" if place == 0 else ",\n") + head + ",\n".join(lines) + tail
    yield "\n }\n}\n"


# Localities traced at once: enough to work by columns, few enough for memory.
_BLOCK: Final = 64

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_json = _ENCODER.encode


def _is_dated(results: Results) -> bool:
    rules = any(rule.valid_from or rule.valid_to for rule in results.framework.rules)
    return rules or any(
        node.normalisation and node.normalisation.editions for node in results.plan.nodes
    )


def node_trace(results: Results, row: int, code: str) -> dict[str, Any]:
    """Return one node's steps for one locality.

    Keys: raw, status, normalised, weight, effective_weight, contribution, availability,
    aggregated, rules, adjustments, score, points, published, rank, grade, group_ranks, notes;
    ``steps``, ``computed_weight`` and ``weighting`` where the framework asks for such steps;
    ``points_of`` where the points are of another weight, for something absent or by benefit of
    the doubt.
    Numbers that do not exist are ``None``; ``published`` is text with all its places.
    """
    return next(column_traces(results, results.framework.node(code), range(row, row + 1)))


def column_traces(results: Results, node: Node, rows: range) -> Iterator[dict[str, Any]]:
    """Yield a node's steps for each of these localities; see ``node_trace``."""
    code, column = node.code, results.plan.column[node.code]
    found, scale = results.evaluation, results.framework.scale
    span = slice(rows.start, rows.stop)
    absent = np.full(len(rows), np.nan)
    availability = found.availability.get(code)
    shares = np.ones(len(rows)) if availability is None else availability[span]
    place = results.plan.leaf_place.get(code, 0)
    numbers = zip(
        _numbers(results.inputs.leaf_scores[span, place] if node.is_leaf else absent),
        _numbers(results.effective[span, column]),
        _numbers(results.contribution[span, column]),
        _numbers(absent if node.is_leaf else shares),
        _numbers(absent if node.is_leaf else found.aggregated_at(code)[span]),
        strict=True,
    )
    parent = None if node.parent is None else results.framework.node(node.parent)
    standing, nominal = results.column_rows(column, rows), float(found.weights[column])
    for row, result, (normalised, effective, contribution, share, aggregated) in zip(
        rows, standing, numbers, strict=True
    ):
        locality = result.locality
        worth = float(results.worth[row, column])
        points = None if result.score is None else (result.score - scale.min) / scale.span * worth
        yield {
            "locality": locality,
            "node": code,
            "kind": node.kind,
            **(_observed(results, row, node) if node.is_leaf else _NOT_OBSERVED),
            **_steps(results, row, node),
            "normalised": normalised,
            "weight": node.weight,
            **_computed(results, column, parent),
            "effective_weight": effective,
            "contribution": contribution,
            "availability": share,
            "method": None if node.is_leaf else node.aggregation.method,
            **_weighting(node),
            "aggregated": aggregated,
            "rules": [_rule(results, effect, row) for effect in found.effects.get(code, [])],
            "adjustments": _adjustments(results, locality, code),
            "score": result.score,
            "points": points,
            **({} if worth == nominal or points is None else {"points_of": worth}),
            "published": None if result.published is None else str(result.published),
            "rank": result.rank,
            "grade": result.grade,
            "group_ranks": {
                name: results.group_rank(name, locality, code) for name in results.group_ranks
            },
            "notes": remarks.notes_on(results, row, node),
        }


_NOT_OBSERVED: Final = {"raw": None, "status": None}


def _observed(results: Results, row: int, node: Node) -> dict[str, Any]:
    snapshot = results.inputs.snapshot
    return {
        "raw": _number(snapshot.values[row, snapshot.column[node.code]]),
        "status": snapshot.status(node.code, row),
    }


def _steps(results: Results, row: int, node: Node) -> dict[str, Any]:
    """The values between observation and normalisation, for the steps the indicator states."""
    if not (node.denominate or node.impute or node.treat):
        return {}
    data, place = results.data, results.plan.leaf_place[node.code]
    steps: dict[str, Any] = {}
    if node.denominate:
        steps["denominated"] = _number(data.denominated[row, place])
    if node.impute:
        is_filled = bool(data.imputed[row, place])
        steps["imputed"] = _number(data.filled[row, place]) if is_filled else None
        steps["imputation"] = node.impute.method if is_filled else None
    if node.treat:
        mark = data.treatments[row, place]
        steps["treated"] = _number(data.treated[row, place])
        steps["treatment"] = None if mark == UNTREATED else TREATMENTS[mark]
    return {"steps": steps}


def _computed(results: Results, column: int, parent: Node | None) -> dict[str, Any]:
    if parent is None or parent.weighting.is_given:
        return {}
    return {"computed_weight": float(results.evaluation.weights[column])}


def _weighting(node: Node) -> dict[str, Any]:
    if node.weighting.is_given:
        return {}
    found: dict[str, Any] = {"method": node.weighting.method}
    if node.weighting.method == "ahp":
        _weights, eigenvalue, ratio = priorities(node.weighting.matrix)
        found |= {"eigenvalue": eigenvalue, "consistency_ratio": ratio}
    return {"weighting": found}


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _numbers(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float | None]:
    return [
        value if is_finite else None
        for value, is_finite in zip(values.tolist(), np.isfinite(values).tolist(), strict=True)
    ]


_NOT_JUDGED: Final = {
    "pass": "rule_not_judged",
    "zero": "rule_not_judged_fired",
    "no_score": "rule_not_judged_no_score",
}


# A substitution says what took the place, or why nothing did.
_SUBSTITUTED: Final = {
    "rule_fired": "rule_substituted",
    "rule_fired_always": "rule_substituted_absent",
    "rule_not_fired_always": "rule_not_substituted",
    "rule_node_missing": "rule_substitute_missing",
}


def _rule(results: Results, effect: RuleEffect, row: int) -> dict[str, Any]:
    rule, outcome = effect.rule, int(effect.outcome[row])
    value = None
    if rule.indicator is not None:
        value = _number(results.inputs.snapshot.raw(rule.indicator)[row])
    always = "_always" if rule.indicator is None else ""
    code = {
        NOT_FIRED: f"rule_not_fired{always}",
        FIRED: f"rule_fired{always}",
        NODE_MISSING: "rule_node_missing",
    }.get(outcome, _NOT_JUDGED[rule.unjudged])
    if rule.substitute is not None:
        code = _SUBSTITUTED.get(code, code)
    return {
        "id": rule.id,
        "type": rule.type,
        "article": rule.article.as_dict(),
        "outcome": OUTCOMES[outcome],
        "before": _number(effect.before[row]),
        "after": _number(effect.after[row]),
        "max_grade": rule.parameters.get("max_grade"),
        **({} if rule.substitute is None else {"by": rule.substitute}),
        "indicator": rule.indicator,
        "value": value,
        "code": code,
    }


def _adjustments(results: Results, locality: str, code: str) -> list[dict[str, Any]]:
    return [
        {
            "points": item.points,
            "article": _in_both(item.article, item.article_en),
            "reason": _in_both(item.reason, item.reason_en),
        }
        for item in results.adjustments_at.get((locality, code), ())
    ]


def _in_both(text: str, english: str) -> str | dict[str, str]:
    """A text that is the same in both languages stays plain, as it always was in traces."""
    return LocalizedText(text, english).as_dict() if english else text
