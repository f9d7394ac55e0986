"""Real data under each method in turn, every score computed anew with NumPy and SciPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from assessment.engine import load_framework, load_localities, load_observations, score
from tests.engine.asem import (
    Asem,
    asem,
    denominated,
    framework,
    localities_csv,
    observations_csv,
)

ASEM = asem()
TOLERANCE = {"rtol": 1e-9, "atol": 1e-12}


@pytest.fixture(scope="module")
def data() -> Asem:
    return ASEM


def variant(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """The document with equal weights, plain steps, and one change to each node."""
    document = framework()
    below: dict[str, int] = {}
    for node in document["nodes"]:
        below[node["parent"]] = below.get(node["parent"], 0) + 1
    points: dict[str | None, float] = {None: 100.0}
    for node in document["nodes"]:
        points[node["code"]] = points[node["parent"]] / below[node["parent"]]
        node["weight"] = points[node["code"]]
        node.pop("screen", None)
        if node["kind"] == "indicator":
            node |= {"impute": {"method": "median"}, "normalisation": {"method": "min_max"}}
            node.pop("treat", None)
        else:
            node["aggregation"] = {"method": "arithmetic"}
        change(node)
    return document


def complete(data: Asem) -> dict[str, np.ndarray]:
    """Better is more, gaps filled with the median: what every variant starts from."""
    found = {}
    for code, values in denominated(data).items():
        values = np.where(np.isnan(values), np.nanmedian(values), values)
        found[code] = values * int(data.meta[code]["Direction"])
    return found


def engine_scores(document: dict[str, Any], data: Asem, node: str) -> np.ndarray:
    results = score(
        load_framework(document),
        load_observations(observations_csv(data)),
        load_localities(localities_csv(data)),
    )
    return results.scores[:, results.plan.column[node]]


NORMALISERS: dict[str, tuple[dict[str, Any], Callable[[np.ndarray], np.ndarray]]] = {
    "z_score": (
        {"mean": 50, "deviation": 10},
        lambda x: 50 + 10 * (x - x.mean()) / x.std(ddof=1),
    ),
    "min_max": ({"low": 1, "high": 10}, lambda x: 1 + 9 * (x - x.min()) / np.ptp(x)),
    "rank": ({}, lambda x: stats.rankdata(x, method="min")),
    "percentile_rank": ({}, lambda x: 100 * (stats.rankdata(x, method="min") - 1) / 50),
    "borda": ({}, lambda x: stats.rankdata(x, method="min") - 1),
    "distance_to_maximum": ({}, lambda x: 100 * (1 - (x.max() - x) / np.ptp(x))),
    "distance_to_reference": (
        {"locality": "DEU"},
        lambda x: 100 * (x - x.min()) / (x[ASEM.units.index("DEU")] - x.min()),
    ),
}


@pytest.mark.parametrize("method", NORMALISERS)
def test_normalisation_of_all_indicators(method: str, data: Asem) -> None:
    parameters, formula = NORMALISERS[method]
    worst_is_reference = [
        code
        for code, values in complete(data).items()
        if values[data.units.index("DEU")] == values.min()
    ]

    def change(node: dict[str, Any]) -> None:
        if node["kind"] == "indicator":
            chosen = {"method": method, **parameters}
            if method == "distance_to_reference" and node["code"] in worst_is_reference:
                chosen = {"method": "distance_to_maximum"}
            node["normalisation"] = chosen

    results = score(load_framework(variant(change)), observations_csv(data), localities_csv(data))
    for code, values in complete(data).items():
        formula_here = formula
        if method == "distance_to_reference" and code in worst_is_reference:
            formula_here = NORMALISERS["distance_to_maximum"][1]
        found = results.scores[:, results.plan.column[code]]
        np.testing.assert_allclose(found, formula_here(values), err_msg=code, **TOLERANCE)


def unit_scores(data: Asem, parent: str) -> np.ndarray:
    """Min-max scores of a pillar's indicators from 1 to 100, units × children."""
    values = complete(data)
    columns = (values[code] for code in data.below(parent))
    return np.column_stack([1 + 99 * (x - x.min()) / np.ptp(x) for x in columns])


def outranking(scores: np.ndarray) -> np.ndarray:
    count, width = scores.shape
    matrix = np.zeros((count, count))
    for one in range(count):
        for two in range(count):
            wins = (scores[one] > scores[two]).sum() + 0.5 * (scores[one] == scores[two]).sum()
            matrix[one, two] = wins / width
    return matrix


def copeland(scores: np.ndarray) -> np.ndarray:
    balance = np.sign(np.round(outranking(scores) - 0.5, 12)).sum(axis=1)
    return 100 * (balance / (len(scores) - 1) + 1) / 2


def topsis(scores: np.ndarray) -> np.ndarray:
    weighted = scores / np.sqrt((scores**2).sum(axis=0)) / scores.shape[1]
    to_best = np.sqrt(((weighted - weighted.max(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighted - weighted.min(axis=0)) ** 2).sum(axis=1))
    return 100 * to_worst / (to_best + to_worst)


AGGREGATORS: dict[str, tuple[dict[str, Any], Callable[[np.ndarray], np.ndarray]]] = {
    "arithmetic": ({}, lambda s: s.mean(axis=1)),
    "geometric": ({}, lambda s: stats.gmean(s, axis=1)),
    "harmonic": ({}, lambda s: stats.hmean(s, axis=1)),
    "generalised": ({"power": 3}, lambda s: stats.pmean(s, 3, axis=1)),
    "owa": (
        {"order_weights": [0, 1, 2, 3, 4, 5, 6, 7]},
        lambda s: (-np.sort(-s, axis=1) * np.arange(8)).sum(axis=1) / 28,
    ),
    "copeland": ({}, copeland),
    "outranking": (
        {},
        lambda s: 100 * (outranking(s).sum(axis=1) - 0.5) / (len(s) - 1),
    ),
    "topsis": ({}, topsis),
}


@pytest.mark.parametrize("method", AGGREGATORS)
def test_aggregation_of_the_eight_physical_indicators(method: str, data: Asem) -> None:
    parameters, formula = AGGREGATORS[method]

    def change(node: dict[str, Any]) -> None:
        if node["kind"] == "indicator":
            node["normalisation"] = {"method": "min_max", "low": 1, "high": 100}
        if node["code"] == "Physical":
            node["aggregation"] = {"method": method, **parameters}

    scores = unit_scores(data, "Physical")
    assert scores.shape == (51, 8)
    found = engine_scores(variant(change), data, "Physical")
    np.testing.assert_allclose(found, formula(scores), **TOLERANCE)


def principal(scores: np.ndarray) -> np.ndarray:
    centred = (scores - scores.mean(axis=0)) / scores.std(axis=0, ddof=1)
    return np.linalg.svd(centred)[2][0] ** 2


def entropy(scores: np.ndarray) -> np.ndarray:
    return 1 - stats.entropy(scores / scores.sum(axis=0), axis=0) / np.log(len(scores))


def critic(scores: np.ndarray) -> np.ndarray:
    unit = (scores - scores.min(axis=0)) / np.ptp(scores, axis=0)
    return unit.std(axis=0) * (1 - np.corrcoef(unit.T)).sum(axis=0)


@pytest.mark.parametrize(
    ("weighting", "formula"),
    [
        ({"method": "equal"}, lambda s: np.ones(s.shape[1])),
        ({"method": "pca"}, principal),
        ({"method": "entropy"}, entropy),
        ({"method": "critic"}, critic),
        (
            {
                "method": "budget",
                "experts": [
                    {"points": [10, 10, 10, 10, 10, 10, 20, 20]},
                    {"points": [1, 0, 0, 0, 0, 0, 0, 1]},
                ],
            },
            lambda s: np.array([6, 1, 1, 1, 1, 1, 2, 7]) / 20,
        ),
    ],
    ids=lambda item: item.get("method") if isinstance(item, dict) else "",
)
def test_weights_found_for_the_physical_indicators(
    weighting: dict[str, Any], formula: Callable[[np.ndarray], np.ndarray], data: Asem
) -> None:
    def change(node: dict[str, Any]) -> None:
        if node["kind"] == "indicator":
            node["normalisation"] = {"method": "min_max", "low": 1, "high": 100}
        if node["code"] == "Physical":
            node["weighting"] = weighting

    scores = unit_scores(data, "Physical")
    weights = formula(scores) / formula(scores).sum()
    found = engine_scores(variant(change), data, "Physical")
    np.testing.assert_allclose(found, scores @ weights, **TOLERANCE)
