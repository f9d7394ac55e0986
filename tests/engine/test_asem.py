"""Real data from raw values to ranks, each figure computed anew in plain NumPy and SciPy."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from assessment.engine import (
    BundleParts,
    build_bundle,
    load_framework,
    load_localities,
    load_observations,
    score,
    verify,
)
from tests.engine.asem import Asem, asem, framework, localities_csv, observations_csv
from tests.engine.bundles import CYCLE, GENERATED_AT, packed, resealed, unpacked

ROOT = Path(__file__).resolve().parents[2]
SCREENED = ["LAO", "LUX", "MMR"]  # two below 86 % of values, one by name; BRN is kept by name
TOLERANCE = {"rtol": 1e-9, "atol": 1e-12}


@pytest.fixture(scope="module")
def data() -> Asem:
    return asem()


# What the framework document says, in plain arithmetic on units × indicators.


def denominated(data: Asem) -> dict[str, np.ndarray]:
    found = {}
    for column, code in enumerate(data.codes):
        size = data.meta[code]["Denominator"]
        values = data.raw[:, column]
        found[code] = values / data.sizes(size) if size else values
        if size == "Population":
            found[code] = found[code] * 1000
    return found


def screened(data: Asem) -> np.ndarray:
    available = np.isfinite(np.column_stack(list(denominated(data).values()))).mean(axis=1)
    kept = (available >= 0.86) | (np.array(data.units) == "BRN")
    return ~kept | (np.array(data.units) == "LUX")


def filled(data: Asem, code: str, values: np.ndarray) -> np.ndarray:
    parent, found = data.meta[code]["Parent"], values.copy()
    if parent == "SusEcFin":
        found[np.isnan(values)] = np.nanmean(values)
    elif parent == "Political":
        found[np.isnan(values)] = 100.0
    elif parent != "Environ":
        groups = np.array(data.cells["EurAsia_group"])
        for group in set(groups):
            members = groups == group
            found[members & np.isnan(values)] = np.nanmedian(values[members])
    return found


def is_outlying(values: np.ndarray) -> bool:
    skewness = stats.skew(values, bias=False)
    return bool(abs(skewness) >= 2 and stats.kurtosis(values, bias=False) >= 3.5)


def treated(values: np.ndarray) -> tuple[np.ndarray, str]:
    """Winsorise up to five points, else the logarithm of the original."""
    found = values.copy()
    order = np.argsort(values)
    for count in range(1, 6):
        if not is_outlying(found):
            break
        if stats.skew(found, bias=False) > 0:
            found[order[-count:]] = values[order[-count - 1]]
        else:
            found[order[:count]] = values[order[count]]
    if not is_outlying(found):
        return found, "winsorised" if (found != values).any() else ""
    low, high = values.min(), values.max()
    return np.log(values - low + 0.01 * (high - low)), "log"


def normalised(data: Asem, code: str, values: np.ndarray) -> np.ndarray:
    better = values * int(data.meta[code]["Direction"])  # the direction before all else
    parent = data.meta[code]["Parent"]
    if parent == "Environ":
        low, high = POSTS[code]
        share = (values - low) / (high - low)
        share = share if int(data.meta[code]["Direction"]) == 1 else 1 - share
        return 100 * np.clip(share, 0, 1)
    if parent == "Social":
        seen = ~np.isnan(better)
        rank = np.full(better.shape, np.nan)
        rank[seen] = stats.rankdata(better[seen], method="min")
        return 100 * (rank - 1) / (seen.sum() - 1)
    low, high = (1, 100) if parent == "Instit" else (0, 100)
    span = np.nanmax(better) - np.nanmin(better)
    return low + (high - low) * (better - np.nanmin(better)) / span


with (Path(__file__).parent / "asem" / "goalposts.csv").open(encoding="utf-8") as file:
    POSTS = {
        row["iCode"]: (float(row["goalpost_lower"]), float(row["goalpost_upper"]))
        for row in csv.DictReader(file)
    }


def leaf_scores(data: Asem) -> dict[str, np.ndarray]:
    kept = ~screened(data)
    scores = {}
    for code, values in denominated(data).items():
        part = np.where(kept, values, np.nan)
        part[kept] = filled_among(data, code, values, kept)
        if data.meta[code]["Parent"] != "Environ":
            part[kept], _ = treated(part[kept])
        scores[code] = normalised(data, code, part)
    return scores


def filled_among(data: Asem, code: str, values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    cells = {
        name: [c for c, k in zip(col, kept, strict=True) if k] for name, col in data.cells.items()
    }
    return filled(data._replace(cells=cells), code, values[kept])


def scores_of(data: Asem, leaves: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    scores = dict(leaves)
    for level in ("2", "3", "4"):
        for code in (c for c, row in data.meta.items() if row["Level"] == level):
            children = np.column_stack([scores[child] for child in data.below(code)])
            given = np.array([data.weights[child] for child in data.below(code)])
            weights = np.where(np.isnan(children), 0.0, given)
            weights = weights / weights.sum(axis=1, keepdims=True).clip(1e-300)
            values = np.nan_to_num(children)
            if code == "Physical":
                found = (weights * np.sqrt(values)).sum(axis=1) ** 2
            elif code in ("Conn", "Sust"):
                found = np.exp((weights * np.log(np.maximum(values, 1e-300))).sum(axis=1))
            else:
                found = (weights * values).sum(axis=1)
            scores[code] = np.where(screened(data), np.nan, found)
    return scores


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, data: Asem) -> Path:
    folder = tmp_path_factory.mktemp("asem")
    (folder / "observations.csv").write_text(observations_csv(data), encoding="utf-8")
    (folder / "localities.csv").write_text(localities_csv(data), encoding="utf-8")
    document = Path(__file__).parent / "asem" / "framework.json"
    command = [
        *(sys.executable, "-m", "assessment.engine", "score"),
        *(document, folder / "observations.csv"),
        *("--localities", folder / "localities.csv", "--out", folder / "out"),
    ]
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "out"


def test_every_score_from_the_command_line_agrees_with_plain_arithmetic(
    written: Path, data: Asem
) -> None:
    expected = scores_of(data, leaf_scores(data))
    with (written / "results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 51 * 60
    for node, values in expected.items():
        found = [float(row["score"] or "nan") for row in rows if row["node"] == node]
        np.testing.assert_allclose(found, values, err_msg=node, **TOLERANCE)
    index = np.round(expected["Index"], 2)
    ranked = ~np.isnan(index)
    ranks = np.full(index.shape, np.nan)
    ranks[ranked] = stats.rankdata(-index[ranked], method="min")
    found = [float(row["rank"] or "nan") for row in rows if row["node"] == "Index"]
    np.testing.assert_array_equal(found, ranks)


def test_the_trace_names_what_was_screened_imputed_and_treated(written: Path, data: Asem) -> None:
    trace = json.loads((written / "trace.json").read_text(encoding="utf-8"))["localities"]
    remarks = {unit: trace[unit]["nodes"]["Index"]["notes"] for unit in data.units}
    assert [unit for unit in remarks if remarks[unit]] == SCREENED
    assert remarks["LUX"] == [{"code": "note_screened", "params": {}}]
    kept = ~screened(data)
    for code, values in denominated(data).items():
        steps = [trace[unit]["nodes"][code].get("steps") for unit in data.units]
        if data.meta[code]["Parent"] == "Environ":
            assert {None if step is None else tuple(step) for step in steps} <= {
                None,
                ("denominated",),
            }
            continue
        full = filled_among(data, code, values, kept)
        clean, method = treated(full)
        among = [step for step, is_kept in zip(steps, kept, strict=True) if is_kept]
        imputed = [step["imputed"] for step in among]
        gaps = np.isnan(values[kept])
        assert [value is not None for value in imputed] == gaps.tolist(), code
        found = np.array([step["treated"] for step in among])
        np.testing.assert_allclose(found, clean, err_msg=code, **TOLERANCE)
        assert {step["treatment"] for step in among if step["treatment"]} == (
            {method} if method else set()
        ), code
    story = score(
        load_framework(framework()), observations_csv(data), load_localities(localities_csv(data))
    ).explain("BRN", "Flights")
    assert story.startswith("Brunei Darussalam, International flights passenger capacity: ")


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
ASEM = asem()


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


def test_a_publication_of_these_choices_can_be_verified(data: Asem) -> None:
    results = score(
        load_framework(framework()), observations_csv(data), localities_csv(data), on=CYCLE.end
    )
    published = BundleParts(results, CYCLE, "final", 1, GENERATED_AT)
    files = unpacked(build_bundle(published))
    assert verify(packed(files)).exit_status == 0
    trace = json.loads(files["trace.json"])
    trace["localities"]["BRN"]["nodes"]["Flights"]["steps"]["treated"] += 0.5
    report = verify(resealed({**files, "trace.json": json.dumps(trace).encode()}))
    assert report.exit_status == 1
    assert "nodes.Flights.steps.treated" in report.text("en")


def test_the_document_keeps_its_text() -> None:
    text = (Path(__file__).parent / "asem" / "framework.json").read_text(encoding="utf-8")
    assert load_framework(text).as_json() == text
