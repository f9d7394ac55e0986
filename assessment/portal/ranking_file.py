"""The ranking as a table for spreadsheets."""

from collections.abc import Callable, Iterable

from django.http import HttpResponse

from accounts.lists import list_csv
from assessment.cycles.demonstration import notice_of
from assessment.portal.ranking import Ranking
from assessment.publication.changes import Comparison
from assessment.publication.models import Publication
from assessment.scores.queries import RankingRow
from assessment.scores.ranking_list import published_of

Cell = Callable[[RankingRow], object]


def ranking_csv(
    publication: Publication, ranking: Ranking, rows: Iterable[RankingRow]
) -> HttpResponse:
    """Rows of the ranking with codes and both names; free text is safe in spreadsheets.

    Each rank stands with the number of localities ranked, now and in the cycle before. The
    columns of the cycle before are empty where it cannot be compared, and for a dimension.
    """
    cycle, node = publication.cycle, ranking.node.code
    ranked = len(ranking.lines)
    columns: dict[str, Cell] = {
        "cycle": lambda _row: cycle.code,
        "kind": lambda _row: publication.kind,
        "node": lambda _row: node,
        "locality": lambda row: row.locality.code,
        "name_zh": lambda row: row.locality.name_zh,
        "name_en": lambda row: row.locality.name_en,
        "province_zh": lambda row: row.group.name_zh,
        "province_en": lambda row: row.group.name_en,
        "rank": lambda row: row.rank,
        "ranked": lambda _row: ranked,
        "province_rank": lambda row: row.group_rank,
        "score": lambda row: row.published,
        "grade": lambda row: row.grade,
        **{each.code: _score(each.code) for each in ranking.dimensions if each.code != node},
        **_before(ranking.comparison),
    }
    name = f"{cycle.code}-{publication.kind}-{node}.csv"
    return list_csv(name, rows, columns, notice=notice_of(cycle))


def _before(comparison: Comparison | None) -> dict[str, Cell]:
    if comparison is None or not comparison.is_comparable:
        return dict.fromkeys(("rank_before", "ranked_before", "rank_change"), lambda _row: None)
    changes, ranked = comparison.changes, comparison.ranked_before
    return {
        "rank_before": lambda row: changes[row.locality.code].rank_before,
        "ranked_before": lambda _row: ranked,
        "rank_change": lambda row: changes[row.locality.code].ranks,
    }


def _score(code: str) -> Cell:
    return lambda row: published_of(row, code)
