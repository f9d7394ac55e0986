"""The draws of a study of uncertainty or sensitivity, computed many at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from assessment.engine.arrays import FloatArray
from assessment.engine.ensemble import index_scores, is_separate
from assessment.engine.grades import grade_places, limited_places
from assessment.engine.problems import ScoringError
from assessment.engine.ranks import competition_ranks, row_ranks
from assessment.engine.rounding import published_units
from assessment.engine.run import Prepared
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


class Study:
    """Ranks under varied weights and choices; counts failures and grades as it goes."""

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

    def drawn(self, draws: int) -> tuple[FloatArray, DrawArray, DrawArray]:
        """Take the next draws: weights, choices of steps, choices of aggregation."""
        variation = self.variation
        return (
            drawn_weights(
                self.prepared.plan, self.nominal.weights, variation, draws, self.weighting
            ),
            self.stepping.integers(len(variation.steps), size=draws),
            self.aggregating.integers(len(variation.aggregations), size=draws),
        )

    def ranks(self, weights: FloatArray, steps: DrawArray, choices: DrawArray) -> FloatArray:
        """Return the index's ranks, draws × localities, NaN where unranked.

        ``steps`` and ``choices`` are places in the variation's steps and aggregations.
        """
        plan = self.prepared.plan
        scores = np.full((len(weights), len(self.prepared.localities.items)), np.nan)
        for rows, inputs, choice in self._groups(steps, choices):
            scores[rows] = self._index(inputs, weights[rows], choice)
        units = published_units(scores, plan.framework.decimals)
        self._count_grades(units)
        return row_ranks(units)

    @property
    def nominal_ranks(self) -> FloatArray:
        """The ranks without any variation."""
        plan = self.prepared.plan
        column = plan.column[plan.framework.root.code]
        units = published_units(self.nominal.scores[:, column], plan.framework.decimals)
        return competition_ranks(units)

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
        single = with_aggregations(plan, replaced)
        if is_separate(plan, replaced):
            found = index_scores(plan, inputs, weights, replaced)
            if not found.failed.any():
                return found.scores
            first = evaluate(single, inputs, weights[np.flatnonzero(found.failed)[0]])
            if first.problems:
                self._fail(int(found.failed.sum()), first.problems[0].text("en"))
                return np.where(found.failed[:, None], np.nan, found.scores)
        # One by one, as the trace is made: whatever it says of a draw counts.
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
