"""Uncertainty: how far ranks depend on weights and on the choice of normalisation.

Monte Carlo as in the OECD/JRC Handbook (2008), step 7: each draw multiplies every weight by a
uniform factor, restores the siblings' sum, and chooses one normalisation.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from assessment.engine.adjustments import AdjustmentSource
from assessment.engine.arrays import FloatArray
from assessment.engine.lines import Line, on_lines
from assessment.engine.localities import LocalitySource
from assessment.engine.observations import ObservationSource
from assessment.engine.plan import Plan
from assessment.engine.problems import ScoringError
from assessment.engine.ranks import competition_ranks, rank_number
from assessment.engine.rounding import published_units
from assessment.engine.run import FrameworkSource, Prepared, prepare
from assessment.engine.steps.columns import highest, lowest
from assessment.engine.tables import write_table
from assessment.engine.tree import Inputs, evaluate

FORMAT: Final = "lianping-uncertainty/1"
NORMALISATIONS: Final = ("as_stated", "min_max")
INTERVAL: Final = (5.0, 95.0)

# Only methods on measured values have a min-max alternative; rubrics and tables do not.
_SCALED = ("goalposts", "min_max", "target_attainment")


@dataclass(frozen=True)
class UncertaintyResults:
    """Ranks of the index by draw (draws × localities, NaN unranked) and their summary."""

    localities: tuple[str, ...]
    nominal: FloatArray
    ranks: FloatArray
    draws: int
    seed: int
    weight_range: float
    normalisations: tuple[str, ...]
    failed: int
    failures: tuple[str, ...]

    def summary(self) -> list[dict[str, Any]]:
        """Return per locality: nominal rank, mean, median, 5–95 % interval, probabilities.

        ``probability`` maps each rank reached to its share of the draws in which the locality
        was ranked; ``ranked_draws`` counts those draws.
        """
        return [self._locality(index, code) for index, code in enumerate(self.localities)]

    def _locality(self, index: int, code: str) -> dict[str, Any]:
        ranks = self.ranks[:, index]
        ranks = ranks[np.isfinite(ranks)]
        found: dict[str, Any] = {
            "locality": code,
            "rank": rank_number(self.nominal[index]),
            "ranked_draws": int(ranks.size),
            "mean": None,
            "median": None,
            "low": None,
            "high": None,
            "probability": {},
        }
        if ranks.size:
            low, high = np.percentile(ranks, INTERVAL, method="inverted_cdf")
            reached, counts = np.unique(ranks, return_counts=True)
            shares = (counts / ranks.size).tolist()
            found |= {
                "mean": float(ranks.mean()),
                "median": float(np.median(ranks)),
                "low": int(low),
                "high": int(high),
                "probability": dict(zip((str(int(r)) for r in reached), shares, strict=True)),
            }
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return settings, failures and the summary as JSON values."""
        return {
            "format": FORMAT,
            "draws": self.draws,
            "seed": self.seed,
            "weight_range": self.weight_range,
            "normalisations": list(self.normalisations),
            "interval": list(INTERVAL),
            "failed_draws": self.failed,
            "failures": list(self.failures),
            "localities": self.summary(),
        }

    def write(self, directory: str | Path) -> None:
        """Write ``uncertainty.json`` and ``uncertainty.csv``."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        (folder / "uncertainty.json").write_text(text, encoding="utf-8", newline="\n")
        columns = ("locality", "rank", "ranked_draws", "mean", "median", "low", "high")
        rows = (
            ["" if item[name] is None else str(item[name]) for name in columns]
            for item in self.summary()
        )
        table = write_table(columns, rows)
        (folder / "uncertainty.csv").write_text(table, encoding="utf-8", newline="\n")


def uncertainty(
    framework: FrameworkSource,
    observations: ObservationSource,
    localities: LocalitySource | None = None,
    adjustments: AdjustmentSource = None,
    on: date | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
    weight_range: float = 0.25,
    normalisations: tuple[str, ...] = NORMALISATIONS,
) -> UncertaintyResults:
    """Rank localities under ``draws`` variations of weights and normalisation.

    Weights vary by a factor of 1 ± ``weight_range``. The same seed gives the same draws. A
    draw whose arithmetic fails counts in ``failed`` with its cause and ranks nobody. Raises
    what ``score`` raises for the inputs as stated, and ValueError for unusable settings.
    """
    if draws < 1 or not 0 <= weight_range < 1:
        raise ValueError("draws must be positive and weight_range in [0, 1)")
    if not normalisations or not set(normalisations) <= set(NORMALISATIONS):
        raise ValueError(f"normalisations are {NORMALISATIONS}")
    prepared = prepare(framework, observations, localities, adjustments, on)
    nominal = evaluate(prepared.plan, prepared.inputs)
    if nominal.problems:
        raise ScoringError(nominal.problems)
    variants = {name: _variant(prepared, name) for name in normalisations}
    generator = np.random.default_rng(seed)
    ranks = np.full((draws, len(prepared.localities.items)), np.nan)
    failures: list[str] = []
    for draw in range(draws):
        factors = generator.uniform(1 - weight_range, 1 + weight_range, len(prepared.plan.nodes))
        name = normalisations[generator.integers(len(normalisations))]
        weights = _perturbed(prepared.plan, factors, nominal.weights)
        result = evaluate(prepared.plan, variants[name], weights)
        if result.problems:
            failures.append(result.problems[0].text("en"))
        else:
            ranks[draw] = _index_ranks(prepared.plan, result.scores)
    return UncertaintyResults(
        localities=prepared.localities.codes,
        nominal=_index_ranks(prepared.plan, nominal.scores),
        ranks=ranks,
        draws=draws,
        seed=seed,
        weight_range=weight_range,
        normalisations=tuple(normalisations),
        failed=len(failures),
        failures=tuple(dict.fromkeys(failures)),
    )


def _index_ranks(plan: Plan, scores: FloatArray) -> FloatArray:
    root = plan.column[plan.framework.root.code]
    return competition_ranks(published_units(scores[:, root], plan.framework.decimals))


def _variant(prepared: Prepared, name: str) -> Inputs:
    """Return the inputs under a normalisation; constant indicators keep theirs as stated."""
    inputs, plan = prepared.inputs, prepared.plan
    if name == "as_stated":
        return inputs
    scores, values, scale = inputs.leaf_scores.copy(), prepared.data.treated, plan.framework.scale
    low, high = lowest(values), highest(values)
    columns, lines = [], []
    for column, node in enumerate(plan.leaves):
        is_scaled = node.normalisation is not None and node.normalisation.method in _SCALED
        if is_scaled and low[column] < high[column]:
            ends = (low[column], high[column])
            worst, best = ends if node.direction == "positive" else ends[::-1]
            columns.append(column)
            lines.append(Line(worst, best, scale.min, scale.max))
    if columns:
        part = values[:, columns]
        scores[:, columns] = np.where(np.isfinite(part), on_lines(part, lines), scores[:, columns])
    return replace(inputs, leaf_scores=scores)


def _perturbed(plan: Plan, factors: FloatArray, nominal: FloatArray) -> FloatArray:
    """Return varied weights, top down, so that siblings again sum to their parent's weight."""
    weights = nominal.copy()
    for node in plan.nodes:
        children = plan.children[node.code]
        if not children:
            continue
        parent = weights[plan.column[node.code]]
        if node.aggregation.is_weighted:
            varied = nominal[children] * factors[children]
            weights[children] = varied / varied.sum() * parent
        else:
            weights[children] = parent
    return weights
