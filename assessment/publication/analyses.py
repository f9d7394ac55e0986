"""How firm published results are, and what changed since the cycle before: the engine's answers."""

from math import isfinite
from typing import Any

from assessment.engine import coherence, compare, sensitivity, uncertainty
from assessment.scores.models import ScoreRun
from assessment.scores.queries import recompute

# Stated in every report: with them anybody finds the same intervals.
DRAWS, SEED = 1000, 1
# Sobol' indices take this many points for each factor and two more.
BASE = 256


def analysed(run: ScoreRun, before: ScoreRun | None) -> dict[str, Any]:
    """What ``Analysis.document`` holds for a run and the run of the cycle before, if any."""
    inputs = (
        run.parsed, run.observations_csv, run.localities_csv, run.adjustments_csv, run.cycle.on,
        run.history_csv,
    )  # fmt: skip
    results = recompute(run)
    return {
        "uncertainty": uncertainty(*inputs, draws=DRAWS, seed=SEED).as_dict(),
        "sensitivity": _finite(sensitivity(*inputs, base=BASE, seed=SEED).as_dict()),
        "coherence": coherence(results).as_dict(),
        "comparison": None if before is None else _compared(before, run),
    }


def _compared(before: ScoreRun, run: ScoreRun) -> dict[str, Any]:
    """The engine's comparison, of the index and its dimensions."""
    framework = run.parsed
    shown = {framework.root.code, *(node.code for node in framework.dimensions)}
    found = compare(recompute(before), recompute(run)).as_dict()
    return {**found, "changes": [item for item in found["changes"] if item["node"] in shown]}


def _finite(value: Any) -> Any:
    """The same with ``None`` for what no JSON document can hold: bounds of nothing."""
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value
