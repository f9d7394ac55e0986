"""Cost of the scoring engine as ratios to a plain NumPy expression of the same arithmetic.

    python bench/engine.py

Both are measured in this process on the same numbers; the ratio is what counts, the times are
for orientation. Prints, never asserts.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assessment.engine import FrameworkDocument, load_framework, load_observations, uncertainty
from assessment.engine.ranks import column_ranks
from assessment.engine.rounding import published_units
from assessment.engine.run import prepare, score
from assessment.engine.tree import evaluate

GROUP_SIZE = 10
MISSING_SHARE = 0.02


def framework(indicators: int) -> FrameworkDocument:
    """An index of groups of ten indicators of weight one, goalposts 0 to 100."""
    title = {"zh-Hans": "基准", "en": "bench"}
    missing = {"policy": "redistribute", "availability": 0.5}
    group = {"title": title, "aggregation": {"method": "arithmetic"}, "missing": missing}
    index = {"code": "index", "parent": None, "kind": "index", "weight": indicators}
    nodes: list[dict[str, Any]] = [{**index, **group}]
    for place in range(indicators):
        code, parent = f"x{place}", f"g{place // GROUP_SIZE}"
        if place % GROUP_SIZE == 0:
            size = min(GROUP_SIZE, indicators - place)
            dimension = {"code": parent, "parent": "index", "kind": "dimension", "weight": size}
            nodes.append({**dimension, **group})
        nodes.append(
            {
                "code": code,
                "parent": parent,
                "kind": "indicator",
                "weight": 1,
                "title": title,
                "definition": title,
                "source": "submissions",
                "value": {"type": "number"},
                "direction": "positive",
                "normalisation": {"method": "goalposts", "lower": 0, "upper": 100},
            }
        )
    grades = [{"code": "all", "title": title, "from": 0}]
    return load_framework(
        {
            "format": "lianping-framework/1",
            "code": "bench",
            "version": "1",
            "title": title,
            "scale": {"min": 0, "max": 100},
            "decimals": 2,
            "grades": grades,
            "nodes": nodes,
        }
    )


def values(localities: int, indicators: int) -> np.ndarray:
    """Uniform values with a share missing; the first locality is complete."""
    generator = np.random.default_rng(1)
    found = generator.uniform(0, 100, (localities, indicators))
    found[1:][generator.random((localities - 1, indicators)) < MISSING_SHARE] = np.nan
    return found


def rows(table: np.ndarray) -> list[dict[str, Any]]:
    """The table as observation rows."""
    return [
        {
            "locality": f"l{row}",
            "indicator": f"x{column}",
            "value": None if np.isnan(value) else float(value),
            "status": "missing" if np.isnan(value) else "value",
        }
        for (row, column), value in np.ndenumerate(table)
    ]


def floor(table: np.ndarray) -> np.ndarray:
    """The same arithmetic in plain NumPy: normalise, mean twice, round, rank every column."""
    scores = np.clip(table / 100.0, 0, 1) * 100.0
    groups = scores.reshape(len(table), -1, GROUP_SIZE)
    present = np.isfinite(groups)
    means = np.where(present, groups, 0).sum(axis=2) / present.sum(axis=2)
    index = means.mean(axis=1)
    units = np.rint(np.column_stack([index, means, scores]) * 100)
    ranks = np.empty_like(units)
    for column in range(units.shape[1]):
        ordered = np.sort(-units[:, column])
        ranks[:, column] = np.searchsorted(ordered, -units[:, column]) + 1
    return ranks


def best(call: Callable[[], object], repeats: int = 5) -> float:
    """Shortest of several runs, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def line(label: str, seconds: float, base: float) -> None:
    """Print one measurement."""
    print(f"{label:<52}{seconds * 1000:>10.2f} ms{seconds / base:>10.1f} x floor")


def measure(localities: int, indicators: int) -> None:
    """Print the steps of a run of one size."""
    print(f"\n{localities} localities x {indicators} indicators, {MISSING_SHARE:.0%} missing")
    document, table = framework(indicators), values(localities, indicators)
    observations = load_observations(rows(table))
    prepared = prepare(document, observations)
    base = best(lambda: floor(table))

    def arithmetic() -> None:
        units = published_units(evaluate(prepared.plan, prepared.inputs).scores, 2)
        column_ranks(units)

    line("floor: normalise, aggregate, round, rank", base, base)
    line("evaluate the tree, round, rank", best(arithmetic), base)
    line(
        "check and lay out observations, normalise",
        best(lambda: prepare(document, observations), 3),
        base,
    )
    line("score in full", best(lambda: score(document, observations), 3), base)
    results = score(document, observations)
    line("results.csv", best(results.results_csv, 2), base)
    line("trace.json", best(results.trace_json, 1), base)


def main() -> None:
    """Print all measurements."""
    measure(300, 60)
    measure(3000, 100)
    document, table = framework(60), values(300, 60)
    observations = load_observations(rows(table))
    draws = 200
    tracemalloc.start()
    seconds = best(lambda: uncertainty(document, observations, draws=draws), 1)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    print(f"\nuncertainty, {draws} draws, 300 x 60 (traced peak {peak:.0f} MiB)")
    line("all draws", seconds, best(lambda: floor(table)) * draws)


if __name__ == "__main__":
    main()
