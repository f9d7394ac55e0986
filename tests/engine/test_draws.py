"""Which draws have an answer, and on what: scales, weights and vetoes of each draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from assessment.engine import Variation, load_framework, uncertainty
from assessment.engine.ensemble import index_scores
from assessment.engine.plan import Plan
from assessment.engine.run import prepare
from assessment.engine.tree import evaluate
from assessment.engine.variation import drawn_weights
from tests.engine.documents import document, group, indicator, rows, rule

FLAT = (group("index", None, 90), *(indicator(code, "index", 30) for code in "xyz"))


def scaled(method: dict[str, Any], aggregation: str = "arithmetic") -> dict[str, Any]:
    index = group("index", None, 90, aggregation={"method": aggregation})
    return document(index, *(indicator(code, "index", 30, normalisation=method) for code in "xyz"))


SPREAD = {
    "a": {"x": 10, "y": 70, "z": 70},
    "b": {"x": 40, "y": 40, "z": 45},
    "c": {"x": 90, "y": 15, "z": 30},
    "d": {"x": 60, "y": 90, "z": 10},
}


def test_a_normalisation_that_is_stated_keeps_its_parameters() -> None:
    raw = scaled({"method": "min_max", "low": 1, "high": 100}, "geometric")
    found = uncertainty(
        load_framework(raw), rows(SPREAD), draws=40, variation=Variation(weight_range=1e-9)
    )
    # As stated or min-max: the same, in every draw, and said to be.
    assert [item.code for item in found.notes] == ["choice_without_effect"]
    assert found.failed == 0
    assert found.ranks.tolist() == [found.nominal.tolist()] * 40


def test_geometric_draws_take_scores_from_a_hundredth_of_the_scale_up() -> None:
    found = uncertainty(
        load_framework(scaled({"method": "min_max"})),
        rows(SPREAD),
        draws=5,
        variation=Variation(
            weight_range=0.0, normalisations=("as_stated",), aggregations=("geometric",)
        ),
    )
    values = np.array([list(row.values()) for row in SPREAD.values()], dtype=float)
    worst, best = values.min(axis=0), values.max(axis=0)
    means = np.exp(np.log(1 + 99 * (values - worst) / (best - worst)).mean(axis=1))
    ranks = 1 + (means > means[:, None]).sum(axis=1)
    assert found.failed == 0
    assert found.ranks.tolist() == [ranks.tolist()] * 5
    assert ranks.tolist() != found.nominal.tolist()


def test_grades_of_geometric_draws_are_those_of_the_scale() -> None:
    # b scores 60 everywhere, and so does every mean of it; a has a zero.
    table = {"a": {"x": 0, "y": 90, "z": 90}, "b": {"x": 60, "y": 60, "z": 60}}
    found = uncertainty(
        load_framework(document(*FLAT)),
        rows(table),
        draws=5,
        variation=Variation(normalisations=("as_stated",), aggregations=("geometric",)),
    )
    assert found.failed == 0
    assert found.summary()[1]["grades"] == {"pass": 1.0}


def test_an_indicator_constant_but_for_float_noise_keeps_its_normalisation() -> None:
    table = {"a": {"x": 0.3, "y": 10, "z": 20}, "b": {"x": 0.1 + 0.2, "y": 20, "z": 40}}
    found = uncertainty(load_framework(document(*FLAT)), rows(table), draws=40)
    assert found.failed == 0


def test_only_draws_with_weight_on_a_score_below_zero_fail() -> None:
    as_is = {"method": "identity"}
    table = {"a": {"x": -50, "y": 70, "z": 70}, "b": {"x": 40, "y": 40, "z": 45}}
    study = Variation(normalisations=("as_stated",), aggregations=("geometric",), leave_out=True)
    framework = load_framework(scaled(as_is))
    found = uncertainty(framework, rows(table), draws=200, seed=3, variation=study)
    # Of the equally likely draws without x, y, z or none, those without x have an answer: a is
    # then ahead with 70 and 70.
    children = np.random.SeedSequence(3).spawn(5)
    plan = Plan(framework, ())
    generators = (np.random.default_rng(children[0]), np.random.default_rng(children[1]))
    weights = drawn_weights(plan, plan.weights, study, 200, generators)
    without = weights[:, plan.column["x"]] == 0
    assert found.failed == 200 - without.sum()
    assert 0 < found.failed < 200
    assert (found.ranks[without] == [1, 2]).all()


@pytest.mark.parametrize(
    "method",
    [{"method": "geometric"}, {"method": "harmonic"}, {"method": "generalised", "power": -2}],
    ids=lambda method: method["method"],
)
def test_a_zero_without_weight_spoils_no_mean(method: dict[str, Any]) -> None:
    nodes = [group("index", None, 90, aggregation=method), *FLAT[1:]]
    found = prepare(load_framework(document(*nodes)), rows({"a": {"x": 0, "y": 60, "z": 60}}))
    together = index_scores(
        found.plan, found.inputs, np.array([[90.0, 0, 45, 45], [90.0, 30, 30, 30]]), {}
    )
    assert together.failed.tolist() == [False, True]
    assert together.scores[0] == pytest.approx([60])


@pytest.mark.parametrize("power", [-100, 1e-17])
def test_no_power_leaves_the_floats(power: float) -> None:
    """0.0001 ** -100 is 10 ** 400, beyond all floats; 1 + 1e-17 is 1. The means are neither."""
    nodes = document()["nodes"]
    nodes[1]["aggregation"] = {"method": "generalised", "power": power}
    table = {"a": {"a1": 80, "a2": 60, "b1": 90}, "b": {"a1": 0.0001, "a2": 100, "b1": 10}}
    found = prepare(load_framework(document(*nodes)), rows(table))
    generators = (np.random.default_rng(7), np.random.default_rng(8))
    weights = drawn_weights(found.plan, found.plan.weights, Variation(), 9, generators)
    together = index_scores(found.plan, found.inputs, weights, {})
    assert not together.failed.any()
    single = [evaluate(found.plan, found.inputs, row).scores[:, 0] for row in weights]
    np.testing.assert_allclose(together.scores, single, rtol=1e-12)


def test_draws_without_any_weight_are_counted_as_failed() -> None:
    framework = load_framework(document(*FLAT))
    study = Variation(concentration=0.004, normalisations=("as_stated",))
    found = uncertainty(framework, rows(SPREAD), draws=300, seed=1, variation=study)
    assert 0 < found.failed < 300
    assert {item["ranked_draws"] for item in found.summary()} == {300 - found.failed}
    assert found.failures == (
        "All siblings drew a weight of zero: the concentration is too small.",
    )


def test_vetoes_are_judged_on_the_values_of_each_draw() -> None:
    low = rule(
        *("low", "veto", "index"),
        indicator="x",
        when={"operator": "below", "value": 50},
        max_grade="fail",
    )
    full = {"method": "goalposts", "lower": 0, "upper": 30, "truncate": True}
    nodes = (group("index", None, 100), indicator("x", "index", 100, normalisation=full))
    # The sample deviation is 10, that of the error 0.5: a, two of these above the threshold's
    # half point, falls below in Φ(−1) = 0.1587 of the draws, b and c in none.
    table = {"a": {"x": 50.5}, "b": {"x": 60.5}, "c": {"x": 70.5}}
    study = Variation(weight_range=0.0, normalisations=("as_stated",), measurement_error=0.05)
    framework = load_framework(document(*nodes, rules=[low]))
    found = uncertainty(framework, rows(table), draws=400, seed=1, variation=study)
    a, b, c = (item["grades"] for item in found.summary())
    assert a["fail"] == pytest.approx(0.1587, abs=0.05)
    assert a["fail"] + a["excellent"] == pytest.approx(1)
    assert b == c == {"excellent": 1.0}
