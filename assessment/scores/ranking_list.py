"""The ranking of a run as a list: by node, by province and grade, searched, sorted."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.lists import (
    Choice,
    Column,
    Filter,
    ListPage,
    Search,
    Switch,
    read_computed,
    value_choices,
)
from accounts.searching import place_texts
from assessment.engine.document import FrameworkDocument, Node
from assessment.scores.places import Place
from assessment.scores.queries import RankingRow

NO_GRADE = "none"


def ranked_node(framework: FrameworkDocument, code: str) -> Node:
    """The dimension named, else the index."""
    offered = {node.code: node for node in framework.dimensions}
    return offered.get(code, framework.root)


def published_of(row: RankingRow, code: str) -> Decimal | None:
    """The published score of a node in a row; None where there is none."""
    result = row.results.get(code)
    return None if result is None else result.published


def ranking_columns(framework: FrameworkDocument) -> dict[str, Column[RankingRow]]:
    """Every column a ranking may have, by key; the dimensions under their codes."""
    columns: list[Column[RankingRow]] = [
        Column(_("Rank"), "rank", value=lambda row: row.rank, is_numeric=True),
        Column(_("Locality"), "locality", value=lambda row: row.locality.code),
        Column(_("Score"), "score", value=lambda row: row.published, descending_first=True),
        Column(_("Province"), "group", value=lambda row: row.group.code),
        Column(
            _("Rank in province"), "group_rank", value=lambda row: row.group_rank, is_numeric=True
        ),
        *(
            Column(
                title_of(node),
                node.code,
                value=_published(node.code),
                is_numeric=True,
                descending_first=True,
            )
            for node in framework.dimensions
        ),
    ]
    return {column.key: column for column in columns}


def read_ranking_list(
    rows: Sequence[RankingRow],
    chosen: QueryDict,
    framework: FrameworkDocument,
    node: Node,
    *,
    columns: Sequence[Column[RankingRow]],
    export: str | None,
) -> ListPage[RankingRow]:
    """The rows that fit ``group``, ``grade`` and ``q``, best first unless sorted otherwise."""
    return read_computed(
        rows,
        chosen,
        columns=columns,
        sort="rank",
        search=Search(_("Search localities"), texts=lambda row: place_texts(row.locality)),
        filters=_filters(rows, framework),
        switches=[_node_switch(framework, node)],
        export=export,
    )


def title_of(node: Node) -> str:
    """The node's title in the reader's language."""
    return node.title.text(get_language() or "zh-hans")


def _published(code: str) -> Callable[[RankingRow], Decimal | None]:
    return lambda row: published_of(row, code)


def _filters(rows: Sequence[RankingRow], framework: FrameworkDocument) -> list[Filter[RankingRow]]:
    groups: dict[str, Place] = {row.group.code: row.group for row in rows}
    provinces = [(code, groups[code].name) for code in sorted(groups)]
    language = get_language() or "zh-hans"
    grades: list[Choice[RankingRow]] = value_choices(
        lambda row: row.grade or NO_GRADE,
        [
            *((grade.code, grade.title.text(language)) for grade in framework.grades),
            (NO_GRADE, _("No grade")),
        ],
    )
    found: list[Filter[RankingRow]] = [
        Filter("group", _("Province"), value_choices(lambda row: row.group.code, provinces))
    ]
    if any(row.grade for row in rows):
        found.append(Filter("grade", _("Grade"), grades, hides_empty=True))
    return found


def _node_switch(framework: FrameworkDocument, current: Node) -> Switch:
    offered = [("", _("Overall")), *((n.code, title_of(n)) for n in framework.dimensions)]
    code = "" if current is framework.root else current.code
    return Switch("node", _("Ranked by"), offered, code)
