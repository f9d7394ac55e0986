"""Uncertainty: seeded, complete, and honest about draws that fail."""

from __future__ import annotations

import numpy as np
import pytest

from assessment.engine import load_framework, uncertainty
from assessment.engine.plan import Plan
from assessment.engine.uncertainty import _perturbed
from tests.engine.documents import document, group, indicator, rows

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


def test_varied_weights_sum_to_their_parents() -> None:
    plan = Plan(load_framework(document()), ())
    factors = np.random.default_rng(0).uniform(0.75, 1.25, len(plan.nodes))
    weights = dict(
        zip(
            (node.code for node in plan.nodes), _perturbed(plan, factors, plan.weights), strict=True
        )
    )
    assert weights["index"] == 100
    assert weights["A"] + weights["B"] == pytest.approx(100)
    assert weights["a1"] + weights["a2"] == pytest.approx(weights["A"])
    assert weights["A"] != 60


def test_without_variation_every_draw_is_the_nominal_ranking() -> None:
    found = uncertainty(
        load_framework(document()),
        rows(TABLE),
        draws=5,
        weight_range=0,
        normalisations=("as_stated",),
    )
    assert found.ranks.tolist() == [found.nominal.tolist()] * 5


def test_failed_draws_are_counted_with_their_cause() -> None:
    nodes = [
        group("index", None, 100, aggregation={"method": "geometric"}),
        indicator("x", "index", 50),
        indicator("y", "index", 50),
    ]
    table = {"a": {"x": 20, "y": 30}, "b": {"x": 40, "y": 50}}
    found = uncertainty(load_framework(document(*nodes)), rows(table), draws=60, seed=1)
    # Min-max gives the last locality zero, of which there is no geometric mean.
    assert 0 < found.failed < 60
    assert int(np.isnan(found.ranks).all(axis=1).sum()) == found.failed
    assert found.as_dict()["failures"] == [
        "[a] [index] The child x scores 0: a geometric mean needs positive scores."
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
    "options", [{"draws": 0}, {"weight_range": 1.0}, {"normalisations": ("z",)}]
)
def test_unusable_settings_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"draws|normalisations"):
        uncertainty(load_framework(document()), rows(TABLE), **options)  # type: ignore[arg-type]
