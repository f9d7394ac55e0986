"""The trace: every step of every result, raw → normalised → weighted → rules → rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from assessment.engine import observations as obs
from assessment.engine.arrays import MISSING, NOT_APPLICABLE, PRESENT
from assessment.engine.document import Node
from assessment.engine.rules import FIRED, NODE_MISSING, NOT_FIRED, OUTCOMES, RuleEffect
from assessment.engine.texts import LocalizedText

if TYPE_CHECKING:
    from assessment.engine.results import Results

FORMAT: Final = "lianping-trace/1"

Note = dict[str, Any]


def build_trace(results: Results) -> dict[str, Any]:
    """Return the trace of a whole run as JSON values."""
    framework = results.framework
    notes = [_note("note_open_editions")] if results.on is None and _is_dated(results) else []
    return {
        "format": FORMAT,
        "framework": {"code": framework.code, "version": framework.version},
        "on": None if results.on is None else results.on.isoformat(),
        "notes": notes,
        "localities": {
            place.code: {
                "name": place.name,
                "nodes": {
                    node.code: node_trace(results, row, node.code) for node in results.plan.nodes
                },
                "flags": {flag.code: _observed(results, row, flag) for flag in framework.flags},
            }
            for row, place in enumerate(results.localities.items)
        },
    }


def _is_dated(results: Results) -> bool:
    rules = any(rule.valid_from or rule.valid_to for rule in results.framework.rules)
    return rules or any(
        node.normalisation and node.normalisation.editions for node in results.plan.nodes
    )


def node_trace(results: Results, row: int, code: str) -> dict[str, Any]:
    """Return one node's steps for one locality.

    Keys: raw, status, normalised, weight, effective_weight, contribution, availability,
    aggregated, rules, adjustments, score, points, published, rank, grade, group_ranks, notes.
    Numbers that do not exist are ``None``; ``published`` is text with all its places.
    """
    node, place = results.framework.node(code), (row, results.plan.column[code])
    steps, scale = results.evaluation, results.framework.scale
    locality = results.localities.items[row].code
    result = results.row(locality, code)
    points = None if result.score is None else (result.score - scale.min) / scale.span * node.weight
    return {
        "locality": locality,
        "node": code,
        "kind": node.kind,
        **_observed(results, row, node),
        "normalised": _number(results.inputs.leaf_scores[place]) if node.is_leaf else None,
        "weight": node.weight,
        "effective_weight": _number(steps.effective[place]),
        "contribution": _number(steps.contribution[place]),
        "availability": _number(steps.availability[place]),
        "method": None if node.is_leaf else node.aggregation.method,
        "aggregated": None if node.is_leaf else _number(steps.aggregated[place]),
        "rules": [_rule(results, effect, row) for effect in steps.effects.get(code, [])],
        "adjustments": _adjustments(results, locality, code),
        "score": result.score,
        "points": points,
        "published": None if result.published is None else str(result.published),
        "rank": result.rank,
        "grade": result.grade,
        "group_ranks": {
            name: results.group_rank(name, locality, code) for name in results.group_ranks
        },
        "notes": _notes(results, row, node),
    }


def _observed(results: Results, row: int, node: Node) -> dict[str, Any]:
    if not node.is_leaf:
        return {"raw": None, "status": None}
    return {
        "raw": _number(results.snapshot.raw[node.code][row]),
        "status": results.snapshot.status[node.code][row],
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _rule(results: Results, effect: RuleEffect, row: int) -> dict[str, Any]:
    rule, outcome = effect.rule, int(effect.outcome[row])
    value = None
    if rule.indicator is not None:
        value = _number(results.snapshot.raw[rule.indicator][row])
    always = "_always" if rule.indicator is None else ""
    code = {
        NOT_FIRED: f"rule_not_fired{always}",
        FIRED: f"rule_fired{always}",
        NODE_MISSING: "rule_node_missing",
    }.get(outcome, "rule_not_judged")
    return {
        "id": rule.id,
        "type": rule.type,
        "article": rule.article.as_dict(),
        "outcome": OUTCOMES[outcome],
        "before": _number(effect.before[row]),
        "after": _number(effect.after[row]),
        "max_grade": rule.parameters.get("max_grade"),
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


def _note(code: str, **params: object) -> Note:
    return {"code": code, "params": params}


def _notes(results: Results, row: int, node: Node) -> list[Note]:
    notes = _leaf_notes(results, row, node) if node.is_leaf else _group_notes(results, row, node)
    place = (row, results.plan.column[node.code])
    if results.evaluation.clamped[place]:
        notes.append(_note("note_clamped", score=f"{results.scores[place]:g}"))
    return notes


def _leaf_notes(results: Results, row: int, node: Node) -> list[Note]:
    status = results.snapshot.status[node.code][row]
    if status == obs.VALUE:
        return []
    if status == obs.NOTHING_TO_REPORT:
        score = node.value.nothing_to_report_score if node.value else None
        if score is None:
            return [_note("note_nothing_to_report_missing")]
        return [_note("note_nothing_to_report", score=f"{score:g}")]
    return [_note(f"note_{status}")]


def _group_notes(results: Results, row: int, node: Node) -> list[Note]:
    steps = results.evaluation
    notes = []
    for column in results.plan.children[node.code]:
        child = results.plan.nodes[column].code
        if steps.zero_filled[row, column]:
            notes.append(_note("note_zero_filled", child=child))
        elif steps.states[row, column] != PRESENT:
            notes.append(_note("note_redistributed", child=child))
    column = results.plan.column[node.code]
    state = steps.states[row, column]
    if state == NOT_APPLICABLE:
        return [_note("note_not_applicable")]
    if state == MISSING:
        required = node.missing.availability
        notes = [item for item in notes if item["code"] != "note_redistributed"]
        absent = [
            results.plan.nodes[child].code
            for child in results.plan.children[node.code]
            if steps.states[row, child] == MISSING
        ]
        share = _number(steps.availability[row, column]) or 0.0
        notes.append(
            _note(
                "note_unavailable",
                share=f"{share:.0%}",
                required=f"{required:.0%}",
                children=absent,
            )
        )
    return notes
