"""What-if: the same as a run of the changed inputs, and only what depends on them moves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment.engine import (
    BundleParts,
    FrameworkError,
    ScoringError,
    build_bundle,
    rescore,
    what_if,
)
from assessment.engine.data import Data, data_of
from assessment.engine.results import Results
from tests.engine.bundles import CYCLE, GENERATED_AT
from tests.engine.documents import document, flag, group, indicator, rule, run

TABLE = {
    "a": {"a1": 80, "a2": 60, "b1": 90, "b2": 10, "count": 1},
    "b": {"a1": 50, "a2": 55, "b1": 50, "b2": 30, "count": -1},
    "c": {"a1": 90, "a2": 50, "b1": 70, "b2": 90, "count": 0},
    "d": {"a1": 30, "a2": "missing", "b1": 75, "b2": 40, "count": 4},
}
ZERO = rule("zero", "zero_on_deterioration", "A", indicator="count", threshold=0)


def raw(shares: dict[str, float] | None = None, **changes: Any) -> dict[str, Any]:
    """A (0.6 of the index) of a1 and a2, B of b1 and b2; shares are of the parent."""
    share = {"A": 0.6, "B": 0.4, "a1": 0.5, "a2": 0.5, "b1": 0.25, "b2": 0.75, **(shares or {})}
    points = {code: 100 * share[code] for code in "AB"}
    points |= {code: points[code[0].upper()] * share[code] for code in ("a1", "a2", "b1", "b2")}
    loose = {"missing": {"policy": "redistribute"}}
    scaled = {"normalisation": {"method": "min_max"}}
    return document(
        group("index", None, 100),
        group("A", "index", points["A"], **loose),
        indicator("a1", "A", points["a1"], **scaled),
        indicator("a2", "A", points["a2"]),
        group("B", "index", points["B"], **changes),
        indicator("b1", "B", points["b1"]),
        indicator("b2", "B", points["b2"]),
        flag("count", value={"type": "number"}),
        rules=[ZERO],
    )


def same(found: Results, expected: Results) -> None:
    np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-12)
    np.testing.assert_array_equal(found.ranks, expected.ranks)
    np.testing.assert_array_equal(found.grade_places, expected.grade_places)
    np.testing.assert_allclose(found.effective, expected.effective, atol=1e-9)
    np.testing.assert_allclose(found.contribution, expected.contribution, rtol=1e-9)
    np.testing.assert_allclose(found.evaluation.weights, expected.evaluation.weights)


@pytest.mark.parametrize(
    ("weights", "shares"),
    [
        ({"A": 0.3}, {"A": 0.3, "B": 0.7}),
        ({"b1": 0.9}, {"b1": 0.9, "b2": 0.1}),
        ({"A": 0.2, "a1": 0.75}, {"A": 0.2, "B": 0.8, "a1": 0.75, "a2": 0.25}),
    ],
)
def test_another_weight_is_another_document(
    weights: dict[str, float], shares: dict[str, float]
) -> None:
    same(rescore(run(raw(), TABLE), weights=weights), run(raw(shares), TABLE))


def test_a_branch_may_lose_all_weight_and_get_it_back() -> None:
    none = rescore(run(raw(), TABLE), weights={"A": 1.0})
    np.testing.assert_allclose(none.scores[:, 0], none.scores[:, none.plan.column["A"]])
    same(rescore(none, weights={"A": 0.6, "B": 0.4}), run(raw(), TABLE))


def test_another_value_is_another_observation() -> None:
    changed = {**TABLE, "d": {**TABLE["d"], "a1": 95, "a2": 40}}
    found = rescore(run(raw(), TABLE), values={("d", "a1"): 95, ("d", "a2"): 40})
    same(found, run(raw(), changed))


def test_a_value_that_feeds_a_rule_fires_it() -> None:
    changed = {**TABLE, "a": {**TABLE["a"], "count": -3}}
    found = rescore(run(raw(), TABLE), values={("a", "count"): -3})
    assert found.row("a", "A").score == 0.0
    same(found, run(raw(), changed))


def test_without_its_rule_a_node_keeps_its_score() -> None:
    before = run(raw(), TABLE)
    found = rescore(before, without_rules=["zero"])
    same(found, run({**raw(), "rules": []}, TABLE))
    assert before.row("b", "A").score == 0.0


def test_computed_weights_give_way_to_the_one_asked_for() -> None:
    computed = raw(weighting={"method": "equal"})
    found = rescore(run(computed, TABLE), weights={"b1": 0.9})
    stated = run(raw({"b1": 0.9, "b2": 0.1}), TABLE)
    np.testing.assert_allclose(found.scores, stated.scores)


def test_a_weight_asked_for_stays_through_later_changes() -> None:
    computed = run(raw(weighting={"method": "entropy"}), TABLE)
    one = rescore(computed, weights={"b1": 0.7})
    then = rescore(one, values={("a", "b2"): 50})
    # B of a: 90 and 50 with the shares asked for, whatever the entropies are now.
    assert then.row("a", "B").score == pytest.approx(0.7 * 90 + 0.3 * 50)
    same(then, rescore(computed, weights={"b1": 0.7}, values={("a", "b2"): 50}))


def test_values_move_the_localities_that_are_screened() -> None:
    table = {**TABLE, "c": {**TABLE["c"], "b1": 0}}
    strict = raw(screen={"nonzero": 0.9})
    strict["nodes"][0]["missing"] = {"policy": "redistribute"}
    found = run(strict, table)
    assert found.row("c", "B").score is None
    again = rescore(found, values={("c", "b1"): 70})
    same(again, run(strict, TABLE))


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": {"A": 1.2}},
        {"weights": {"A": 0.7, "B": 0.7}},
        {"weights": {"A": 0.2, "B": 0.2}},
        {"weights": {"index": 0.5}},
        {"values": {("a", "a1"): float("nan")}},
    ],
)
def test_changes_out_of_bounds_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"share|value"):
        rescore(run(raw(), TABLE), **changes)


@pytest.mark.parametrize(
    "changes",
    [{"weights": {"Z": 0.1}}, {"values": {("z", "a1"): 1}}, {"without_rules": ["nothing"]}],
)
def test_unknown_codes_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        rescore(run(raw(), TABLE), **changes)


def test_a_change_without_an_answer_says_why() -> None:
    geometric = raw(aggregation={"method": "geometric"})
    with pytest.raises(ScoringError, match="b1 scores 0"):
        rescore(run(geometric, TABLE), values={("a", "b1"): 0})


def test_what_if_is_not_published() -> None:
    found = rescore(run(raw(), TABLE, on=CYCLE.end), weights={"A": 0.5})
    with pytest.raises(ValueError, match="under changes"):
        build_bundle(BundleParts(found, CYCLE, "final", 1, GENERATED_AT))


@settings(deadline=None, max_examples=30)
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_changes_can_be_made_one_after_the_other(first: float, second: float) -> None:
    once = rescore(run(raw(), TABLE), weights={"A": second, "b1": first})
    steps = rescore(rescore(run(raw(), TABLE), weights={"A": first}), weights={"b1": first})
    same(rescore(steps, weights={"A": second}), once)


def test_a_what_if_of_a_what_if_is_the_run_with_both_changes() -> None:
    small = document()
    table = {"a": {"a1": 80, "a2": 60, "b1": 90}, "b": {"a1": 78, "a2": 70, "b1": 80}}
    twice = rescore(
        rescore(run(small, table), values={("a", "a1"): 10.0}), values={("b", "b1"): 20.0}
    )
    table["a"]["a1"], table["b"]["b1"] = 10, 20
    whole = run(small, table)
    assert twice.rows() == whole.rows()
    assert np.array_equal(twice.ranks, whole.ranks)
    assert np.array_equal(twice.data.treated, whole.data.treated)
    assert twice.trace() == whole.trace()


def test_one_value_takes_its_own_indicator_alone_through_the_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps: list[list[str]] = []

    def noted(*given: Any) -> Data:
        steps.append([node.code for node in given[1]])
        return data_of(*given)

    monkeypatch.setattr(what_if, "data_of", noted)
    relative = {"normalisation": {"method": "min_max"}}
    small = document(
        group("index", None, 100),
        *(indicator(code, "index", 25, **relative) for code in "wxyz"),
    )
    table = {
        code: dict(zip("wxyz", line, strict=True))
        for code, line in (("a", (1, 9, 4, 7)), ("b", (2, 3, 8, 5)), ("c", (5, 6, 7, 9)))
    }
    found = rescore(run(small, table), values={("a", "x"): 20.0})
    assert steps == [["x"]]
    table["a"]["x"] = 20
    assert found.rows() == run(small, table).rows()


def test_a_rule_may_be_another() -> None:
    table = {"a": {"a1": 80, "a2": 60, "b1": 90}, "b": {"a1": 78, "a2": 70, "b1": 80}}
    cap = rule("R1", "cap", "index", limit=70)
    before = run(document(rules=[cap]), table)
    softer = rescore(before, rules={"R1": {"limit": 77}})
    whole = run(document(rules=[cap | {"limit": 77}]), table)
    assert [row.published for row in softer.ranking()] == [row.published for row in whole.ranking()]
    assert softer.trace_of("a", "index")["rules"] == whole.trace_of("a", "index")["rules"]
    moved = rescore(before, rules={"R1": {"node": "A", "limit": 50}})
    assert moved.rows() == run(document(rules=[cap | {"node": "A", "limit": 50}]), table).rows()
    again = rescore(rescore(before, without_rules=["R1"]), rules={"R1": {"limit": 70}})
    assert again.rows() == before.rows()


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ({"R9": {"limit": 70}}, KeyError),
        ({"R1": {"limit": "low"}}, FrameworkError),
        ({"R1": {"node": "nothing"}}, FrameworkError),
        ({"R1": {"id": "R2"}}, ValueError),
    ],
)
def test_a_rule_that_means_nothing_is_refused(
    rules: dict[str, Any], error: type[Exception]
) -> None:
    before = run(
        document(rules=[rule("R1", "cap", "index", limit=70)]),
        {"a": {"a1": 80, "a2": 60, "b1": 90}},
    )
    with pytest.raises(error):
        rescore(before, rules=rules)
