"""Cost of the scoring engine as ratios to a plain NumPy expression of the same arithmetic.

    python -m bench.engine

Engine and floor are measured in this process, in processor time of one thread and on the same
arrays; the ratio is what counts, the times are for orientation. The floor is the best plain NumPy
expression we know, free of loops over draws. Prints, never asserts; takes under two minutes.
"""

from __future__ import annotations

import csv
import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

# Threads that wait for each other use up processor time without doing any work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assessment.engine import (
    FrameworkDocument,
    ObservationMatrix,
    Variation,
    load_framework,
    load_observations,
    rescore,
    uncertainty,
)
from assessment.engine.run import prepare, score
from assessment.engine.standing import standing_of
from assessment.engine.tree import evaluate

GROUP_SIZE = 10
MISSING_SHARE = 0.02
WEIGHTS_ONLY = Variation(normalisations=("as_stated",))
ASEM = Path(__file__).resolve().parents[1] / "tests" / "engine" / "asem"


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
    found = np.asfortranarray(generator.uniform(0, 100, (localities, indicators)))
    found[1:][generator.random((localities - 1, indicators)) < MISSING_SHARE] = np.nan
    return found


def matrix(table: np.ndarray) -> ObservationMatrix:
    """The same values as the engine takes them."""
    rows, columns = table.shape
    localities = tuple(f"l{row}" for row in range(rows))
    return ObservationMatrix(table, localities, tuple(f"x{column}" for column in range(columns)))


def floor(table: np.ndarray) -> np.ndarray:
    """The same arithmetic in plain NumPy: normalise, mean twice, round, rank every column."""
    scores = np.clip(table / 100.0, 0, 1) * 100.0
    means = []
    for start in range(0, table.shape[1], GROUP_SIZE):
        part = scores[:, start : start + GROUP_SIZE]
        present = np.isfinite(part)
        means.append(np.where(present, part, 0).sum(axis=1) / present.sum(axis=1))
    index = np.mean(means, axis=0)
    units = np.asfortranarray(np.rint(np.column_stack([index, *means, scores]) * 100))
    ranks = np.empty_like(units)
    for column in range(units.shape[1]):
        ordered = np.sort(-units[:, column])
        ranks[:, column] = np.searchsorted(ordered, -units[:, column]) + 1
    return ranks


def best(call: Callable[[], object], repeats: int = 5) -> float:
    """Processor time of the shortest of several runs, in seconds: other work takes none of it."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def line(label: str, seconds: float, base: float) -> None:
    """Print one measurement."""
    print(f"{label:<52}{seconds * 1000:>10.2f} ms{seconds / base:>10.2f} x floor")


def measure(localities: int, indicators: int) -> None:
    """Print the steps of a run of one size."""
    print(f"\n{localities} localities x {indicators} indicators, {MISSING_SHARE:.0%} missing")
    document, table = framework(indicators), values(localities, indicators)
    observations = matrix(table)
    prepared = prepare(document, observations)
    base = best(lambda: floor(table))
    line("floor: normalise, aggregate, round, rank", base, base)
    line(
        "evaluate the tree, round, rank, grade",
        best(lambda: standing_of(evaluate(prepared.plan, prepared.inputs), prepared.localities)),
        base,
    )
    line(
        "score an array: check, normalise and all of that",
        best(lambda: score(document, observations)),
        base,
    )
    results = score(document, observations)
    weighed = best(lambda: rescore(results, weights={"g3": 0.2}))
    line("what if a branch had another weight", weighed, base)
    line("what if an indicator had", best(lambda: rescore(results, weights={"x33": 0.2})), base)
    changed = {("l7", "x33"): 50.0}
    line("what if a value were another", best(lambda: rescore(results, values=changed)), base)
    text = load_observations(observations.items[:50_000]).as_csv()
    parsed = best(lambda: load_observations(text), 2)
    print(f"{'read 50 000 rows of OBSERVATIONS.csv':<52}{parsed * 1000:>10.2f} ms")


def exponent(label: str, sizes: list[int], call: Callable[[int], Callable[[], object]]) -> None:
    """Print how the cost grows: the slope of time over size, both as logarithms."""
    times = [best(call(size), 3) for size in sizes]
    slope = np.polyfit(np.log(sizes), np.log(times), 1)[0]
    last = np.log(times[-1] / times[-2]) / np.log(sizes[-1] / sizes[-2])
    shown = ", ".join(
        f"{size}: {seconds * 1000:.1f} ms" for size, seconds in zip(sizes, times, strict=True)
    )
    print(f"{label:<30}{slope:>6.2f} (last step {last:.2f})   {shown}")


def asem() -> tuple[FrameworkDocument, ObservationMatrix]:
    """The 51 × 49 real values with plain choices: min-max, given weights, arithmetic means."""
    with (ASEM / "indicators_raw.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = tuple(name for name in rows[0] if name != "uCode")
    table = np.array([[float(row[code] or "nan") for code in codes] for row in rows])
    source = load_framework(ASEM / "framework.json").as_dict()
    for node in source["nodes"]:
        for step in ("screen", "denominate", "treat"):
            node.pop(step, None)
        if node["kind"] == "indicator":
            node |= {"normalisation": {"method": "min_max"}, "impute": {"method": "median"}}
        else:
            node |= {"aggregation": {"method": "arithmetic"}, "missing": {"policy": "error"}}
    localities = tuple(row["uCode"] for row in rows)
    return load_framework(source), ObservationMatrix(np.asfortranarray(table), localities, codes)


def draws_floor(scores: np.ndarray, groups: list[slice], draws: int) -> np.ndarray:
    """Weights-only Monte Carlo in plain NumPy: one product of scores and leaf weights, ranked."""
    generator = np.random.default_rng(1)
    weights = generator.uniform(0.75, 1.25, (draws, scores.shape[1]))
    for part in groups:
        weights[:, part] /= weights[:, part].sum(axis=1, keepdims=True)
    units = np.rint(weights @ scores.T * -100)
    order = np.argsort(units, axis=1)
    ordered = np.take_along_axis(units, order, 1)
    first = np.ones(units.shape, dtype=bool)  # of those with the same value
    first[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    places = np.where(first, np.arange(1, units.shape[1] + 1), 0)
    ranks = np.empty_like(units)
    np.put_along_axis(ranks, order, np.maximum.accumulate(places, axis=1), 1)
    return ranks


def monte_carlo() -> None:
    """Print the cost of the draws on ASEM and its growth."""
    document, observations = asem()
    prepared = prepare(document, observations)
    plan = prepared.plan
    groups, start = [], 0
    for node in plan.nodes:
        size = sum(child in plan.leaf_columns for child in plan.children[node.code])
        if size:
            groups.append(slice(start, start + size))
            start += size
    base = best(lambda: draws_floor(prepared.inputs.leaf_scores, groups, 1000), 15)
    print("\nMonte Carlo on ASEM, 51 x 49, 1000 draws with ranks")
    line("floor: weights only, one product, rank", base, base)
    four = Variation(
        aggregations=("arithmetic", "geometric"), imputations=("as_stated", "mean", "median")
    )
    for label, study in (
        ("weights only", WEIGHTS_ONLY),
        ("weights and normalisation", Variation()),
        ("weights, normalisation, aggregation, imputation", four),
    ):
        call = partial(uncertainty, document, observations, draws=1000, variation=study)
        line(label, best(call, 15), base)
    failed = uncertainty(document, observations, draws=1000, variation=four).failed
    print(f"{'  (draws that failed)':<52}{failed:>10}")
    exponent(
        "draws",
        [100, 1000, 10_000],
        lambda size: partial(
            uncertainty, document, observations, draws=size, variation=WEIGHTS_ONLY
        ),
    )


def memory() -> None:
    """Print the peak of many draws of many localities."""
    document, observations = framework(20), matrix(values(3000, 20))
    tracemalloc.start()
    uncertainty(document, observations, draws=10_000, variation=WEIGHTS_ONLY)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    print(f"{'peak memory, 10 000 draws x 3000 localities':<52}{peak:>10.0f} MiB")


def main() -> None:
    """Print all measurements."""
    measure(300, 60)
    measure(3000, 100)
    print("\ngrowth: exponent of time over size")

    def by_localities(size: int) -> Callable[[], object]:
        document, observations = framework(100), matrix(values(size, 100))
        return lambda: score(document, observations)

    def by_indicators(size: int) -> Callable[[], object]:
        document, observations = framework(size), matrix(values(3000, size))
        return lambda: score(document, observations)

    exponent("localities (100 indicators)", [300, 3000, 30_000], by_localities)
    exponent("indicators (3000 localities)", [10, 100, 1000], by_indicators)
    monte_carlo()
    memory()


if __name__ == "__main__":
    main()
