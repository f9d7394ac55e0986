"""Aggregations that order or compare: weighted order, Copeland, outranking, TOPSIS."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assessment.engine import FrameworkError, ScoringError, load_framework
from assessment.engine.aggregate import aggregate, contributions
from assessment.engine.methods import Aggregation
from assessment.engine.pairwise import PAIRWISE, outranking
from tests.engine.documents import document, group, indicator, run

ONE = np.ones((1, 3))


def owa(*order: float) -> Aggregation:
    return Aggregation("owa", order_weights=order)


def test_order_weights_go_to_the_children_from_the_best_down() -> None:
    # The ordered values are 1, 0.7, 0.6, 0.2: 0.4 + 0.21 + 0.12 + 0.02.
    scores = np.array([[0.7, 1.0, 0.2, 0.6]])
    found = aggregate(owa(0.4, 0.3, 0.2, 0.1), scores, np.ones((1, 4)))
    assert found[0] == pytest.approx(0.75)
    parts = contributions(owa(0.4, 0.3, 0.2, 0.1), scores, np.ones((1, 4)), found)
    np.testing.assert_allclose(parts, [[0.21, 0.4, 0.02, 0.12]])


def test_order_weights_reach_from_the_highest_to_the_lowest() -> None:
    scores = np.array([[30.0, 10.0, 20.0]])
    ends = [aggregate(owa(*order), scores, ONE)[0] for order in ((1, 0, 0), (0, 0, 1), (1, 1, 1))]
    assert ends == pytest.approx([30, 10, 20])


def test_equal_order_weights_leave_the_weighted_mean() -> None:
    scores, weights = np.array([[30.0, 10.0, 20.0]]), np.array([[1.0, 2.0, 5.0]])
    found = aggregate(owa(1, 1, 1), scores, weights)
    assert found == pytest.approx(aggregate("arithmetic", scores, weights))


@pytest.mark.parametrize(
    ("power", "method"), [(1, "arithmetic"), (0, "geometric"), (-1, "harmonic")]
)
def test_generalised_mean_holds_the_others(power: float, method: str) -> None:
    scores, weights = np.array([[30.0, 10.0, 20.0]]), np.array([[1.0, 2.0, 5.0]])
    found = aggregate(Aggregation("generalised", power=power), scores, weights)
    assert found == pytest.approx(aggregate(method, scores, weights))


def test_high_powers_do_not_overflow() -> None:
    scores = np.array([[1e300, 5e299, 1e300]])
    found = aggregate(Aggregation("generalised", power=80), scores, ONE)
    assert found[0] == pytest.approx(1e300, rel=0.01)


# Three localities and three children: A beats B on two, B beats C on two, C beats A on two.
CIRCLE = np.array([[3.0, 2.0, 1.0], [2.0, 1.0, 3.0], [1.0, 3.0, 2.0]])


def test_outranking_matrix_by_hand() -> None:
    weights = np.array([0.5, 0.3, 0.2])
    matrix = outranking(CIRCLE, np.tile(weights, (3, 1)))
    expected = [[0.5, 0.8, 0.5], [0.2, 0.5, 0.7], [0.5, 0.3, 0.5]]
    np.testing.assert_allclose(matrix, expected)


def test_copeland_counts_victories_less_defeats() -> None:
    weights = np.array([[0.5, 0.3, 0.2]])
    # A beats B and ties C, B beats C: +1, 0, −1 of 2, on the scale 0 to 100.
    found = aggregate("copeland", CIRCLE, weights)
    assert found.tolist() == [75.0, 50.0, 25.0]


def test_outranking_score_is_the_mean_share_won() -> None:
    weights = np.array([[0.5, 0.3, 0.2]])
    found = aggregate("outranking", CIRCLE, weights)
    np.testing.assert_allclose(found, [65.0, 45.0, 40.0])


def test_a_tie_is_half_a_victory_for_each() -> None:
    scores = np.array([[1.0, 2.0], [1.0, 2.0]])
    assert aggregate("outranking", scores, np.ones((1, 2))).tolist() == [50.0, 50.0]
    assert aggregate("copeland", scores, np.ones((1, 2))).tolist() == [50.0, 50.0]


def test_topsis_by_hand() -> None:
    # Two children of equal weight, norms 5 and 5: the ideal is (0.8, 0.8), the anti-ideal
    # (0.6, 0.6), halved by the weights; each is as far from the one as from the other.
    found = aggregate("topsis", np.array([[3.0, 4.0], [4.0, 3.0]]), np.ones((1, 2)))
    np.testing.assert_allclose(found, [50.0, 50.0])
    best = aggregate("topsis", np.array([[3.0, 3.0], [4.0, 4.0]]), np.ones((1, 2)))
    assert best.tolist() == [0.0, 100.0]


def test_a_locality_without_the_child_that_tells_others_apart_is_named() -> None:
    given = {"aggregation": {"method": "topsis"}, "missing": {"policy": "redistribute"}}
    raw = document(
        group("index", None, 100, **given),
        indicator("x", "index", 50),
        indicator("y", "index", 50),
    )
    table = {"a": {"x": 5, "y": 1}, "b": {"x": 5, "y": 2}, "c": {"x": 5, "y": "missing"}}
    with pytest.raises(ScoringError) as caught:
        run(raw, table)
    (found,) = caught.value.problems
    assert (found.code, found.node, found.locality) == ("nothing_to_compare", "index", "c")


def test_a_child_that_nobody_has_takes_no_part_in_closeness() -> None:
    # As by hand above; a warning would be an error.
    scores = np.array([[3.0, 4.0, np.nan], [4.0, 3.0, np.nan]])
    weights = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0]])
    assert aggregate("topsis", scores, weights) == pytest.approx([50.0, 50.0])


def test_localities_that_are_all_equal_have_no_closeness() -> None:
    raw = document(
        group("index", None, 100, aggregation={"method": "topsis"}), indicator("x", "index", 100)
    )
    with pytest.raises(ScoringError) as caught:
        run(raw, {"a": {"x": 5}, "b": {"x": 5}})
    assert [(item.code, item.node) for item in caught.value.problems] == [("no_spread", "index")]


@pytest.mark.parametrize("method", PAIRWISE)
def test_who_has_no_score_takes_no_part(method: str) -> None:
    weights = np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 1.0]])
    scores = np.array([[1.0, 2.0], [np.nan, np.nan], [3.0, 4.0]])
    found = aggregate(method, scores, weights)
    assert found.tolist()[::2] == [0.0, 100.0]
    assert np.isnan(found[1])


@pytest.mark.parametrize("method", ["copeland", "outranking"])
def test_many_localities_are_compared_in_blocks(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = np.random.default_rng(3).integers(0, 9, (40, 4)).astype(float)
    whole = aggregate(method, scores, np.ones((1, 4)))
    monkeypatch.setattr("assessment.engine.pairwise._BLOCK_CELLS", 500)
    assert aggregate(method, scores, np.ones((1, 4))).tolist() == whole.tolist()


def test_sums_that_are_equal_are_tied_whatever_their_last_digit() -> None:
    raw = document(
        group("index", None, 90, aggregation={"method": "copeland"}),
        group("A", "index", 90),
        *(indicator(code, "A", 30) for code in ("x", "y", "z")),
    )
    table = {"a": {"x": 0.1, "y": 0.2, "z": 0.3}, "b": {"x": 0.3, "y": 0.2, "z": 0.1}}
    found = run(raw, table)
    assert [found.row(code).rank for code in "ab"] == [1, 1]


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        ({"method": "owa", "order_weights": [1, 2]}, "wrong_number_of_weights"),
        ({"method": "owa", "order_weights": [0, 0, 0]}, "weights_all_zero"),
        ({"method": "owa"}, "schema_required"),
        ({"method": "generalised"}, "schema_required"),
        ({"method": "arithmetic", "power": 2}, "schema_unexpected"),
    ],
)
def test_aggregations_that_cannot_be_used_are_named(
    aggregation: dict[str, Any], expected: str
) -> None:
    raw = document(
        group("index", None, 90, aggregation=aggregation),
        *(indicator(code, "index", 30) for code in ("x", "y", "z")),
    )
    with pytest.raises(FrameworkError) as caught:
        load_framework(raw)
    assert expected in [item.code for item in caught.value.problems]


def test_powers_of_negative_scores_are_an_error() -> None:
    posts = {"method": "goalposts", "lower": 0, "upper": 100, "truncate": False}
    raw = document(
        group("index", None, 100, aggregation={"method": "generalised", "power": 2}),
        indicator("x", "index", 100, normalisation=posts),
    )
    with pytest.raises(ScoringError, match="not negative"):
        run(raw, {"a": {"x": -5}})


SCORES = arrays(np.float64, (5, 3), elements=st.integers(1, 100).map(float))
METHODS = [
    *("arithmetic", "geometric", "harmonic", "minimum", "maximum", "copeland", "outranking"),
    Aggregation("generalised", power=2.5),
    owa(3, 2, 1),
]


@given(
    SCORES,
    arrays(np.float64, (1, 3), elements=st.floats(0.5, 9)),
    st.sampled_from(METHODS),
    st.integers(0, 2),
)
def test_more_of_a_child_never_lowers_a_locality(
    scores: np.ndarray, weights: np.ndarray, method: Any, child: int
) -> None:
    raised = scores.copy()
    raised[0, child] += 10
    before, after = aggregate(method, scores, weights), aggregate(method, raised, weights)
    assert after[0] >= before[0] - 1e-9


@given(
    SCORES,
    arrays(np.float64, (1, 3), elements=st.floats(0.5, 9)),
    st.sampled_from([*METHODS, "topsis"]),
    st.permutations(range(5)),
    st.floats(0.1, 10),
)
def test_order_of_localities_and_scale_of_weights_do_not_matter(
    scores: np.ndarray, weights: np.ndarray, method: Any, order: list[int], factor: float
) -> None:
    found = aggregate(method, scores, weights)
    turned = aggregate(method, scores[order], weights * factor)
    np.testing.assert_allclose(turned, found[order], rtol=1e-9, atol=1e-9)
