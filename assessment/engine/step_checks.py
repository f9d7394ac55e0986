"""The meaning of the choices for a node's steps: parts that contradict each other."""

from __future__ import annotations

from collections.abc import Iterator

from assessment.engine import document as doc
from assessment.engine.ahp import MAX_RATIO, is_reciprocal, priorities
from assessment.engine.problems import Problem

# Methods that need a number for each child; a level or a yes is none to divide or to treat.
_MEASURED = ("number", "integer", "percent")


def check_steps(document: doc.FrameworkDocument) -> Iterator[Problem]:
    """Yield every contradiction in the steps of the nodes."""
    for node in document.weighted_nodes:
        if node.is_leaf:
            yield from _indicator_problems(node)
        else:
            count = len(document.children(node.code))
            yield from _weighting_problems(node, count)
            yield from _aggregation_problems(node, count)
            yield from _screen_problems(node)


def _indicator_problems(node: doc.Node) -> Iterator[Problem]:
    value = node.value
    for name, step in (("denominate", node.denominate), ("treat", node.treat)):
        if step is not None and value is not None and value.type not in _MEASURED:
            yield Problem("step_needs_measure", node.code, params={"step": name})
    treat = node.treat
    if treat is not None and treat.method == "limits":
        if treat.lower is None and treat.upper is None:
            yield Problem("treat_without_limit", node.code)
        elif treat.lower is not None and treat.upper is not None and treat.lower > treat.upper:
            yield Problem("bounds_crossed", node.code)


def _screen_problems(node: doc.Node) -> Iterator[Problem]:
    if node.screen is not None:
        both = set(node.screen.force_in) & set(node.screen.force_out)
        for code in sorted(both):
            yield Problem("forced_both_ways", node.code, params={"locality": code})


def _weighting_problems(node: doc.Node, count: int) -> Iterator[Problem]:
    weighting = node.weighting
    if weighting.is_given:
        return
    if not node.aggregation.is_weighted:
        yield Problem("weighting_without_weights", node.code)
    match weighting.method:
        case "ahp":
            yield from _comparison_problems(node, count)
        case "budget":
            for points in weighting.experts:
                if len(points) != count:
                    params = {"actual": len(points), "expected": count}
                    yield Problem("wrong_number_of_weights", node.code, params=params)
                elif not any(points):
                    yield Problem("expert_without_points", node.code)
        case "benefit_of_doubt":
            if node.aggregation.method != "arithmetic":
                named = {"method": node.aggregation.method}
                yield Problem("benefit_needs_sum", node.code, params=named)
            if weighting.min_share * count > 1 or weighting.max_share * count < 1:
                yield Problem("shares_impossible", node.code, params={"count": count})


def _comparison_problems(node: doc.Node, count: int) -> Iterator[Problem]:
    matrix = node.weighting.matrix
    if len(matrix) != count or any(len(row) != count for row in matrix):
        params = {"actual": len(matrix), "expected": count}
        yield Problem("wrong_number_of_comparisons", node.code, params=params)
        return
    if not is_reciprocal(matrix):
        yield Problem("comparisons_not_reciprocal", node.code)
        return
    ratio = priorities(matrix).ratio
    if ratio > MAX_RATIO and not node.weighting.inconsistency_accepted:
        shown = {"ratio": f"{ratio:.3f}", "limit": f"{MAX_RATIO:.2f}"}
        yield Problem("comparisons_inconsistent", node.code, params=shown)


def _aggregation_problems(node: doc.Node, count: int) -> Iterator[Problem]:
    if node.aggregation.method == "owa":
        given = node.aggregation.order_weights
        if len(given) != count:
            params = {"actual": len(given), "expected": count}
            yield Problem("wrong_number_of_weights", node.code, params=params)
        elif not any(given):
            yield Problem("weights_all_zero", node.code)
