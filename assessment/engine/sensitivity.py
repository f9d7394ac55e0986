"""Sensitivity: how much of the spread of ranks each uncertain choice accounts for.

First-order and total Sobol indices (OECD/JRC Handbook 2008, step 7; Saltelli et al. 2010) of the
mean absolute shift of ranks from the nominal ones, by SciPy's quasi-random estimator.
"""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import numpy as np

from assessment.engine.adjustments import AdjustmentSource
from assessment.engine.arrays import FloatArray
from assessment.engine.effects import effects_of
from assessment.engine.history import HistorySource
from assessment.engine.localities import LocalitySource
from assessment.engine.observations import ObservationSource
from assessment.engine.problems import Problem, ScoringError, SettingError
from assessment.engine.run import FrameworkSource, prepare
from assessment.engine.study import BLOCK_CELLS, Study
from assessment.engine.tree import evaluate
from assessment.engine.variation import Variation, check_seed

FORMAT: Final = "lianping-sensitivity/1"
CONFIDENCE: Final = 0.95

# How many sets of weights the factor "weights" chooses among.
_WEIGHT_SETS: Final = 1024

# The largest sample; beyond it intervals no longer narrow to any purpose.
MAX_BASE: Final = 2**17


@dataclass(frozen=True, slots=True)
class SobolIndex:
    """A share of variance with its bootstrap interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class SensitivityResults:
    """The indices by factor; empty with the causes where some draws have no answer.

    ``notes`` say which choices of the variation change nothing, or only a part.
    """

    base: int
    seed: int
    variation: Variation
    first: Mapping[str, SobolIndex]
    total: Mapping[str, SobolIndex]
    draws: int
    failed: int
    failures: tuple[str, ...]
    notes: tuple[Problem, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return settings, failures and indices as JSON values."""
        return {
            "format": FORMAT,
            "output": "mean absolute shift of ranks",
            "base": self.base,
            "draws": self.draws,
            "seed": self.seed,
            "variation": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in asdict(self.variation).items()
            },
            "confidence": CONFIDENCE,
            "failed_draws": self.failed,
            "failures": list(self.failures),
            "notes": [item.note() for item in self.notes],
            "first_order": {name: asdict(index) for name, index in self.first.items()},
            "total": {name: asdict(index) for name, index in self.total.items()},
        }

    def write(self, directory: str | Path) -> None:
        """Write ``sensitivity.json``."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        (folder / "sensitivity.json").write_text(text, encoding="utf-8", newline="\n")


def sobol(
    function: Callable[[FloatArray], FloatArray],
    factors: tuple[str, ...],
    *,
    base: int = 1024,
    seed: int = 0,
    resamples: int = 200,
) -> tuple[dict[str, SobolIndex], dict[str, SobolIndex]]:
    """Return the first-order and total indices of a function of factors uniform in [0, 1].

    ``function`` takes draws × factors and returns one number per draw; it is called for
    ``base`` × (factors + 2) draws, ``base`` a power of two. A function that does not vary has
    indices of zero.
    """
    # Loaded where it is needed.
    from scipy.stats import DegenerateDataWarning, bootstrap, qmc, sobol_indices, uniform

    generator = np.random.default_rng(seed)
    if len(factors) == 1:  # one factor accounts for all the variance there is
        found = function(qmc.Sobol(1, rng=generator).random(base))
        share = float(np.ptp(found) > 0)
        only = {factors[0]: SobolIndex(share, share, share)}
        return only, dict(only)
    varies = False

    def columns(points: FloatArray) -> FloatArray:
        nonlocal varies
        found = function(points.T)
        varies = varies or bool(np.ptp(found) > 0)
        return found

    with np.errstate(invalid="ignore", divide="ignore"):
        outputs: list[FloatArray] = []

        def estimator(  # SciPy asks for these very names
            f_A: FloatArray,  # noqa: N803
            f_B: FloatArray,  # noqa: N803
            f_AB: FloatArray,  # noqa: N803
        ) -> tuple[FloatArray, FloatArray]:
            outputs[:] = f_A, f_B, f_AB
            return _saltelli(*outputs)

        found = sobol_indices(
            func=columns,
            n=base,
            dists=[uniform()] * len(factors),
            method=estimator,
            rng=generator,
        )
        if not varies:
            nothing = {name: SobolIndex(0.0, 0.0, 0.0) for name in factors}
            return nothing, dict(nothing)
        with warnings.catch_warnings():  # a factor without any effect has nothing to resample
            warnings.simplefilter("ignore", DegenerateDataWarning)
            # The result's own bootstrap takes no seed, and intervals are published.
            spread = bootstrap(
                [np.arange(base)],
                lambda drawn: _saltelli(*(part[..., drawn] for part in outputs)),
                n_resamples=resamples,
                confidence_level=CONFIDENCE,
                rng=generator,
            ).confidence_interval
    return (
        _named(factors, found.first_order, spread.low[0], spread.high[0]),
        _named(factors, found.total_order, spread.low[1], spread.high[1]),
    )


def _saltelli(one: FloatArray, two: FloatArray, mixed: FloatArray) -> tuple[FloatArray, FloatArray]:
    """First-order and total indices of centred outputs: Saltelli et al. (2010), table 2 b and f.

    ``one`` and ``two`` are of the two independent samples, ``mixed``, by factor, of the first
    sample with that factor's column of the second.
    """
    variance = np.var([one, two], axis=(0, -1))
    first: FloatArray = np.mean(two * (mixed - one), axis=-1) / variance
    total: FloatArray = 0.5 * np.mean((one - mixed) ** 2, axis=-1) / variance
    return first.T, total.T


def _named(factors: tuple[str, ...], values: Any, lows: Any, highs: Any) -> dict[str, SobolIndex]:
    rows = zip(
        factors,
        np.ravel(values).tolist(),
        np.ravel(lows).tolist(),
        np.ravel(highs).tolist(),
        strict=True,
    )
    return {
        name: SobolIndex(
            value, value if math.isnan(low) else low, value if math.isnan(high) else high
        )
        for name, value, low, high in rows
    }


def sensitivity(
    framework: FrameworkSource,
    observations: ObservationSource,
    localities: LocalitySource | None = None,
    adjustments: AdjustmentSource = None,
    on: date | None = None,
    history: HistorySource | None = None,
    *,
    base: int = 1024,
    seed: int = 0,
    variation: Variation | None = None,
) -> SensitivityResults:
    """Split the variance of the ranking among the factors of a variation.

    Factors are the weights (one of 1024 sets drawn beforehand) and each list of choices with
    more than one entry. Raises what ``score`` raises for the inputs as stated, and SettingError,
    a ValueError, where ``base`` is no power of two up to ``MAX_BASE``, the seed is negative,
    nothing varies, or the variation has an error of measurement.
    """
    varied = variation or Variation()
    if not 2 <= base <= MAX_BASE or base & (base - 1):
        params = {"base": base, "limit": MAX_BASE}
        raise SettingError([Problem("base_not_power_of_two", params=params)])
    check_seed(seed)
    if varied.measurement_error:
        raise SettingError([Problem("error_without_factor")])
    prepared = prepare(framework, observations, localities, adjustments, on, history)
    nominal = evaluate(prepared.plan, prepared.inputs)
    if nominal.problems:
        raise ScoringError(nominal.problems)
    study = Study(prepared, nominal, varied, seed)
    notes = effects_of(prepared, varied, is_asked=variation is not None)
    sets, _steps, _choices = study.drawn(_WEIGHT_SETS)
    factors = ("weights", *(name for name in _LISTS if len(getattr(varied, name)) > 1))
    reference, counted = study.nominal_ranks, [0]

    def shift(points: FloatArray) -> FloatArray:
        found = np.empty(len(points))
        size = max(1, BLOCK_CELLS // len(reference))
        for start in range(0, len(points), size):
            part = dict(zip(factors, points[start : start + size].T, strict=True))
            ranks = study.ranks(sets[_place(part["weights"], len(sets))], *_steps_of(varied, part))
            moved = np.abs(ranks - reference)
            seen = ~np.isnan(moved)
            counts = seen.sum(axis=1)
            with np.errstate(invalid="ignore"):
                found[start : start + size] = np.where(seen, moved, 0.0).sum(axis=1) / counts
        counted[0] += len(points)
        return np.nan_to_num(found)

    first, total = sobol(shift, factors, base=base, seed=seed)
    if study.failed:
        first, total = {}, {}
    return SensitivityResults(
        base, seed, varied, first, total, counted[0], study.failed, tuple(study.failures), notes
    )


_LISTS: Final = ("imputations", "treatments", "normalisations", "aggregations")


def _place(share: FloatArray, count: int) -> np.ndarray[Any, np.dtype[np.intp]]:
    """A number in [0, 1] as one of so many places."""
    return np.minimum((share * count).astype(np.intp), count - 1)


def _steps_of(
    variation: Variation, part: Mapping[str, FloatArray]
) -> tuple[np.ndarray[Any, np.dtype[np.intp]], np.ndarray[Any, np.dtype[np.intp]]]:
    """The places among ``variation.steps``, in their order, and among its aggregations."""
    size = len(part["weights"])
    chosen = {
        name: _place(part[name], len(getattr(variation, name)))
        if name in part
        else np.zeros(size, dtype=np.intp)
        for name in _LISTS
    }
    treatments, normalisations = len(variation.treatments), len(variation.normalisations)
    steps = (chosen["imputations"] * treatments + chosen["treatments"]) * normalisations
    return steps + chosen["normalisations"], chosen["aggregations"]
