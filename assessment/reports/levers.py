"""What would raise a grade: the engine scores anew with single values brought to full score."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessment.engine import Results, ScoringError, full_score_value, rescore
from assessment.engine.document import Node
from assessment.engine.results import ResultRow
from assessment.observations.statuses import Status
from assessment.reports.frozen import FrozenResults

# More indicators than this in one step are no advice any more.
MOST_TOGETHER = 4


@dataclass(frozen=True)
class Lever:
    """An indicator and the overall result if its value alone earned the full score."""

    node: Node
    target: float
    result: ResultRow
    gain: Decimal


@dataclass(frozen=True)
class Levers:
    """The indicators that would lift the overall score most, and what lifts the grade.

    ``single`` raise it each alone, best first. Where there are none, ``together`` is the
    shortest beginning of ``best`` that does, with its ``result``; empty where no
    ``MOST_TOGETHER`` of them suffice.
    """

    best: tuple[Lever, ...]
    single: tuple[Lever, ...]
    together: tuple[Lever, ...]
    result: ResultRow | None
    is_highest: bool


def levers_of(frozen: FrozenResults) -> Levers | None:
    """What single full scores would do for the locality; None without an overall score.

    One evaluation for each indicator below its full score, of what depends on it alone.
    """
    results, code = frozen.recomputed, frozen.locality.code
    now = results.row(code)
    if now.published is None or now.grade is None:
        return None
    grades = [grade.code for grade in frozen.framework.grades]
    place = {grade: number for number, grade in enumerate(grades)}
    found = []
    for node, target in _targets(frozen):
        row = _with(results, code, {node.code: target})
        if row is not None and row.published is not None and row.published > now.published:
            found.append(Lever(node, target, row, row.published - now.published))
    best = tuple(sorted(found, key=lambda lever: -lever.gain))
    is_highest = place[now.grade] == 0
    single = tuple(lever for lever in best if _is_better(lever.result, now, place))
    if is_highest or single:
        return Levers(best, single, (), None, is_highest)
    for count in range(2, min(MOST_TOGETHER, len(best)) + 1):
        first = best[:count]
        row = _with(results, code, {lever.node.code: lever.target for lever in first})
        if row is not None and _is_better(row, now, place):
            return Levers(best, (), first, row, is_highest)
    return Levers(best, (), (), None, is_highest)


def _targets(frozen: FrozenResults) -> list[tuple[Node, float]]:
    """Indicators whose value is, or could be, below the one that earns the full score."""
    found = []
    for node in frozen.framework.indicators:
        target = full_score_value(node, frozen.framework.scale, frozen.publication.cycle.on)
        traced = frozen.nodes[node.code]
        is_open = traced["status"] in (Status.VALUE, Status.MISSING)
        if target is not None and is_open and traced["raw"] != target:
            found.append((node, target))
    return found


def _with(results: Results, code: str, values: Mapping[str, float]) -> ResultRow | None:
    """The locality's overall result if these were its values; None where there is none."""
    try:
        return rescore(
            results, values={(code, indicator): value for indicator, value in values.items()}
        ).row(code)
    except (ScoringError, ValueError):
        # A target beyond what may be reported, or arithmetic without an answer.
        return None


def _is_better(row: ResultRow, now: ResultRow, place: Mapping[str, int]) -> bool:
    if row.grade is None or now.grade is None:
        return False
    return place[row.grade] < place[now.grade]
