"""The draws of a study of uncertainty or sensitivity, computed many at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from assessment.engine.arrays import BoolArray, FloatArray
from assessment.engine.ensemble import index_scores, is_separate
from assessment.engine.evaluation import Evaluation, Inputs
from assessment.engine.exact import published_of
from assessment.engine.grades import grade_places, limited_places
from assessment.engine.magnitudes import Magnitudes
from assessment.engine.plan import Plan
from assessment.engine.problems import Problem, ScoringError
from assessment.engine.ranks import competition_ranks, row_ranks
from assessment.engine.rounding import published_units
from assessment.engine.rules import apply_rule
from assessment.engine.run import Prepared
from assessment.engine.snapshot import Snapshot
from assessment.engine.tree import evaluate
from assessment.engine.variation import (
    Variation,
    drawn_weights,
    on_scale,
    replaced_aggregations,
    varied_inputs,
    with_aggregations,
    with_errors,
    with_positive_scores,
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
        self._ready: dict[tuple[tuple[str, str, str], str], tuple[Plan, Inputs] | str] = {}
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
        decimals = self.prepared.plan.framework.decimals
        # Draws are rounded as if their errors were those of the nominal scores.
        noise = Magnitudes(self.nominal).noise(self.prepared.plan.framework.root.code)
        units = np.full((len(weights), len(self.prepared.localities.items)), np.nan)
        usable: BoolArray = np.all(np.isfinite(weights), axis=1)
        if not usable.all():
            self._fail(int((~usable).sum()), Problem("no_weights_drawn").text("en"))
        for rows, (plan, inputs), choice in self._groups(steps, choices, usable):
            is_all = rows.size == len(weights)
            scores = self._index(plan, inputs, weights if is_all else weights[rows], choice)
            found = published_units(scores, decimals, noise=noise)
            self._count_grades(found, inputs)
            if is_all:
                units = found
            else:
                units[rows] = found
        return row_ranks(units)

    @property
    def nominal_ranks(self) -> FloatArray:
        """The ranks without any variation."""
        plan = self.prepared.plan
        column = plan.column[plan.framework.root.code]
        return competition_ranks(published_of(self.nominal, [column])[:, 0])

    def _groups(
        self, steps: DrawArray, choices: DrawArray, usable: BoolArray
    ) -> Iterator[tuple[DrawArray, tuple[Plan, Inputs], str]]:
        """Yield the draws that share plan, inputs and aggregation, with these."""
        variation = self.variation
        if variation.measurement_error:
            for draw in range(len(steps)):
                noisy = with_errors(self.prepared, variation.measurement_error, self.erring)
                if not usable[draw]:
                    continue
                choice = variation.aggregations[choices[draw]]
                found = self._under(variation.steps[steps[draw]], choice, noisy)
                if isinstance(found, str):
                    self._fail(1, found)
                else:
                    yield np.array([draw]), found, choice
            return
        for step, place in product(range(len(variation.steps)), range(len(variation.aggregations))):
            rows = np.flatnonzero((steps == step) & (choices == place) & usable)
            if not rows.size:
                continue
            key = (variation.steps[step], variation.aggregations[place])
            if key not in self._ready:
                self._ready[key] = self._under(*key)
            ready = self._ready[key]
            if isinstance(ready, str):
                self._fail(rows.size, ready)
            else:
                yield rows, ready, key[1]

    def _under(
        self, steps: tuple[str, str, str], choice: str, noisy: Snapshot | None = None
    ) -> tuple[Plan, Inputs] | str:
        """The plan and the inputs under choices, or why these have no answer."""
        if noisy is None and steps not in self._inputs:
            self._inputs[steps] = self._stepped(steps, None)
        inputs = self._inputs[steps] if noisy is None else self._stepped(steps, noisy)
        if isinstance(inputs, str):
            return inputs
        plan, replaced = self.prepared.plan, self._replaced[choice]
        return with_positive_scores(plan, inputs, replaced, steps[-1])

    def _stepped(self, steps: tuple[str, str, str], noisy: Snapshot | None) -> Inputs | str:
        try:
            return varied_inputs(self.prepared, steps, noisy)
        except ScoringError as error:
            return error.problems[0].text("en")

    def _index(self, plan: Plan, inputs: Inputs, weights: FloatArray, choice: str) -> FloatArray:
        """The index's scores on the framework's scale, draws × localities; NaN where failed."""
        replaced = self._replaced[choice]
        if is_separate(plan, replaced):
            found = index_scores(plan, inputs, weights, replaced)
            scores, open_draws = found.scores, np.flatnonzero(found.failed)
        else:
            scores = np.full((len(weights), len(inputs.localities)), np.nan)
            open_draws = np.arange(len(weights))
        if open_draws.size:
            scores = scores.copy()
            self._evaluate_singly(
                with_aggregations(plan, replaced), inputs, weights, open_draws, scores
            )
        own = self.prepared.plan.framework.scale
        if plan.framework.scale == own:
            return scores
        return on_scale(scores, plan.framework.scale, own)

    def _evaluate_singly(
        self, plan: Plan, inputs: Inputs, weights: FloatArray, draws: DrawArray, scores: FloatArray
    ) -> None:
        """Put in the scores of draws one by one, as the trace is made: what it says counts."""
        root = plan.column[plan.framework.root.code]
        for draw in draws:
            result = evaluate(plan, inputs, weights[draw])
            if result.problems:
                self._fail(1, result.problems[0].text("en"))
                scores[draw] = np.nan
            else:
                scores[draw] = result.scores[:, root]

    def _fail(self, draws: int, cause: str) -> None:
        self.failed += draws
        self.failures[cause] = None

    def _count_grades(self, units: FloatArray, inputs: Inputs) -> None:
        """Count the grades of draws that share their inputs: vetoes are judged on these."""
        plan = self.prepared.plan
        document, scored = plan.framework, np.zeros(len(inputs.localities))
        vetoes = [
            apply_rule(
                rule,
                scored,
                None if rule.indicator is None else inputs.snapshot.raw(rule.indicator),
                "positive",
                document.scale,
            )
            for rule in plan.rules_at[document.root.code]
            if rule.type == "veto"
        ]
        places = limited_places(document, grade_places(document, units), vetoes)
        for place in range(len(document.grades)):
            self.grade_counts[:, place] += (places == place).sum(axis=0)
