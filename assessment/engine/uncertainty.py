"""Uncertainty: how far ranks depend on weights and on choices that others might have made.

Monte Carlo as in the OECD/JRC Handbook (2008), step 7: each draw varies every weight, restores
the siblings' sum, and takes one of each list of choices.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from assessment.engine.adjustments import AdjustmentSource
from assessment.engine.arrays import FloatArray
from assessment.engine.ensemble import index_scores, is_separate
from assessment.engine.grades import grade_places, limited_places
from assessment.engine.history import HistorySource
from assessment.engine.localities import LocalitySource
from assessment.engine.observations import ObservationSource
from assessment.engine.problems import ScoringError
from assessment.engine.ranks import competition_ranks, row_ranks
from assessment.engine.rounding import published_units
from assessment.engine.run import FrameworkSource, Prepared, prepare
from assessment.engine.spread import UncertaintyResults
from assessment.engine.tree import Evaluation, Inputs, evaluate
from assessment.engine.variation import (
    Variation,
    drawn_weights,
    replaced_aggregations,
    varied_inputs,
    with_aggregations,
    with_errors,
)

# Cells of draws × localities computed together: bounds the memory and stays in the cache.
BLOCK_CELLS: Final = 250_000

DrawArray = npt.NDArray[np.integer[Any]]


def uncertainty(
    framework: FrameworkSource,
    observations: ObservationSource,
    localities: LocalitySource | None = None,
    adjustments: AdjustmentSource = None,
    on: date | None = None,
    history: HistorySource | None = None,
    *,
    draws: int = 1000,
    seed: int = 0,
    variation: Variation | None = None,
) -> UncertaintyResults:
    """Rank localities under ``draws`` variations; without one, of weights and normalisation.

    The same seed gives the same draws. A draw whose arithmetic fails counts in ``failed`` with
    its cause and ranks nobody. Raises what ``score`` raises for the inputs as stated, and
    ValueError for a number of draws below one.
    """
    if draws < 1:
        raise ValueError("draws must be positive")
    prepared = prepare(framework, observations, localities, adjustments, on, history)
    nominal = evaluate(prepared.plan, prepared.inputs)
    if nominal.problems:
        raise ScoringError(nominal.problems)
    study = _Study(prepared, nominal, variation or Variation(), seed)
    count = len(prepared.localities.items)
    ranks = np.full((draws, count), np.nan, dtype=np.float32)
    size = max(1, BLOCK_CELLS // count)
    for start in range(0, draws, size):
        stop = min(start + size, draws)
        ranks[start:stop] = study.ranks(stop - start)
    root = prepared.plan.column[prepared.plan.framework.root.code]
    decimals = prepared.plan.framework.decimals
    return UncertaintyResults(
        localities=prepared.localities.codes,
        nominal=competition_ranks(published_units(nominal.scores[:, root], decimals)),
        ranks=ranks,
        draws=draws,
        seed=seed,
        variation=study.variation,
        failed=study.failed,
        failures=tuple(study.failures),
        grades=tuple(grade.code for grade in prepared.plan.framework.grades),
        grade_counts=study.grade_counts,
    )


class _Study:
    """The draws of one study, taken block by block."""

    def __init__(
        self, prepared: Prepared, nominal: Evaluation, variation: Variation, seed: int
    ) -> None:
        self.prepared, self.nominal, self.variation = prepared, nominal, variation
        children = np.random.SeedSequence(seed).spawn(5)
        varying, leaving, stepping, aggregating, erring = map(np.random.default_rng, children)
        self.weighting = (varying, leaving)
        self.stepping, self.aggregating, self.erring = stepping, aggregating, erring
        self.failed = 0
        self.failures: dict[str, None] = {}
        count = len(prepared.localities.items)
        grades = len(prepared.plan.framework.grades)
        self.grade_counts = np.zeros((count, grades), dtype=np.int64)
        self._inputs: dict[tuple[str, str, str], Inputs | str] = {}
        self._replaced = {
            choice: replaced_aggregations(prepared.plan, choice)
            for choice in variation.aggregations
        }

    def ranks(self, draws: int) -> FloatArray:
        """Take the next draws; return their ranks, draws × localities, NaN where unranked."""
        plan, variation = self.prepared.plan, self.variation
        weights = drawn_weights(plan, self.nominal.weights, variation, draws, self.weighting)
        steps = self.stepping.integers(len(variation.steps), size=draws)
        choices = self.aggregating.integers(len(variation.aggregations), size=draws)
        scores = np.full((draws, len(self.prepared.localities.items)), np.nan)
        for rows, inputs, choice in self._groups(steps, choices):
            scores[rows] = self._index(inputs, weights[rows], choice)
        units = published_units(scores, plan.framework.decimals)
        self._count_grades(units)
        return row_ranks(units)

    def _groups(
        self, steps: DrawArray, choices: DrawArray
    ) -> Iterator[tuple[DrawArray, Inputs, str]]:
        """Yield the draws that share inputs and aggregation, with both."""
        variation = self.variation
        if variation.measurement_error:
            for draw in range(len(steps)):
                noisy = with_errors(self.prepared, variation.measurement_error, self.erring)
                try:
                    inputs = varied_inputs(self.prepared, variation.steps[steps[draw]], noisy)
                except ScoringError as error:
                    self._fail(1, error.problems[0].text("en"))
                    continue
                yield np.array([draw]), inputs, variation.aggregations[choices[draw]]
            return
        for step in np.unique(steps):
            found = self._inputs_under(variation.steps[step])
            if isinstance(found, str):
                self._fail(int((steps == step).sum()), found)
                continue
            for choice in np.unique(choices[steps == step]):
                rows = np.flatnonzero((steps == step) & (choices == choice))
                yield rows, found, variation.aggregations[choice]

    def _inputs_under(self, steps: tuple[str, str, str]) -> Inputs | str:
        """The inputs under a choice of steps, or why they have no answer."""
        if steps not in self._inputs:
            try:
                self._inputs[steps] = varied_inputs(self.prepared, steps)
            except ScoringError as error:
                self._inputs[steps] = error.problems[0].text("en")
        return self._inputs[steps]

    def _index(self, inputs: Inputs, weights: FloatArray, choice: str) -> FloatArray:
        """The index's scores, draws × localities; NaN in draws that fail."""
        plan, replaced = self.prepared.plan, self._replaced[choice]
        if is_separate(plan, replaced):
            found = index_scores(plan, inputs, weights, replaced)
            scores = np.where(found.failed[:, None], np.nan, found.scores)
            if found.failed.any():
                first = weights[np.flatnonzero(found.failed)[0]]
                cause = evaluate(with_aggregations(plan, replaced), inputs, first).problems[0]
                self._fail(int(found.failed.sum()), cause.text("en"))
            return scores
        single = with_aggregations(plan, replaced)
        root = plan.column[plan.framework.root.code]
        scores = np.full((len(weights), len(inputs.localities)), np.nan)
        for draw, points in enumerate(weights):
            result = evaluate(single, inputs, points)
            if result.problems:
                self._fail(1, result.problems[0].text("en"))
            else:
                scores[draw] = result.scores[:, root]
        return scores

    def _fail(self, draws: int, cause: str) -> None:
        self.failed += draws
        self.failures[cause] = None

    def _count_grades(self, units: FloatArray) -> None:
        document = self.prepared.plan.framework
        effects = self.nominal.effects.get(document.root.code, [])
        places = limited_places(document, grade_places(document, units), effects)
        for place in range(len(document.grades)):
            self.grade_counts[:, place] += (places == place).sum(axis=0)
