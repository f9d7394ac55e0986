"""The meaning of a framework document: parameters, rules and grades that fit each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from assessment.engine import document as doc
from assessment.engine.figures import plain_number
from assessment.engine.problems import Problem
from assessment.engine.step_checks import check_steps
from assessment.engine.validation.checks import check_validation

_NEEDED = {
    "goalposts": ("lower", "upper"),
    "distance_to_target": ("target",),
    "distance_to_reference": ("locality",),
    "target_attainment": ("required", "target"),
    "bands": ("bands",),
    "piecewise_linear": ("points",),
}


def check_document(document: doc.FrameworkDocument) -> list[Problem]:
    """Return every contradiction inside a document whose shape is already sound."""
    problems = _scale_problems(document)
    for node in document.observed:
        problems += _value_problems(node, document.scale)
        if node.normalisation is not None:
            problems += _normalisation_problems(node, node.normalisation, document.scale)
    problems += check_steps(document)
    for rule in document.rules:
        problems += _rule_problems(rule, document)
    problems += _substitution_problems(document)
    problems += [
        Problem("duplicate_rule", params={"rule": rule_id})
        for rule_id, count in Counter(rule.id for rule in document.rules).items()
        if count > 1
    ]
    return problems + check_validation(document)


def _scale_problems(document: doc.FrameworkDocument) -> list[Problem]:
    scale = document.scale
    if scale.min >= scale.max:
        return [Problem("scale_empty", params={"min": scale.min, "max": scale.max})]
    problems = [
        Problem("duplicate_grade", params={"grade": code})
        for code, count in Counter(grade.code for grade in document.grades).items()
        if count > 1
    ]
    problems += [
        Problem("grades_not_descending", params={"grade": below.code, "above": above.code})
        for above, below in pairwise(document.grades)
        if below.lower >= above.lower
    ]
    last = document.grades[-1]
    if last.lower != scale.min:
        params = {"grade": last.code, "min": f"{scale.min:g}"}
        problems.append(Problem("grades_leave_gap", params=params))
    return problems


def _value_problems(node: doc.Node, scale: doc.Scale) -> list[Problem]:
    value = node.value
    if value is None:
        return [Problem("schema_required", node.code, params={"path": "$", "expected": "value"})]
    problems = []
    if value.min is not None and value.max is not None and value.min > value.max:
        problems.append(Problem("bounds_crossed", node.code))
    score = value.nothing_to_report_score
    if score is not None and not value.allows("nothing_to_report"):
        problems.append(Problem("nothing_to_report_not_allowed", node.code))
    if value.type == "level" and not value.levels:
        problems.append(Problem("levels_missing", node.code))
    if len({level.value for level in value.levels}) < len(value.levels):
        problems.append(Problem("duplicate_level", node.code))
    given = [level.score for level in value.levels] + ([] if score is None else [score])
    return problems + _off_scale(node, given, scale)


def _off_scale(node: doc.Node, scores: Iterable[float], scale: doc.Scale) -> list[Problem]:
    return [
        Problem("score_off_scale", node.code, params={"score": f"{score:g}"})
        for score in scores
        if not scale.min <= score <= scale.max
    ]


def _normalisation_problems(
    node: doc.Node, normalisation: doc.Normalisation, scale: doc.Scale
) -> list[Problem]:
    value = node.value
    if (
        normalisation.method == "levels"
        and value is not None
        and value.type not in ("level", "boolean")
    ):
        return [Problem("levels_need_level_type", node.code, params={"type": value.type})]
    problems = _edition_problems(node, normalisation.editions)
    sets = [{**normalisation.parameters, **item.parameters} for item in normalisation.editions]
    for parameters in sets or [dict(normalisation.parameters)]:
        missing = [name for name in _NEEDED.get(normalisation.method, ()) if name not in parameters]
        problems += [
            Problem("parameter_missing", node.code, params={"parameter": name}) for name in missing
        ]
        if not missing:
            problems += _parameter_problems(node, normalisation.method, parameters, scale)
    return problems


def _edition_problems(node: doc.Node, editions: tuple[doc.Edition, ...]) -> list[Problem]:
    problems = []
    for index, edition in enumerate(editions):
        if edition.valid_from and edition.valid_to and edition.valid_from > edition.valid_to:
            problems.append(Problem("dates_crossed", node.code))
        problems += [
            Problem("editions_overlap", node.code)
            for other in editions[:index]
            if _overlap(edition, other)
        ]
    return problems


def _overlap(one: doc.Edition, two: doc.Edition) -> bool:
    starts_in_time = (
        one.valid_from is None or two.valid_to is None or one.valid_from <= two.valid_to
    )
    ends_late_enough = (
        two.valid_from is None or one.valid_to is None or two.valid_from <= one.valid_to
    )
    return starts_in_time and ends_late_enough


def _parameter_problems(
    node: doc.Node, method: str, parameters: doc.Parameters, scale: doc.Scale
) -> list[Problem]:
    code = node.code
    if method == "min_max":
        # An end that is not stated is the scale's; crossed ends would turn the direction around.
        low, high = parameters.get("low", scale.min), parameters.get("high", scale.max)
        params = {"low": f"{low:g}", "high": f"{high:g}"}
        return [Problem("min_max_crossed", code, params=params)] if low >= high else []
    if method == "goalposts" and parameters["lower"] >= parameters["upper"]:
        return [Problem("goalposts_crossed", code)]
    if method == "target_attainment":
        return _target_problems(node, parameters)
    if method == "bands":
        return _bands_problems(node, parameters)
    if method == "piecewise_linear":
        points = parameters["points"]
        if any(left["value"] >= right["value"] for left, right in pairwise(points)):
            return [Problem("table_not_ascending", code)]
        return _table_direction(node, [point["score"] for point in points])
    return []


def _target_problems(node: doc.Node, parameters: doc.Parameters) -> list[Problem]:
    required, target = parameters["required"], parameters["target"]
    if required <= 0:  # short of it the score is a ratio, and that of two losses is a gain
        return [Problem("zero_reference", node.code)]
    is_better = target > required if node.direction == "positive" else target < required
    if not is_better:
        return [Problem("target_not_beyond_required", node.code)]
    return []


def _bands_problems(node: doc.Node, parameters: doc.Parameters) -> list[Problem]:
    bands = parameters["bands"]
    starts = [band["from"] for band in bands]
    if starts[0] is not None or any(start is None for start in starts[1:]):
        return [Problem("first_band_open", node.code)]
    if any(left >= right for left, right in pairwise(starts[1:])):
        return [Problem("table_not_ascending", node.code)]
    return _table_direction(node, [band["score"] for band in bands])


def _table_direction(node: doc.Node, scores: list[float]) -> list[Problem]:
    steps = [right - left for left, right in pairwise(scores)]
    sign = 1 if node.direction == "positive" else -1
    if any(step * sign < 0 for step in steps):
        return [Problem("table_against_direction", node.code, params={"to": node.direction})]
    return []


def _substitution_problems(document: doc.FrameworkDocument) -> list[Problem]:
    """Substitutes that have no score, and those that rest on what they stand in for."""
    problems = []
    rests_on = {
        node.code: [child.code for child in document.children(node.code)]
        for node in document.weighted_nodes
    }
    rules = [rule for rule in document.rules if rule.substitute is not None]
    for rule in rules:
        if rule.node in rests_on and rule.substitute in rests_on:
            rests_on[rule.node].append(rule.substitute)
        elif rule.substitute not in rests_on:
            params = {"rule": rule.id, "code": rule.substitute}
            problems.append(Problem("rule_unknown_node", params=params))
    for rule in rules:
        if rule.substitute in rests_on and _is_reached(rule.substitute, rule.node, rests_on):
            params = {"rule": rule.id, "code": rule.substitute}
            problems.append(Problem("substitution_circle", rule.node, params=params))
    return problems


def _is_reached(start: str, end: str, rests_on: Mapping[str, list[str]]) -> bool:
    """Whether one node's score rests on another's, at any remove."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        code = waiting.pop()
        if code == end:
            return True
        if code not in seen:
            seen.add(code)
            waiting += rests_on[code]
    return False


def _rule_problems(rule: doc.Rule, document: doc.FrameworkDocument) -> list[Problem]:
    problems = []
    node = document.by_code.get(rule.node)
    about = {"rule": rule.id}
    if node is None or node.kind == "flag":
        problems.append(Problem("rule_unknown_node", params={**about, "code": rule.node}))
    if rule.indicator is not None:
        indicator = document.by_code.get(rule.indicator)
        if indicator is None or not indicator.is_leaf:
            params = {**about, "code": rule.indicator}
            problems.append(Problem("rule_unknown_indicator", rule.node, params=params))
    if rule.valid_from and rule.valid_to and rule.valid_from > rule.valid_to:
        problems.append(Problem("rule_dates_crossed", rule.node, params=about))
    if rule.type == "veto":
        grades = {grade.code for grade in document.grades}
        if rule.parameters["max_grade"] not in grades:
            params = {**about, "grade": rule.parameters["max_grade"]}
            problems.append(Problem("rule_unknown_grade", rule.node, params=params))
        if node is not None and node.kind == "indicator":
            problems.append(Problem("veto_on_indicator", rule.node, params=about))
    if rule.type in ("bonus", "penalty"):
        is_fixed = "points" in rule.parameters and rule.when is not None
        if is_fixed == ("points_per_unit" in rule.parameters):
            problems.append(Problem("rule_points_unclear", rule.node, params=about))
    scale = document.scale
    for name in ("limit", "floor"):
        if name in rule.parameters and not scale.min <= float(rule.parameters[name]) <= scale.max:
            params = {**about, "name": name, "value": plain_number(float(rule.parameters[name]))}
            params |= {"low": plain_number(scale.min), "high": plain_number(scale.max)}
            problems.append(Problem("rule_off_scale", rule.node, params=params))
    if rule.type in ("cap", "substitution") and (rule.indicator is None) != (rule.when is None):
        problems.append(Problem("rule_condition_incomplete", rule.node, params=about))
    return problems
