"""Weights that are computed: known priorities, formulas by hand, and what gives no weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assessment.engine import FrameworkError, ScoringError, load_framework
from assessment.engine.ahp import priorities
from assessment.engine.benefit import benefit_of_the_doubt
from assessment.engine.methods import Weighting
from assessment.engine.results import Results
from assessment.engine.weighting import UnweightableError, shares_of
from tests.engine.documents import document, group, indicator, run

# Saaty, "Decision making with the analytic hierarchy process", International Journal of
# Services Sciences 1 (2008) 83-98: relative consumption of drinks in the United States, in the
# order coffee, wine, tea, beer, sodas, milk, water.
DRINKS = [
    [1, 9, 5, 2, 1, 1, 1 / 2],
    [1 / 9, 1, 1 / 3, 1 / 9, 1 / 9, 1 / 9, 1 / 9],
    [1 / 5, 3, 1, 1 / 3, 1 / 4, 1 / 3, 1 / 9],
    [1 / 2, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [1, 9, 4, 2, 1, 2, 1 / 2],
    [1, 9, 3, 1, 1 / 2, 1, 1 / 3],
    [2, 9, 9, 3, 2, 3, 1],
]


def test_priorities_of_saaty_s_drinks() -> None:
    found = priorities(DRINKS)
    assert [round(weight, 3) for weight in found.weights] == [
        *(0.177, 0.019, 0.042, 0.116, 0.190, 0.129, 0.327)
    ]
    assert round(found.ratio, 3) == 0.022


@given(arrays(np.float64, st.integers(1, 9), elements=st.floats(0.1, 10)))
def test_consistent_comparisons_give_their_weights_back(weights: np.ndarray) -> None:
    found = priorities(weights[:, None] / weights)
    np.testing.assert_allclose(found.weights, weights / weights.sum(), rtol=1e-9)
    assert found.eigenvalue == pytest.approx(len(weights))
    assert found.ratio == pytest.approx(0, abs=1e-9)


def test_eigenvalue_of_three_comparisons_in_a_circle() -> None:
    # a(1,2) = a(2,3) = 2 and a(1,3) = 1: λmax = 1 + x + 1/x with x the cube root of 2·2/1.
    found = priorities([[1, 2, 1], [1 / 2, 1, 2], [1, 1 / 2, 1]])
    root = 4 ** (1 / 3)
    assert found.eigenvalue == pytest.approx(1 + root + 1 / root)
    assert found.ratio == pytest.approx((root + 1 / root - 2) / 2 / 0.58)


def branch(weighting: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return document(
        group("index", None, 100),
        group("A", "index", 100, weighting=weighting, **changes),
        *(indicator(code, "A", weight) for code, weight in (("x", 20), ("y", 30), ("z", 50))),
    )


TABLE = {
    "a": {"x": 10, "y": 40, "z": 90},
    "b": {"x": 20, "y": 30, "z": 20},
    "c": {"x": 50, "y": 10, "z": 60},
    "d": {"x": 60, "y": 20, "z": 10},
}
LOOSE = {"policy": "redistribute"}
CIRCLE = [[1, 4, 0.25], [0.25, 1, 4], [4, 0.25, 1]]


def codes(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(FrameworkError) as caught:
        load_framework(raw)
    return [item.code for item in caught.value.problems]


@pytest.mark.parametrize(
    ("weighting", "changes", "expected"),
    [
        ({"method": "ahp", "matrix": CIRCLE}, {}, "comparisons_inconsistent"),
        ({"method": "ahp", "matrix": [[1, 2], [0.5, 1]]}, {}, "wrong_number_of_comparisons"),
        (
            {"method": "ahp", "matrix": [[1, 2, 3], [2, 1, 1], [3, 1, 1]]},
            {},
            "comparisons_not_reciprocal",
        ),
        ({"method": "budget", "experts": [{"points": [1, 2]}]}, {}, "wrong_number_of_weights"),
        ({"method": "budget", "experts": [{"points": [0, 0, 0]}]}, {}, "expert_without_points"),
        (
            {"method": "benefit_of_doubt"},
            {"aggregation": {"method": "geometric"}},
            "benefit_needs_sum",
        ),
        ({"method": "benefit_of_doubt", "min_share": 0.4}, {}, "shares_impossible"),
        ({"method": "ahp"}, {}, "schema_required"),
        ({"method": "guess"}, {}, "schema_enum"),
        ({"method": "ahp", "matrix": [["x"]]}, {}, "schema_type"),
    ],
)
def test_weightings_that_cannot_be_used_are_named(
    weighting: dict[str, Any], changes: dict[str, Any], expected: str
) -> None:
    assert expected in codes(branch(weighting, **changes))


def test_inconsistent_comparisons_stand_with_a_reason() -> None:
    weighting = {"method": "ahp", "matrix": CIRCLE, "accepted_because": "Decided in session."}
    found = run(branch(weighting), TABLE)
    trace = found.trace_of("a", "A")["weighting"]
    assert trace["method"] == "ahp"
    assert trace["consistency_ratio"] > 0.1
    assert found.row("a", "A").score == pytest.approx((10 + 40 + 90) / 3)


def test_nominal_computed_and_effective_weights_are_all_reported() -> None:
    weighting = {"method": "budget", "experts": [{"points": [50, 25, 25]}, {"points": [0, 3, 1]}]}
    raw = branch(weighting, missing={"policy": "redistribute"})
    found = run(raw, {**TABLE, "e": {"x": "missing", "y": 10, "z": 20}})
    trace = found.trace_of("e", "y")
    assert (trace["weight"], trace["computed_weight"]) == (30.0, 50.0)
    assert trace["effective_weight"] == pytest.approx(100 * 0.5 / 0.75)
    assert found.row("e", "A").score == pytest.approx((10 * 0.5 + 20 * 0.25) / 0.75)


def test_computed_weights_are_handed_down_the_tree() -> None:
    raw = document(
        group("index", None, 100, weighting={"method": "equal"}),
        group("A", "index", 80),
        indicator("x", "A", 60),
        indicator("y", "A", 20),
        indicator("z", "index", 20),
    )
    found = run(raw, TABLE)
    weights = {code: found.trace_of("a", code)["effective_weight"] for code in ("A", "x", "y", "z")}
    assert weights == {"A": 50.0, "x": 37.5, "y": 12.5, "z": 50.0}
    assert found.row("a").score == pytest.approx((0.75 * 10 + 0.25 * 40) / 2 + 45)


@pytest.mark.parametrize(
    ("weighting", "table", "expected"),
    [
        ({"method": "pca"}, {"a": TABLE["a"], "b": TABLE["b"]}, ("too_few_complete", "—")),
        ({"method": "pca"}, {c: {**v, "y": 7} for c, v in TABLE.items()}, ("no_spread", "y")),
        ({"method": "critic"}, dict.fromkeys("abcd", TABLE["a"]), ("no_spread", "—")),
        ({"method": "entropy"}, dict.fromkeys("abcd", TABLE["a"]), ("no_spread", "—")),
        (
            {"method": "pca", "loadings": "plain"},
            {c: {"x": n, "y": -n + 50, "z": n + n % 2} for n, c in enumerate("abcd")},
            ("negative_loading", "y"),
        ),
    ],
)
def test_data_without_weights_in_them_are_an_error(
    weighting: dict[str, Any], table: dict[str, Any], expected: tuple[str, str]
) -> None:
    with pytest.raises(ScoringError) as caught:
        run(branch(weighting), table)
    problem = caught.value.problems[0]
    assert (problem.code, problem.node, problem.params["child"]) == (expected[0], "A", expected[1])


def test_benefit_of_the_doubt_for_two_indicators_by_hand() -> None:
    # On the frontier are (1, 4), (3, 3) and (4, 1): each scores 1 with weights of its own.
    # (2, 2) is two thirds of (3, 3), and (1, 1) a third, with that one's weights.
    values = np.array([[1.0, 4], [3, 3], [4, 1], [2, 2], [1, 1], [0, 0]])
    found = benefit_of_the_doubt(Weighting("benefit_of_doubt"), values)
    np.testing.assert_allclose(found.scores, [1, 1, 1, 2 / 3, 1 / 3, 0], atol=1e-9)
    assert (found.weights @ values.T <= 1 + 1e-8).all()
    np.testing.assert_allclose((found.weights * values).sum(axis=1), found.scores, rtol=1e-12)


def test_of_the_best_weights_the_most_even_are_taken() -> None:
    # (4, 4) may split its score as it likes between (1/4, 0) and (0, 1/4); (4, 1) must keep the
    # first limit, w ≤ 1/4, alone: its whole score comes from there.
    values = np.array([[4.0, 4], [4, 1], [2, 1]])
    found = benefit_of_the_doubt(Weighting("benefit_of_doubt"), values)
    np.testing.assert_allclose(found.scores, [1, 1, 0.5], atol=1e-12)
    np.testing.assert_allclose(found.weights, [[0.125, 0.125], [0.25, 0], [0.25, 0]], atol=1e-8)


POSITIVE = arrays(np.float64, (6, 3), elements=st.integers(1, 20).map(float))


@settings(deadline=None, max_examples=40)
@given(POSITIVE, st.permutations(range(3)), st.permutations(range(6)))
def test_benefit_weights_do_not_depend_on_the_order_of_anything(
    values: np.ndarray, columns: list[int], rows_: list[int]
) -> None:
    # A solver that is free to choose chooses by order; the rule leaves no choice.
    weighting = Weighting("benefit_of_doubt")
    one = benefit_of_the_doubt(weighting, values)
    two = benefit_of_the_doubt(weighting, values[rows_][:, columns])
    np.testing.assert_allclose(two.scores, one.scores[rows_], atol=1e-12)
    np.testing.assert_allclose(two.weights, one.weights[rows_][:, columns], atol=1e-7)


def test_bounds_on_shares_take_favour_away() -> None:
    values = np.array([[10.0, 1.0], [5.0, 5.0]])
    free = benefit_of_the_doubt(Weighting("benefit_of_doubt"), values)
    bound = benefit_of_the_doubt(Weighting("benefit_of_doubt", min_share=0.4), values)
    assert (bound.scores <= free.scores + 1e-12).all()
    parts = bound.weights * values
    assert (parts / parts.sum(axis=1, keepdims=True) >= 0.4 - 1e-9).all()


def bod() -> Results:
    return run(branch({"method": "benefit_of_doubt"}, missing={"policy": "redistribute"}), TABLE)


def test_benefit_of_the_doubt_in_a_tree_keeps_to_the_scale() -> None:
    found = bod()
    scores = [found.row(code, "A").score for code in "abcd"]
    assert max(score for score in scores if score is not None) == pytest.approx(100)
    trace = found.trace_of("b", "A")
    parts = [found.trace_of("b", code)["contribution"] for code in "xyz"]
    assert sum(parts) == pytest.approx(trace["aggregated"])
    assert sum(found.trace_of("b", code)["effective_weight"] for code in "xyz") == pytest.approx(
        100
    )


def test_a_missing_child_does_not_spoil_bounded_benefit_of_the_doubt() -> None:
    # c has the best x and the best y of all: with these two alone any weights give it the best
    # score. a has the best z and gets it from there, d has half of a in everything.
    table = {
        "a": {"x": 90, "y": 80, "z": 70},
        "d": {"x": 45, "y": 40, "z": 35},
        "c": {"x": 95, "y": 85, "z": "missing"},
    }
    weighting = {"method": "benefit_of_doubt", "min_share": 0.1}
    found = run(branch(weighting, missing={"policy": "redistribute"}), table)
    assert found.row("c", "A").score == pytest.approx(100)
    assert found.row("a", "A").score == pytest.approx(100)
    assert found.row("d", "A").score == pytest.approx(50)
    # What counts as the lowest score is there: no share of the score can come from it.
    counted = run(branch(weighting, missing={"policy": "zero"}), table)
    assert counted.row("c", "A").score == 0.0


def test_an_indicator_left_out_for_all_takes_no_part_in_benefit_of_the_doubt() -> None:
    raw = branch({"method": "benefit_of_doubt", "min_share": 0.1})
    raw["nodes"][4]["screen"] = {"force": "out"}
    # Of x and y alone, b has two thirds of a in both.
    table = {"a": {"x": 90, "y": 60, "z": 1}, "b": {"x": 60, "y": 40, "z": 99}}
    found = run(raw, table)
    assert [found.row(code, "A").score for code in "ab"] == pytest.approx([100, 200 / 3])


def test_a_share_that_too_few_children_cannot_keep_is_an_error() -> None:
    table = {**TABLE, "e": {"x": 50, "y": "missing", "z": "missing"}}
    weighting = {"method": "benefit_of_doubt", "max_share": 0.5}
    with pytest.raises(ScoringError) as caught:
        run(branch(weighting, missing={"policy": "redistribute"}), table)
    (problem,) = caught.value.problems
    assert (problem.code, problem.node, problem.locality) == ("no_benefit_weights", "A", "e")


@pytest.mark.parametrize("order", ["xyz", "zxy"])
def test_without_a_first_component_there_are_no_weights(order: str) -> None:
    # Two levels each, every combination as often as any other: all correlations are 0, all
    # eigenvalues 1, and any direction explains as much as any other.
    design = [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]
    table = {
        f"l{row}": {code: 50 + 40 * sign for code, sign in zip(order, signs, strict=True)}
        for row, signs in enumerate(design)
    }
    with pytest.raises(ScoringError) as caught:
        run(branch({"method": "pca"}), table)
    (problem,) = caught.value.problems
    assert (problem.code, problem.node) == ("no_first_component", "A")
    with pytest.raises(UnweightableError):  # two children, as short as can be
        shares_of(Weighting("pca"), np.array([[0.0, 0], [0, 100], [100, 0], [100, 100]]))


@pytest.mark.parametrize("method", ["pca", "entropy", "critic"])
def test_an_indicator_left_out_for_all_has_no_part_in_computed_weights(method: str) -> None:
    x, y = np.array([10.0, 20, 50, 60, 75]), np.array([40.0, 30, 10, 20, 60])
    table: dict[str, dict[str, Any]] = {
        f"l{row}": {"x": x[row], "y": y[row], "z": "missing"} for row in range(5)
    }
    table["l0"]["z"] = 50  # one value of five: below the half that is asked for
    raw = branch({"method": method}, missing={"policy": "redistribute"})
    raw["nodes"][4]["screen"] = {"available": 0.5}
    found = run(raw, table)
    shares = {
        "pca": np.array([0.5, 0.5]),  # the first component of two lies on their diagonal
        "entropy": np.array(
            [1 + (p * np.log(p)).sum() / np.log(5) for p in (x / x.sum(), y / y.sum())]
        ),
        # Both have the same conflict 1 − r with the other: the deviations alone remain.
        "critic": np.array([v.std(ddof=1) / np.ptp(v) for v in (x, y)]),
    }[method]
    expected = 100 * shares / shares.sum()
    traced = [found.trace_of("l1", code)["computed_weight"] for code in "xyz"]
    assert traced == pytest.approx([*expected, 0])
    assert found.row("l1", "A").score == pytest.approx((20 * expected[0] + 30 * expected[1]) / 100)


def test_the_branches_of_a_minimum_weigh_what_their_parent_was_given() -> None:
    raw = document(
        group("index", None, 100, weighting={"method": "equal"}),
        group("A", "index", 80, aggregation={"method": "minimum"}, missing=LOOSE),
        indicator("x", "A", 80),
        indicator("y", "A", 80),
        indicator("z", "index", 20),
    )
    # A was given half of the index; that l lacks a child changes nothing for a.
    found = run(raw, {"a": TABLE["a"], "l": {"x": 1, "y": "missing", "z": 2}})
    weights = [found.trace_of("a", code)["effective_weight"] for code in ("A", "x", "y", "z")]
    assert weights == [50, 50, 50, 50]
    lacking = [found.trace_of("l", code)["effective_weight"] for code in ("A", "x", "y")]
    assert lacking == [50, 50, 0]


DATA = arrays(np.float64, (6, 3), elements=st.integers(1, 100).map(float))


@settings(deadline=None)
@given(DATA, st.sampled_from(["equal", "entropy", "critic", "pca"]), st.permutations(range(6)))
def test_weights_do_not_depend_on_the_order_of_localities(
    scores: np.ndarray, method: str, order: list[int]
) -> None:
    if (np.ptp(scores, axis=0) == 0).any():
        return
    correlations = np.linalg.eigvalsh(np.corrcoef(scores.T))
    if correlations[-1] - correlations[-2] < 1e-3:
        return  # the first component is not unique
    one, two = (shares_of(Weighting(method), part) for part in (scores, scores[order]))
    np.testing.assert_allclose(one, two, atol=1e-9)
    assert one.sum() == pytest.approx(1)
    assert (one >= 0).all()
