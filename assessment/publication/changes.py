"""What changed since the cycle before, where the two can be compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessment.engine import Node
from assessment.engine.figures import signed_number
from assessment.publication.models import Publication
from assessment.publication.queries import previous_publication
from assessment.scores.places import Place
from assessment.scores.queries import RankingRow, ranking

SHOWN_MOVES = 3


@dataclass(frozen=True)
class Change:
    """A locality's overall result against the cycle before; positive is better.

    ``took_part`` says whether it was assessed then; it may have had no rank all the same.
    """

    locality: Place
    took_part: bool
    rank_before: int | None
    score_before: Decimal | None
    ranks: int | None
    points: Decimal | None

    @property
    def points_text(self) -> str:
        """The difference in points with its sign; empty for none."""
        return "" if self.points is None else signed_number(self.points)


@dataclass(frozen=True)
class Comparison:
    """The publication compared with, and the changes by locality code.

    Without changes the two were scored by different rules, or by versions of the engine with
    another arithmetic (``is_of_other_engine``), so that a difference would say nothing about
    the localities. ``ranked_before`` and ``ranked_now`` are how many had a
    rank: the fifth of 28 is not where the fifth of 20 was.
    """

    publication: Publication
    is_comparable: bool
    changes: Mapping[str, Change]
    ranked_before: int = 0
    ranked_now: int = 0
    is_of_other_engine: bool = False

    @property
    def gains(self) -> list[Change]:
        """The largest gains in points, at most ``SHOWN_MOVES``."""
        return self._moves(1)

    @property
    def losses(self) -> list[Change]:
        """The largest losses in points, at most ``SHOWN_MOVES``."""
        return self._moves(-1)

    def _moves(self, sign: int) -> list[Change]:
        moved = [c for c in self.changes.values() if c.points is not None and c.points * sign > 0]
        moved.sort(key=lambda c: (-(c.points or 0) * sign, c.locality.code))
        return moved[:SHOWN_MOVES]


def compare(publication: Publication, rows: Sequence[RankingRow]) -> Comparison | None:
    """Set the overall ranking beside the cycle before; None where none was published.

    Two SQL queries.
    """
    before = previous_publication(publication)
    if before is None:
        return None
    if not are_comparable(before, publication):
        other = not have_same_arithmetic(before, publication)
        return Comparison(before, is_comparable=False, changes={}, is_of_other_engine=other)
    earlier = {row.locality.code: row for row in ranking(before.run)}
    changes = {row.locality.code: _change(row, earlier.get(row.locality.code)) for row in rows}
    return Comparison(
        before,
        is_comparable=True,
        changes=changes,
        ranked_before=sum(row.rank is not None for row in earlier.values()),
        ranked_now=sum(row.rank is not None for row in rows),
    )


def are_comparable(before: Publication, publication: Publication) -> bool:
    """Whether both were scored in the same way: tree, weights, scoring, rules and engine.

    What counts are the rules in force on either one's day; the wording may differ.
    """
    return have_same_arithmetic(before, publication) and _way_of_scoring(before) == _way_of_scoring(
        publication
    )


def have_same_arithmetic(before: Publication, publication: Publication) -> bool:
    """Whether versions of the engine with the same arithmetic scored both (ADR 17)."""
    one, two = before.run, publication.run
    both = one.is_recomputable and two.is_recomputable
    return both or one.engine_version == two.engine_version


def _way_of_scoring(publication: Publication) -> tuple[object, ...]:
    framework, on = publication.run.parsed, publication.cycle.on
    nodes = [
        (
            (node.code, node.parent, node.weight, node.direction, node.aggregation, node.missing),
            (node.denominate, node.screen, node.impute, node.treat, node.weighting),
            node.normalisation
            and (node.normalisation.method, node.normalisation.parameters_on(on)),
            node.value and (node.value.nothing_to_report_score, _level_scores(node)),
        )
        for node in framework.nodes
    ]
    rules = [
        (rule.type, rule.node, rule.indicator, rule.when, rule.parameters)
        for rule in framework.rules_on(on)
    ]
    return framework.code, framework.scale, framework.decimals, nodes, rules


def _level_scores(node: Node) -> list[tuple[float, float]]:
    return [(level.value, level.score) for level in node.value.levels] if node.value else []


def _change(now: RankingRow, before: RankingRow | None) -> Change:
    rank = None if before is None else before.rank
    score = None if before is None else before.published
    return Change(
        locality=now.locality,
        took_part=before is not None,
        rank_before=rank,
        score_before=score,
        ranks=None if rank is None or now.rank is None else rank - now.rank,
        points=None if score is None or now.published is None else now.published - score,
    )
