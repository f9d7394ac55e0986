"""Uncertainty: seeded, complete, and honest about draws that fail."""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np
import pytest

from assessment.engine import Adjustment, Variation, load_framework, uncertainty
from assessment.engine.ensemble import index_scores
from assessment.engine.plan import Plan
from assessment.engine.run import prepare
from assessment.engine.tree import evaluate
from assessment.engine.variation import drawn_weights
from tests.engine.documents import document, flag, rows, rule

TABLE = {
    "a": {"a1": 80, "a2": 60, "b1": 90},
    "b": {"a1": 78, "a2": 70, "b1": 80},
    "c": {"a1": 10, "a2": 10, "b1": 10},
}


def test_the_same_seed_gives_the_same_draws() -> None:
    framework = load_framework(document())
    one, two, other = (
        uncertainty(framework, rows(TABLE), draws=50, seed=seed) for seed in (1, 1, 2)
    )
    assert np.array_equal(one.ranks, two.ranks)
    assert not np.array_equal(one.ranks, other.ranks)


def test_summary_counts_the_ranks_drawn() -> None:
    found = uncertainty(load_framework(document()), rows(TABLE), draws=200, seed=5)
    summary = {item["locality"]: item for item in found.summary()}
    assert summary["c"]["probability"] == {"3": 1.0}
    assert (
        summary["c"]["mean"],
        summary["c"]["median"],
        summary["c"]["low"],
        summary["c"]["high"],
    ) == (3.0, 3.0, 3, 3)
    first = float((found.ranks[:, 0] == 1).mean())
    assert summary["a"]["probability"]["1"] == first
    assert 0 < first < 1
    assert sum(summary["a"]["probability"].values()) == pytest.approx(1)


def drawn(raw: dict[str, Any], draws: int = 1, **settings_: Any) -> list[dict[str, float]]:
    plan = Plan(load_framework(raw), ())
    generators = (np.random.default_rng(0), np.random.default_rng(1))
    weights = drawn_weights(plan, plan.weights, Variation(**settings_), draws, generators)
    codes = [node.code for node in plan.nodes]
    return [dict(zip(codes, row, strict=True)) for row in weights.tolist()]


@pytest.mark.parametrize("settings_", [{}, {"concentration": 40.0}, {"leave_out": True}])
def test_varied_weights_sum_to_their_parents(settings_: dict[str, Any]) -> None:
    for weights in drawn(document(), 20, **settings_):
        assert weights["index"] == 100
        assert weights["A"] + weights["B"] == pytest.approx(100)
        assert weights["a1"] + weights["a2"] == pytest.approx(weights["A"])
        assert weights["A"] != 60


def test_dirichlet_weights_lie_around_the_nominal_ones() -> None:
    shares = np.array([w["a1"] / w["A"] for w in drawn(document(), 4000, concentration=20.0)])
    # The share of two equal siblings is Beta(10, 10): mean 1/2, variance 1/84.
    assert shares.mean() == pytest.approx(0.5, abs=0.01)
    assert shares.var() == pytest.approx(1 / 84, rel=0.1)


def test_one_indicator_is_left_out_in_each_draw_or_none() -> None:
    found = drawn(document(), 300, leave_out=True, weight_range=0.0)
    # b1 is alone: nobody could carry its weight.
    assert {(w["a1"], w["a2"], w["b1"]) for w in found} == {(30, 30, 40), (0, 60, 40), (60, 0, 40)}


def test_where_next_to_nothing_varies_every_draw_is_the_nominal_ranking() -> None:
    found = uncertainty(
        load_framework(document()),
        rows(TABLE),
        draws=5,
        variation=Variation(weight_range=1e-9, normalisations=("as_stated",)),
    )
    assert found.ranks.tolist() == [found.nominal.tolist()] * 5


def test_failed_draws_are_counted_with_their_cause() -> None:
    nodes = document()["nodes"]
    nodes[2] |= {"impute": {"method": "mean"}}
    table = {**TABLE, "d": {"a1": "missing", "a2": 50, "b1": 60}}
    study = Variation(normalisations=("as_stated",), imputations=("as_stated", "none"))
    framework = load_framework(document(*nodes))
    found = uncertainty(framework, rows(table), draws=60, seed=1, variation=study)
    # Without the mean in its place a1 is missing, which the framework does not allow.
    assert 0 < found.failed < 60
    assert int(np.isnan(found.ranks).all(axis=1).sum()) == found.failed
    assert found.as_dict()["failures"] == [
        "[d] [A] The child a1 has no score and the framework does not allow that."
    ]
    assert found.summary()[0]["ranked_draws"] == 60 - found.failed


def test_unranked_localities_stay_unranked() -> None:
    nodes = document()["nodes"]
    nodes[0]["missing"] = {"policy": "redistribute", "availability": 0.9}
    nodes[4]["missing"] = {"policy": "redistribute", "availability": 0.9}
    table = {**TABLE, "d": {"a1": 99, "a2": 99}}
    found = uncertainty(load_framework(document(*nodes)), rows(table), draws=10)
    last = found.summary()[3]
    assert (last["rank"], last["mean"], last["probability"], last["ranked_draws"]) == (
        None,
        None,
        {},
        0,
    )


@pytest.mark.parametrize(
    "settings_",
    [
        {"weight_range": 1.0},
        {"normalisations": ("z",)},
        {"aggregations": ()},
        {"concentration": 0.0},
        {"concentration": math.nan},
        {"concentration": math.inf},
        {"measurement_error": -1.0},
        {"measurement_error": math.nan},
        {"measurement_error": math.inf},
    ],
)
def test_unusable_settings_are_refused(settings_: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"range|normalisations|aggregations|concentr|measure"):
        Variation(**settings_)
    with pytest.raises(ValueError, match="draws"):
        uncertainty(load_framework(document()), rows(TABLE), draws=0)
    with pytest.raises(ValueError, match="seed"):
        uncertainty(load_framework(document()), rows(TABLE), seed=-1)


GAPS = {
    **TABLE,
    "d": {"a1": 40, "a2": "missing", "b1": 60},
    "e": {"a1": "missing", "a2": 88, "b1": 20},
    "f": {"a1": "missing", "a2": "missing", "b1": 95},
}
ZERO = rule("zero", "zero_on_deterioration", "A", indicator="count", threshold=0)
BONUS = rule("more", "bonus", "index", indicator="count", points_per_unit=2, ceiling=5)


def with_gaps(policy: str, method: dict[str, Any], **index: Any) -> dict[str, Any]:
    missing = {"policy": policy, "availability": 0.4}
    nodes = document()["nodes"]
    nodes[1] |= {"aggregation": method, "missing": missing}
    nodes[0] |= {"missing": {"policy": "redistribute", "availability": 0.3}, **index}
    nodes.append(flag("count", value={"type": "number"}))
    return document(*nodes, rules=[ZERO, BONUS])


@pytest.mark.parametrize("policy", ["redistribute", "zero"])
@pytest.mark.parametrize(
    "method",
    [
        *({"method": name} for name in ("arithmetic", "geometric", "harmonic")),
        {"method": "generalised", "power": 3},
    ],
    ids=lambda method: method["method"],
)
def test_many_draws_at_once_are_single_runs(policy: str, method: dict[str, Any]) -> None:
    if policy == "zero" and method["method"] in ("geometric", "harmonic"):
        method = {"method": "arithmetic"}
    table = {c: {**v, "count": n - 1} for n, (c, v) in enumerate(GAPS.items())}
    found = prepare(
        load_framework(with_gaps(policy, method)),
        rows(table),
        adjustments=[Adjustment("a", "B", -5.0)],
    )
    generators = (np.random.default_rng(7), np.random.default_rng(8))
    weights = drawn_weights(found.plan, found.plan.weights, Variation(), 25, generators)
    together = index_scores(found.plan, found.inputs, weights, {})
    assert not together.failed.any()
    single = [evaluate(found.plan, found.inputs, row).scores[:, 0] for row in weights]
    np.testing.assert_allclose(together.scores, single, rtol=1e-12)


AS_STATED = Variation(normalisations=("as_stated",))
NO_SCORE = rule(
    "kept", "zero_on_deterioration", "A", indicator="count", threshold=0, unjudged="no_score"
)


def test_a_score_that_a_rule_took_away_is_away_in_every_draw() -> None:
    """Locality b has no count: its A is not scored, its index stands on B alone."""
    nodes = document()["nodes"]
    nodes[0] |= {"missing": {"policy": "redistribute", "availability": 0.3}}
    nodes.append(flag("count", value={"type": "number"}))
    counts = {"a": 1, "b": "missing", "c": 1}
    table = {code: {**values, "count": counts[code]} for code, values in TABLE.items()}
    framework = load_framework(document(*nodes, rules=[NO_SCORE]))
    found = uncertainty(framework, rows(table), draws=20, variation=AS_STATED)
    assert found.failed == 0
    # Ranks: a stands above 60 whatever the weights, b keeps its 80, c its 10.
    assert found.localities == ("a", "b", "c")
    assert not np.isnan(found.ranks[:, 1]).any()


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_who_is_not_scored_does_not_spoil_a_draw(method: str) -> None:
    """Locality c has a zero where only one of two values is there: too few for a score of A."""
    nodes = document()["nodes"]
    nodes[1] |= {
        "aggregation": {"method": method},
        "missing": {"policy": "redistribute", "availability": 0.9},
    }
    nodes[0] |= {"missing": {"policy": "redistribute", "availability": 0.3}}
    table = {**TABLE, "c": {"a1": 0, "a2": "missing", "b1": 10}}
    found = uncertainty(
        load_framework(document(*nodes)), rows(table), draws=20, variation=AS_STATED
    )
    assert found.failed == 0


def test_minimum_and_maximum_are_taken_in_every_draw() -> None:
    nodes = document()["nodes"]
    nodes[0]["aggregation"] = {"method": "minimum"}
    for node in nodes[1:]:
        node["weight"] = {"A": 100, "B": 100, "a1": 50, "a2": 50, "b1": 100}[node["code"]]
    found = prepare(load_framework(document(*nodes)), rows(TABLE))
    generators = (np.random.default_rng(7), np.random.default_rng(8))
    weights = drawn_weights(found.plan, found.plan.weights, Variation(), 9, generators)
    together = index_scores(found.plan, found.inputs, weights, {})
    single = [evaluate(found.plan, found.inputs, row).scores[:, 0] for row in weights]
    np.testing.assert_allclose(together.scores, single, rtol=1e-12)


def test_draws_do_not_depend_on_how_many_are_taken_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    everything = Variation(
        aggregations=("as_stated", "geometric"),
        imputations=("as_stated", "mean"),
        normalisations=("as_stated", "percentile_rank"),
        measurement_error=0.2,
        leave_out=True,
    )
    framework = load_framework(with_gaps("redistribute", {"method": "arithmetic"}))

    def ranks() -> np.ndarray:
        found = uncertainty(framework, rows(GAPS), draws=23, seed=4, variation=everything)
        return found.ranks

    whole = ranks()
    module = importlib.import_module("assessment.engine.uncertainty")
    monkeypatch.setattr(module, "BLOCK_CELLS", 30)
    np.testing.assert_array_equal(ranks(), whole)


def test_other_choices_of_the_steps_are_drawn() -> None:
    raw = with_gaps("redistribute", {"method": "arithmetic"})
    study = Variation(
        weight_range=0.0,
        normalisations=("as_stated",),
        imputations=("none", "mean"),
        aggregations=("arithmetic", "geometric"),
    )
    found = uncertainty(load_framework(raw), rows(GAPS), draws=80, variation=study)
    assert found.failed == 0
    # Two imputations by two aggregations: four rankings at most, each drawn.
    assert 1 < len({tuple(row) for row in np.nan_to_num(found.ranks).tolist()}) <= 4


def test_grades_are_counted_with_their_vetoes() -> None:
    nodes = [*document()["nodes"], flag("event")]
    veto = rule(
        "veto",
        "veto",
        "index",
        indicator="event",
        when={"operator": "equals", "value": 1},
        max_grade="pass",
    )
    table = {code: {**values, "event": code == "a"} for code, values in TABLE.items()}
    raw = document(*nodes, rules=[veto])
    found = uncertainty(load_framework(raw), rows(table), draws=50)
    a, b, c = found.summary()
    assert a["grades"] == {"pass": 1.0}
    assert set(b["grades"]) <= {"good", "pass", "excellent"}
    assert c["grades"] == {"fail": 1.0}


def test_localities_the_draws_cannot_tell_apart_share_a_group() -> None:
    found = uncertainty(load_framework(document()), rows(TABLE), draws=300, seed=2)
    ahead = float((found.ranks[:, 0] < found.ranks[:, 1]).mean())
    assert 0.05 < ahead < 0.95
    assert found.tied_groups() in ([["a", "b"], ["c"]], [["b", "a"], ["c"]])
    calm = Variation(weight_range=1e-9, normalisations=("as_stated",))
    alone = uncertainty(load_framework(document()), rows(TABLE), draws=5, variation=calm)
    assert [len(group) for group in alone.tied_groups()] == [1, 1, 1]


def test_errors_of_measurement_move_ranks() -> None:
    study = Variation(weight_range=0.0, normalisations=("as_stated",), measurement_error=1.0)
    found = uncertainty(load_framework(document()), rows(TABLE), draws=60, variation=study)
    assert len({tuple(row) for row in found.ranks.tolist()}) > 2


def test_aggregations_that_compare_localities_vary_too() -> None:
    nodes = document()["nodes"]
    nodes[0]["aggregation"] = {"method": "copeland"}
    found = uncertainty(load_framework(document(*nodes)), rows(TABLE), draws=20)
    assert found.failed == 0
    assert np.isfinite(found.ranks).all()
