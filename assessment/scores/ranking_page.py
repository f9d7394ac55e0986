"""The ranking of a run as a page shows it: by node, filtered, searched, sorted."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessment.charts.figures import median_of
from assessment.engine.document import FrameworkDocument, Node
from assessment.scores.models import Result, ScoreRun
from assessment.scores.places import Place
from assessment.scores.queries import RankingRow, ranking

PER_PAGE = 50


@dataclass(frozen=True)
class RankingPage:
    """What the template shows; ``node`` is the node ranked, ``dimensions`` the columns."""

    node: Node
    dimensions: tuple[Node, ...]
    page: Page[RankingRow]
    node_chips: list[dict[str, Any]]
    group_chips: list[dict[str, Any]]
    grade_chips: list[dict[str, Any]]
    median: Decimal | None
    ranked_count: int
    unranked: list[Place]
    sort: str
    query: str
    is_filtered: bool


def ranking_page(run: ScoreRun, chosen: QueryDict) -> RankingPage:
    """Apply ``node``, ``group``, ``grade``, ``q``, ``sort``, ``page``; unknown ones do nothing."""
    framework = run.parsed
    node = _node(framework, chosen.get("node", ""))
    rows = ranking(run, node.code)
    groups = {row.group.code: row.group for row in rows}
    group = chosen.get("group", "") if chosen.get("group", "") in groups else ""
    grade = _grade(framework, chosen.get("grade", ""))
    query = chosen.get("q", "").strip()
    sort = chosen.get("sort", "rank")
    kept = [row for row in rows if _fits(row, group, grade, query)]
    published = [row.published for row in rows if row.published is not None]
    return RankingPage(
        node=node,
        dimensions=framework.children(framework.root.code),
        page=Paginator(_sorted(kept, sort), PER_PAGE).get_page(chosen.get("page")),
        node_chips=_node_chips(framework, chosen, node),
        group_chips=_group_chips(groups, chosen, group),
        grade_chips=_grade_chips(framework, rows, chosen, grade),
        median=median_of(published),
        ranked_count=len(published),
        unranked=[row.locality for row in rows if row.rank is None],
        sort=sort,
        query=query,
        is_filtered=bool(group or grade or query),
    )


def ranking_table(run: ScoreRun) -> tuple[list[str], list[list[object]]]:
    """Columns and rows of the overall ranking with every dimension."""
    framework = run.parsed
    dimensions = framework.children(framework.root.code)
    head = ["locality", "name", "name_en", "province", "rank", "province_rank", "score", "grade"]
    rows: list[list[object]] = [
        [
            row.locality.code,
            row.locality.name_zh,
            row.locality.name_en,
            row.group.name_zh,
            row.rank,
            row.group_rank,
            row.published,
            row.grade,
            *(_published(row.results.get(node.code)) for node in dimensions),
        ]
        for row in ranking(run)
    ]
    return [*head, *(node.code for node in dimensions)], rows


def title_of(node: Node) -> str:
    """The node's title in the reader's language."""
    return node.title.text(get_language() or "zh-hans")


def _published(result: Result | None) -> Decimal | None:
    return None if result is None else result.published


def _node(framework: FrameworkDocument, code: str) -> Node:
    offered = {n.code: n for n in framework.children(framework.root.code)}
    return offered.get(code, framework.root)


def _grade(framework: FrameworkDocument, code: str) -> str:
    return code if code in {*(g.code for g in framework.grades), "none"} else ""


def _fits(row: RankingRow, group: str, grade: str, query: str) -> bool:
    names = (row.locality.code, row.locality.name_zh, row.locality.name_en.lower())
    return (
        (not group or row.group.code == group)
        and (not grade or (row.grade or "none") == grade)
        and (not query or any(query.lower() in name for name in names))
    )


def _sorted(rows: list[RankingRow], sort: str) -> list[RankingRow]:
    code, is_descending = sort.removeprefix("-"), sort.startswith("-")
    if code == "locality":
        return sorted(rows, key=lambda row: row.locality.code, reverse=is_descending)

    def value(row: RankingRow) -> Decimal | None:
        if code in {"rank", "score"}:
            # The best rank is the highest score: ascending ranks are descending scores.
            return row.published
        return _published(row.results.get(code))

    scored = [row for row in rows if value(row) is not None]
    goes_down = is_descending != (code == "rank")
    scored.sort(key=lambda row: value(row) or Decimal(0), reverse=goes_down)
    return scored + [row for row in rows if value(row) is None]


def _url(chosen: QueryDict, **changes: str) -> str:
    query = chosen.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"


def _node_chips(
    framework: FrameworkDocument, chosen: QueryDict, current: Node
) -> list[dict[str, Any]]:
    offered = [("", framework.root)]
    offered += [(n.code, n) for n in framework.children(framework.root.code)]
    return [
        {
            "label": _("Overall") if not code else title_of(node),
            "url": _url(chosen, node=code, sort=""),
            "is_current": node.code == current.code,
        }
        for code, node in offered
    ]


def _group_chips(groups: dict[str, Place], chosen: QueryDict, current: str) -> list[dict[str, Any]]:
    offered = [("", _("All"))] + [(code, groups[code].name) for code in sorted(groups)]
    return [
        {"label": label, "url": _url(chosen, group=code), "is_current": code == current}
        for code, label in offered
    ]


def _grade_chips(
    framework: FrameworkDocument, rows: list[RankingRow], chosen: QueryDict, current: str
) -> list[dict[str, Any]]:
    language = get_language() or "zh-hans"
    offered = [("", _("All"))] + [(g.code, g.title.text(language)) for g in framework.grades]
    if any(not row.grade for row in rows):
        offered.append(("none", _("No grade")))
    return [
        {
            "label": label,
            "url": _url(chosen, grade=code),
            "is_current": code == current,
            "count": sum((row.grade or "none") == code for row in rows) if code else None,
        }
        for code, label in offered
    ]
