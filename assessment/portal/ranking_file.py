"""The ranking as a table for spreadsheets."""

from collections.abc import Sequence

from assessment.engine.tables import guard_text, write_table
from assessment.portal.ranking import Ranking, published_of
from assessment.portal.text import DEMONSTRATION_NOTICE
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
    notice = DEMONSTRATION_NOTICE if cycle.is_demonstration else ""
    rows = [
        [*start, *_cells(row, [n.code for n in dimensions]), notice]
        for row in ranking.rows
        if not group or row.group.code == group
    ]
    return write_table([*head, *(n.code for n in dimensions), "notice"], rows)


def _cells(row: RankingRow, dimensions: Sequence[str]) -> list[str]:
    names = (row.locality.name_zh, row.locality.name_en, row.group.name_zh, row.group.name_en)
    figures = (row.rank, row.group_rank, row.published)
    return [
        row.locality.code,
        *(guard_text(name) for name in names),
        *("" if figure is None else str(figure) for figure in figures),
        row.grade,
        *(_published_text(row, code) for code in dimensions),
    ]


def _published_text(row: RankingRow, code: str) -> str:
    published = published_of(row, code)
    return "" if published is None else str(published)
