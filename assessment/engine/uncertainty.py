"""Uncertainty: how far ranks depend on weights and on choices that others might have made.

Monte Carlo as in the OECD/JRC Handbook (2008), step 7: each draw varies every weight, restores
the siblings' sum, and takes one of each list of choices.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np

from assessment.engine.adjustments import AdjustmentSource
from assessment.engine.effects import effects_of
from assessment.engine.history import HistorySource
from assessment.engine.localities import LocalitySource
from assessment.engine.observations import ObservationSource
from assessment.engine.problems import Problem, ScoringError, SettingError
from assessment.engine.run import FrameworkSource, prepare
from assessment.engine.spread import UncertaintyResults
from assessment.engine.study import BLOCK_CELLS, Study
from assessment.engine.tree import evaluate
from assessment.engine.variation import Variation, check_seed

# Ranks of draws × localities that are kept, four bytes each.
MAX_CELLS: Final = 250_000_000


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
    SettingError, a ValueError, for a negative seed and a number of draws below one or of more
    than ``MAX_CELLS`` ranks, and for a variation under which nothing varies.
    """
    check_seed(seed)
    prepared = prepare(framework, observations, localities, adjustments, on, history)
    limit = MAX_CELLS // len(prepared.localities.items)
    if not 1 <= draws <= limit:
        params = {"draws": draws, "limit": limit, "localities": len(prepared.localities.items)}
        raise SettingError([Problem("draws_out_of_range", params=params)])
    nominal = evaluate(prepared.plan, prepared.inputs)
    if nominal.problems:
        raise ScoringError(nominal.problems)
    study = Study(prepared, nominal, variation or Variation(), seed)
    notes = effects_of(prepared, study.variation, is_asked=variation is not None)
    count = len(prepared.localities.items)
    ranks = np.full((draws, count), np.nan, dtype=np.float32)
    size = max(1, BLOCK_CELLS // count)
    for start in range(0, draws, size):
        stop = min(start + size, draws)
        ranks[start:stop] = study.ranks(*study.drawn(stop - start))
    return UncertaintyResults(
        localities=prepared.localities.codes,
        nominal=study.nominal_ranks,
        ranks=ranks,
        draws=draws,
        seed=seed,
        variation=study.variation,
        failed=study.failed,
        failures=tuple(study.failures),
        grades=tuple(grade.code for grade in prepared.plan.framework.grades),
        grade_counts=study.grade_counts,
        notes=notes,
    )
