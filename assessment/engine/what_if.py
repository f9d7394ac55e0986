"""What if: a run with a few changes, of which only what depends on them is computed anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from assessment.engine import observations as obs
from assessment.engine.data import Data, data_of
from assessment.engine.document import FrameworkDocument, Rule
from assessment.engine.evaluation import Inputs
from assessment.engine.normalise import normalisation_of
from assessment.engine.plan import Plan
from assessment.engine.problems import ScoringError
from assessment.engine.reading import load_framework
from assessment.engine.results import Results
from assessment.engine.run import leaf_inputs, leaf_states, with_stated_scores
from assessment.engine.snapshot import STATUS_CODES, Snapshot, value_faults
from assessment.engine.standing import standing_of
from assessment.engine.tree import reevaluate

_NO_WEIGHTS: Final[Mapping[str, float]] = MappingProxyType({})
_NO_RULES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType({})
_NO_VALUES: Final[Mapping[tuple[str, str], float]] = MappingProxyType({})

# Shares typed with a few decimals sum to one but for float noise.
_NOISE: Final = 1e-9


def rescore(
    results: Results,
    *,
    weights: Mapping[str, float] = _NO_WEIGHTS,
    values: Mapping[tuple[str, str], float] = _NO_VALUES,
    rules: Mapping[str, Mapping[str, Any]] = _NO_RULES,
    without_rules: Collection[str] = (),
) -> Results:
    """Return the results under changes; ``results`` stay as they are.

    ``weights`` sets nodes' shares of their parent (0 to 1); the siblings keep their proportions
    among the rest. ``values`` sets observations by locality and indicator, ``rules`` sets parts
    of rules by id, as a framework document writes them, and ``without_rules`` takes rules out.
    The answer is read and explained like any run but cannot be published. Raises KeyError for
    unknown codes, ValueError for shares and values out of bounds, FrameworkError for rules that
    mean nothing, and ScoringError as ``score`` does.
    """
    framework, inputs, data = results.framework, results.inputs, results.data
    plan, touched = _plan_under(results, rules, without_rules)
    points = dict(_points(results, weights))
    touched |= {str(framework.node(code).parent) for code in weights}
    if values:
        changed = {indicator for _locality, indicator in values}
        data, inputs = _changed_inputs(results, plan, _with_values(results, values), changed)
        touched |= _moved(results, inputs, changed)
        touched |= {rule.node for rule in plan.rules if rule.indicator in changed}
    touched = plan.resting_on(touched)
    evaluation = reevaluate(results.evaluation, plan, inputs, frozenset(touched), points)
    if evaluation.problems:
        raise ScoringError(evaluation.problems)
    columns = sorted(plan.column[code] for code in touched)
    return replace(
        results,
        plan=plan,
        inputs=inputs,
        data=data,
        evaluation=evaluation,
        standing=standing_of(evaluation, results.localities, results.standing, columns),
        is_what_if=True,
    )


def _plan_under(
    results: Results, changed: Mapping[str, Mapping[str, Any]], without: Collection[str]
) -> tuple[Plan, set[str]]:
    """The plan with some rules changed or left out, and the nodes on which they act."""
    framework, plan = results.framework, results.plan
    named = {*changed, *without}
    unknown = named - {rule.id for rule in framework.rules}
    if unknown:
        raise KeyError(min(unknown))
    if changed:
        framework = replace(framework, rules=_changed_rules(framework, changed))
    in_force = {rule.id for rule in plan.rules} | {*changed}  # others were left out before
    kept = tuple(
        rule
        for rule in framework.rules_on(results.on)
        if rule.id in in_force and rule.id not in {*without}
    )
    if kept == plan.rules:
        return plan, set()
    nodes = {rule.node for rule in (*plan.rules, *kept) if rule.id in named}
    return Plan(framework, kept), nodes


def _changed_rules(
    framework: FrameworkDocument, changed: Mapping[str, Mapping[str, Any]]
) -> tuple[Rule, ...]:
    """The rules as the document would be read with these parts of them changed."""
    now = {rule.id: rule for rule in framework.rules}
    source = framework.as_dict()
    source["rules"] = [item | changed.get(item["id"], {}) for item in source["rules"]]
    read = {rule.id: rule for rule in load_framework(source).rules}
    if set(read) != set(now):
        raise ValueError("a rule keeps its id")
    return tuple(read[rule_id] if rule_id in changed else now[rule_id] for rule_id in now)


def _points(results: Results, weights: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """The points of the nodes named and of their siblings; those below follow in proportion."""
    framework, plan = results.framework, results.plan
    current = results.evaluation.weights
    for parent in dict.fromkeys(framework.node(code).parent for code in weights):
        if parent is None or not framework.node(parent).aggregation.is_weighted:
            raise ValueError("only children that share their parent's weight can be weighted")
        siblings = [node.code for node in framework.children(parent)]
        named = {code: weights[code] for code in siblings if code in weights}
        others = sum(current[plan.column[code]] for code in siblings if code not in named)
        rest = 1.0 - sum(named.values())
        if not all(0 <= share <= 1 for share in named.values()) or rest < -_NOISE:
            raise ValueError(f"the shares below {parent} must lie between 0 and 1 together")
        if rest > _NOISE and others <= 0:
            raise ValueError(f"the shares below {parent} leave a rest nobody can take")
        own = current[plan.column[parent]]
        for code in siblings:
            if code in named:
                yield code, float(own * named[code])
            else:
                part = current[plan.column[code]] / others if others > 0 else 0.0
                yield code, float(own * max(rest, 0.0) * part)


def _with_values(results: Results, values: Mapping[tuple[str, str], float]) -> Snapshot:
    snapshot = results.inputs.snapshot
    numbers, statuses = snapshot.values.copy(order="F"), snapshot.statuses.copy(order="F")
    for (locality, indicator), value in values.items():
        place = (results.row_of[locality], snapshot.column[indicator])
        spec = results.framework.node(indicator).value
        if spec is None or not np.isfinite(value) or value_faults(spec, value):
            raise ValueError(f"{value} is no value of {indicator}")
        numbers[place], statuses[place] = value, STATUS_CODES[obs.VALUE]
    return Snapshot(snapshot.codes, numbers, statuses)


def _changed_inputs(
    results: Results, plan: Plan, snapshot: Snapshot, changed: set[str]
) -> tuple[Data, Inputs]:
    """The steps and scores under other values: of these indicators alone where that is enough.

    The steps of an indicator rest on its own column, but for the screens of branches.
    """
    before, on = results.inputs, results.on
    if before.screened or before.normalised is None:
        given = (before.adjustments, results.history)
        return leaf_inputs(plan, snapshot, results.localities, on, *given)
    nodes = [node for node in plan.leaves if node.code in changed]
    if not nodes:
        return results.data, replace(before, snapshot=snapshot)
    part = data_of(plan.framework, nodes, snapshot, results.localities, results.history, on)
    own = normalisation_of(nodes, part.treated, plan.framework.scale, on, before.localities)
    with_stated_scores(part, own.scores)
    places = [plan.leaf_place[node.code] for node in nodes]
    data = results.data.amended(places, part)
    found = before.normalised.amended(places, own, data.treated)
    states = before.leaf_states.copy(order="F")
    states[:, places] = leaf_states(plan.framework, part)
    return data, replace(
        before,
        snapshot=snapshot,
        leaf_scores=found.scores,
        leaf_states=states,
        normalised=found,
    )


def _moved(results: Results, inputs: Inputs, changed: set[str]) -> set[str]:
    """The indicators whose scores changed, and the branches that screen other localities."""
    before, place = results.inputs, results.plan.leaf_place
    # Without a screen of branches an indicator moves by its own values alone.
    seen = list(place) if inputs.screened else [code for code in place if code in changed]
    at = [place[code] for code in seen]
    scores = before.leaf_scores[:, at], inputs.leaf_scores[:, at]
    same = np.equal(before.leaf_states[:, at], inputs.leaf_states[:, at]) & (
        (scores[0] == scores[1]) | (np.isnan(scores[0]) & np.isnan(scores[1]))
    )
    leaves = {code for code, stays in zip(seen, same.all(axis=0), strict=True) if not stays}
    return leaves | {
        code for code, rows in inputs.screened.items() if (rows != before.screened[code]).any()
    }
