"""One locality's own data among the peers of another world, scored on arrays.

A world differs from its base in one row. The arrays of the base are laid out once; an exchange
costs a copy and the arithmetic, not the reading and checking of every observation again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.document import FrameworkDocument
from assessment.engine.exact import published_of
from assessment.engine.history import History
from assessment.engine.lines import LINEAR
from assessment.engine.localities import Localities, Locality
from assessment.engine.methods import STATED_WEIGHTS
from assessment.engine.pairwise import PAIRWISE
from assessment.engine.problems import ScoringError
from assessment.engine.run import Prepared, leaf_inputs
from assessment.engine.snapshot import Snapshot
from assessment.engine.tree import evaluate

RELATIVE_TREATMENTS: Final = ("winsorise", "log")
# Normalisations that read more of a column than its extremes.
_BY_MORE: Final = ("z_score", "rank", "percentile_rank", "borda", "distance_to_reference")
_BY_EXTREMES: Final = frozenset(LINEAR) - {"goalposts", *_BY_MORE}
# No code has a space.
_BESIDE: Final = "beside "


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
    units = published_of(evaluation, columns)
    mine = units[row]
    absent = np.isnan(mine)
    ranks = np.where(absent, np.nan, 1.0 + (units > mine).sum(axis=0))
    return Standing(np.where(absent, np.nan, scores[row]), ranks)


def moves_by_extremes(framework: FrameworkDocument) -> bool:
    """Whether a locality moves the scores of others by the extremes of columns alone."""
    return all(
        node.screen is None
        and (node.impute is None or node.impute.method == "constant" or node.impute.is_over_time)
        and (node.treat is None or node.treat.method not in RELATIVE_TREATMENTS)
        and (node.normalisation is None or node.normalisation.method not in _BY_MORE)
        and node.weighting.method in STATED_WEIGHTS
        and (node.is_leaf or node.aggregation.method not in PAIRWISE)
        for node in framework.weighted_nodes
    )


def exchanged_together(
    own: Prepared, peers: Prepared, codes: Sequence[str], nodes: Sequence[str]
) -> dict[str, Standing]:
    """``exchanged`` for those of the localities that move no extreme, at the cost of one run.

    Where a locality neither held an extreme of a column alone nor brings a new one, all others
    score as they did: such localities can stand beside their peers all at once. For frameworks
    in which peers move by extremes alone. Raises EngineError as ``exchanged`` does.
    """
    quiet = _without_extremes(own, peers, codes)
    if not quiet:
        return {}
    plan, count = peers.plan, len(peers.localities.items)
    rows = [own.row_of[code] for code in quiet]
    seen, given = peers.inputs.snapshot, own.inputs.snapshot
    beside = [
        Locality(f"{_BESIDE}{code}", own.localities.items[own.row_of[code]].cells) for code in quiet
    ]
    _data, inputs = leaf_inputs(
        plan,
        Snapshot(
            seen.codes,
            np.asfortranarray(np.vstack([seen.values, given.values[rows]])),
            np.asfortranarray(np.vstack([seen.statuses, given.statuses[rows]])),
        ),
        Localities((*peers.localities.items, *beside), peers.localities.columns),
        peers.on,
        np.asfortranarray(np.vstack([peers.inputs.adjustments, own.inputs.adjustments[rows]])),
        _history_beside(own, peers, quiet),
    )
    evaluation = evaluate(plan, inputs)
    if evaluation.problems:
        raise ScoringError(evaluation.problems)
    columns = [plan.column[node] for node in nodes]
    scores = evaluation.scores[:, columns]
    units = published_of(evaluation, columns)
    mine, theirs = units[count:], units[:count]
    former = theirs[[peers.row_of[code] for code in quiet]]
    above = np.empty_like(mine)
    for column, peer_units in enumerate(theirs.T):
        ascending = np.sort(peer_units[~np.isnan(peer_units)])
        places = np.searchsorted(ascending, mine[:, column], side="right")
        above[:, column] = ascending.size - places
    above -= former > mine  # a locality is not above itself
    absent = np.isnan(mine)
    own_scores, ranks = (
        np.where(absent, np.nan, scores[count:]),
        np.where(absent, np.nan, 1.0 + above),
    )
    return {code: Standing(own_scores[row], ranks[row]) for row, code in enumerate(quiet)}


def _without_extremes(own: Prepared, peers: Prepared, codes: Sequence[str]) -> list[str]:
    """The localities whose exchange leaves the extremes of every column where they are."""
    if len(peers.localities.items) < 2:
        return []
    relative = [
        place
        for place, node in enumerate(peers.plan.leaves)
        if node.normalisation is not None and node.normalisation.method in _BY_EXTREMES
    ]
    theirs = peers.data.treated[:, relative]
    lows = np.partition(np.where(np.isnan(theirs), np.inf, theirs), 1, axis=0)[:2]
    highs = -np.partition(np.where(np.isnan(theirs), np.inf, -theirs), 1, axis=0)[:2]
    left = theirs[[peers.row_of[code] for code in codes]]
    brought = own.data.treated[:, relative][[own.row_of[code] for code in codes]]
    held_alone = ((left == lows[0]) & (lows[1] > lows[0])) | (
        (left == highs[0]) & (highs[1] < highs[0])
    )
    is_new = (brought < lows[0]) | (brought > highs[0])
    is_quiet = ~(held_alone | is_new).any(axis=1)
    return [code for code, quiet in zip(codes, is_quiet, strict=True) if quiet]


def _history_beside(own: Prepared, peers: Prepared, codes: Sequence[str]) -> History | None:
    if own.history is None or peers.history is None:
        return peers.history
    wanted = set(codes)
    mine = (
        replace(item, locality=f"{_BESIDE}{item.locality}")
        for item in own.history.items
        if item.locality in wanted
    )
    return History((*peers.history.items, *mine))


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
