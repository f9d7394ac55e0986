"""One locality's own data among the peers of another world, scored on arrays.

A world differs from its base in one row. The arrays of the base are laid out once; an exchange
costs a copy and the arithmetic, not the reading and checking of every observation again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.history import History
from assessment.engine.localities import Localities
from assessment.engine.problems import ScoringError
from assessment.engine.rounding import published_units
from assessment.engine.run import Prepared, leaf_inputs
from assessment.engine.snapshot import Snapshot
from assessment.engine.tree import evaluate


@dataclass(frozen=True)
class Standing:
    """One locality's scores and ranks by node; NaN where there are none."""

    scores: FloatArray
    ranks: FloatArray


def exchanged(own: Prepared, peers: Prepared, code: str, nodes: Sequence[str]) -> Standing:
    """Score a locality with its data of one base among the peers of the other.

    Both bases are prepared under the same method and hold the locality. The answer is that of
    ``score`` on the same mixture, to the last bit. Raises EngineError as ``score`` does.
    """
    plan = peers.plan
    row, source = peers.row_of[code], own.row_of[code]
    seen, given = peers.inputs.snapshot, own.inputs.snapshot
    values, statuses = seen.values.copy(order="F"), seen.statuses.copy(order="F")
    values[row], statuses[row] = given.values[source], given.statuses[source]
    points = peers.inputs.adjustments.copy(order="F")
    points[row] = own.inputs.adjustments[source]
    items = list(peers.localities.items)
    items[row] = own.localities.items[source]
    _data, inputs = leaf_inputs(
        plan,
        Snapshot(seen.codes, values, statuses),
        Localities(tuple(items), peers.localities.columns),
        peers.on,
        points,
        _history(own, peers, code),
    )
    evaluation = evaluate(plan, inputs)
    if evaluation.problems:
        raise ScoringError(evaluation.problems)
    columns = [plan.column[node] for node in nodes]
    scores = evaluation.scores[:, columns]
    units = published_units(scores, plan.framework.decimals)
    mine = units[row]
    absent = np.isnan(mine)
    ranks = np.where(absent, np.nan, 1.0 + (units > mine).sum(axis=0))
    return Standing(np.where(absent, np.nan, scores[row]), ranks)


def _history(own: Prepared, peers: Prepared, code: str) -> History | None:
    """The peers' past with the locality's own; as it is where no indicator reads it."""
    is_read = any(
        node.impute is not None and node.impute.is_over_time for node in peers.plan.leaves
    )
    if not is_read or own.history is None or peers.history is None:
        return peers.history
    others = (item for item in peers.history.items if item.locality != code)
    mine = (item for item in own.history.items if item.locality == code)
    return History((*others, *mine))
