"""The ranking as a table for spreadsheets."""

from collections.abc import Sequence

from accounts.downloads import csv_text
from assessment.cycles.demonstration import notice_of
from assessment.portal.ranking import Ranking, published_of
from assessment.publication.models import Publication
from assessment.scores.queries import RankingRow


def ranking_csv(publication: Publication, ranking: Ranking, group: str) -> str:
    """The ranking as a table with codes and both names; free text is safe in spreadsheets."""
    dimensions = [n for n in ranking.dimensions if n.code != ranking.node.code]
    head = (
        *("cycle", "kind", "node", "locality", "name_zh", "name_en"),
        *("province_zh", "province_en", "rank", "province_rank", "score", "grade"),
    )
    cycle = publication.cycle
    start = [cycle.code, publication.kind, ranking.node.code]
    rows = [
        [*start, *_cells(row, [n.code for n in dimensions])]
        for row in ranking.rows
        if not group or row.group.code == group
    ]
    columns = [*head, *(n.code for n in dimensions)]
    return csv_text(columns, rows, notice=notice_of(cycle))


def _cells(row: RankingRow, dimensions: Sequence[str]) -> list[object]:
    names = (row.locality.name_zh, row.locality.name_en, row.group.name_zh, row.group.name_en)
    figures = (row.rank, row.group_rank, row.published)
    return [
        row.locality.code,
        *names,
        *figures,
        row.grade,
        *(published_of(row, code) for code in dimensions),
    ]
