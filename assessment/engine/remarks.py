"""What the trace remarks about a result: codes of sentences and the values they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from assessment.engine import observations as obs
from assessment.engine.arrays import MISSING, PRESENT
from assessment.engine.document import Node
from assessment.engine.gaps import is_due
from assessment.engine.steps.treat import BOX_COX, LIMITED, LOGGED, WINSORISED

if TYPE_CHECKING:
    from assessment.engine.results import Results

Note = dict[str, Any]

_TREATED = {
    int(WINSORISED): "note_winsorised",
    int(LOGGED): "note_logged",
    int(LIMITED): "note_limited",
    int(BOX_COX): "note_box_cox",
}


def note(code: str, **params: object) -> Note:
    """A remark as JSON values."""
    return {"code": code, "params": params}


def notes_on(results: Results, row: int, node: Node) -> list[Note]:
    """Return the remarks on one result, in the order of the steps they are about."""
    notes = _leaf_notes(results, row, node) if node.is_leaf else _group_notes(results, row, node)
    clamped = results.evaluation.clamped.get(node.code)
    if clamped is not None and clamped[row]:
        score = results.scores[row, results.plan.column[node.code]]
        notes.append(note("note_clamped", score=f"{score:g}"))
    return notes


def _leaf_notes(results: Results, row: int, node: Node) -> list[Note]:
    data, place = results.data, results.plan.leaf_place[node.code]
    status = obs.STATUSES[data.statuses[row, place]]
    is_lowest = bool(results.zero_filled[row, results.plan.column[node.code]])
    notes = _status_notes(status, node, is_lowest=is_lowest)
    if data.screening.indicators[place]:
        is_late = node.screen is not None and node.screen.is_late
        code = "note_indicator_screened_late" if is_late else "note_indicator_screened"
        return [*notes, note(code)]
    if node.denominate is not None and data.without_size[row, place]:
        notes.append(note("note_without_denominator", column=node.denominate.column))
    if node.impute is not None and data.imputed[row, place]:
        value = f"{data.filled[row, place]:g}"
        notes.append(note("note_imputed", method=node.impute.method, value=value))
    treated = _TREATED.get(int(data.treatments[row, place])) if node.treat else None
    if treated is not None:
        notes.append(note(treated, value=f"{data.treated[row, place]:g}"))
    return notes


def _status_notes(status: str, node: Node, *, is_lowest: bool) -> list[Note]:
    if status == obs.VALUE:
        return []
    if status == obs.NOTHING_TO_REPORT:
        score = node.value.nothing_to_report_score if node.value else None
        if score is None:
            return [note("note_nothing_to_report_missing")]
        return [note("note_nothing_to_report", score=f"{score:g}")]
    is_lowest = is_lowest and status in (obs.NOT_APPLICABLE, obs.EXCLUDED)
    return [note(f"note_{status}_lowest" if is_lowest else f"note_{status}")]


def _group_notes(results: Results, row: int, node: Node) -> list[Note]:
    found, plan = results.evaluation, results.plan
    column = plan.column[node.code]
    screened = results.inputs.screened.get(node.code)
    if screened is not None and screened[row]:
        is_late = node.screen is not None and node.screen.is_late
        return [note("note_screened_late" if is_late else "note_screened")]
    # A rule may have given a score to a branch without one, or taken one away.
    is_scored = bool(np.isfinite(found.aggregated_at(node.code)[row]))
    states = found.states[row, plan.children[node.code]]
    if not is_scored and not is_due(node.missing, states).any():
        is_lowest = results.zero_filled[row, column]
        return [note("note_not_applicable_lowest" if is_lowest else "note_not_applicable")]
    notes = []
    for child_column, state in zip(plan.children[node.code], states, strict=True):
        child = plan.nodes[child_column].code
        if results.zero_filled[row, child_column]:
            code = "note_zero_filled" if state == MISSING else "note_inapplicable_filled"
            notes.append(note(code, child=child))
        elif state != PRESENT and is_scored:
            notes.append(note("note_redistributed", child=child))
    if not is_scored:
        notes.append(_unavailable(results, row, node))
    return notes


def _unavailable(results: Results, row: int, node: Node) -> Note:
    absent = [
        results.plan.nodes[child].code
        for child in results.plan.children[node.code]
        if results.evaluation.states[row, child] == MISSING
    ]
    shares = results.evaluation.availability.get(node.code)
    share = 0.0 if shares is None or np.isnan(shares[row]) else float(shares[row])
    return note(
        "note_unavailable",
        share=f"{share:.0%}",
        required=f"{node.missing.availability:.0%}",
        children=absent,
    )
