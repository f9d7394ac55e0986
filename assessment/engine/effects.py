"""What a variation changes in a run: a choice that applies to nothing, or to a part, is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from assessment.engine.document import Node
from assessment.engine.methods import Imputation
from assessment.engine.plan import Plan
from assessment.engine.problems import Problem, SettingError
from assessment.engine.run import Prepared
from assessment.engine.snapshot import STATUS_CODES
from assessment.engine.steps.columns import deviation
from assessment.engine.variation import (
    AS_STATED,
    Variation,
    can_be_left_out,
    is_measured,
    keeps_normalisation,
    replaced_aggregations,
)

# Codes that a note names one by one; of more it says the first and how many there are.
_NAMED: Final = 10


def effects_of(prepared: Prepared, variation: Variation, *, is_asked: bool) -> tuple[Problem, ...]:
    """Return a note on every choice that changes nothing in this run, or only a part of it.

    Raises SettingError where nothing varies at all although the variation ``is_asked`` for.
    """
    notes: list[Problem] = []
    varies = _weights_vary(prepared.plan, variation)
    if not varies and (variation.weight_range or variation.concentration):
        notes.append(Problem("weights_do_not_vary"))
    for name, choice, changed, kept in _choices(prepared, variation):
        if changed:
            varies = True
            if kept:
                params = {"name": name, "choice": choice, "count": len(kept), **_listed(kept)}
                notes.append(Problem("choice_in_part", params=params))
        else:
            notes.append(Problem("choice_without_effect", params={"name": name, "choice": choice}))
    if not varies:
        if is_asked:
            raise SettingError([*notes, Problem("nothing_varies")])
        notes.append(Problem("nothing_varies"))
    return tuple(notes)


def _listed(codes: list[str]) -> dict[str, object]:
    rest = "" if len(codes) <= _NAMED else " …"
    return {"codes": ", ".join(codes[:_NAMED]) + rest}


def _weights_vary(plan: Plan, variation: Variation) -> bool:
    """Whether some branch has several children whose drawn weights count."""
    return (variation.weight_range > 0 or variation.concentration is not None) and any(
        node.aggregation.is_weighted
        and node.weighting.method != "benefit_of_doubt"
        and sum(plan.weights[child] > 0 for child in plan.children[node.code]) > 1
        for node in plan.nodes
    )


def _choices(
    prepared: Prepared, variation: Variation
) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """Each choice with the nodes it changes and those that keep what they have."""
    plan = prepared.plan
    keeps = keeps_normalisation(plan, prepared.data)
    gaps = _gaps(prepared)
    for choice in _others(variation.normalisations):
        changed = [node.code for node in plan.leaves if not keeps[node.code](choice)]
        kept = [
            node.code
            for node in plan.leaves
            if keeps[node.code](choice) and not _is_on(node, choice)
        ]
        yield "normalisations", choice, changed, kept
    for choice in _others(variation.aggregations):
        replaced = replaced_aggregations(plan, choice)
        branches = [node for node in plan.nodes if plan.children[node.code]]
        changed = [
            code
            for code, how in replaced.items()
            if plan.framework.node(code).aggregation.method != how.method
        ]
        kept = [node.code for node in branches if node.code not in replaced]
        yield "aggregations", choice, changed, kept
    for choice in _others(variation.imputations):
        instead = None if choice == "none" else Imputation(choice)
        changed = [node.code for node in plan.leaves if gaps[node.code] and node.impute != instead]
        yield "imputations", choice, changed, []
    for choice in _others(variation.treatments):
        yield "treatments", choice, [node.code for node in plan.leaves if node.treat], []
    if variation.measurement_error:
        spread = deviation(prepared.inputs.snapshot.values)
        column = prepared.inputs.snapshot.column
        changed = [
            node.code for node in plan.leaves if is_measured(node) and spread[column[node.code]] > 0
        ]
        kept = [node.code for node in plan.leaves if node.code not in changed]
        yield "measurement_error", f"{variation.measurement_error:g}", changed, kept
    if variation.leave_out:
        yield "leave_out", "1", [plan.nodes[place].code for place in can_be_left_out(plan)], []


def _others(choices: Iterable[str]) -> list[str]:
    return [choice for choice in choices if choice != AS_STATED]


def _is_on(node: Node, method: str) -> bool:
    return node.normalisation is not None and node.normalisation.method == method


def _gaps(prepared: Prepared) -> dict[str, bool]:
    """Whether an indicator has values that are missing and could be imputed."""
    data = prepared.data
    missing = (data.statuses == STATUS_CODES["missing"]) | data.without_size
    return dict(zip((node.code for node in data.nodes), np.any(missing, axis=0), strict=True))
