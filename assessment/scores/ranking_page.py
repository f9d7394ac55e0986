"""The ranking of a run as its page shows it, and as a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from accounts.lists import Column, ListPage, list_csv
from assessment.charts.figures import median_of
from assessment.cycles.demonstration import notice_of
from assessment.engine.document import Node
from assessment.scores.models import ScoreRun
from assessment.scores.places import Place
from assessment.scores.queries import RankingRow, ranking
from assessment.scores.ranking_list import (
    published_of,
    ranked_node,
    ranking_columns,
    read_ranking_list,
)


@dataclass(frozen=True)
class RankingPage:
    """What the template shows; ``node`` is the node ranked, ``dimensions`` the last columns."""

    node: Node
    dimensions: tuple[Node, ...]
    listed: ListPage[RankingRow]
    median: Decimal | None
    unranked: list[Place]


def ranking_page(run: ScoreRun, chosen: QueryDict, *, export: str = "") -> RankingPage:
    """Apply ``node`` and what a ranking's list knows."""
    framework = run.parsed
    node = ranked_node(framework, chosen.get("node", ""))
    rows = ranking(run, node.code)
    known = ranking_columns(framework)
    columns = [
        *(known[key] for key in ("locality", "rank")),
        known["score"],
        *([Column(_("Grade"))] if node is framework.root else []),
        *(known[key] for key in ("group", "group_rank")),
        *(known[each.code] for each in framework.dimensions),
    ]
    listed = read_ranking_list(rows, chosen, framework, node, columns=columns, export=export)
    return RankingPage(
        node=node,
        dimensions=framework.dimensions,
        listed=listed,
        median=median_of(row.published for row in rows),
        unranked=[row.locality for row in rows if row.rank is None],
    )


def ranking_csv(run: ScoreRun, chosen: QueryDict) -> HttpResponse:
    """What the page shows as a file, with every dimension."""
    page = ranking_page(run, chosen)
    node = page.node.code
    columns: dict[str, Callable[[RankingRow], object]] = {
        "locality": lambda row: row.locality.code,
        "name": lambda row: row.locality.name_zh,
        "name_en": lambda row: row.locality.name_en,
        "province": lambda row: row.group.name_zh,
        "node": lambda _row: node,
        "rank": lambda row: row.rank,
        "province_rank": lambda row: row.group_rank,
        "score": lambda row: row.published,
        "grade": lambda row: row.grade,
        **_dimensions(page.dimensions),
    }
    name = f"ranking-{run.cycle.code}-run-{run.number}.csv"
    return list_csv(name, page.listed.rows, columns, notice=notice_of(run.cycle))


def _dimensions(nodes: tuple[Node, ...]) -> Mapping[str, Callable[[RankingRow], object]]:
    def cell(code: str) -> Callable[[RankingRow], object]:
        return lambda row: published_of(row, code)

    return {node.code: cell(node.code) for node in nodes}
