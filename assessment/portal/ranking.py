"""The ranking as the public reads it: by node, by province, searched, sorted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from assessment.charts.figures import median_of, written
from assessment.engine import FrameworkDocument, Grade, Node
from assessment.engine.figures import signed_number
from assessment.portal.changes import Change, Comparison, compare
from assessment.portal.text import causes, grade_word, said
from assessment.publication.models import Publication
from assessment.scores.places import Place
from assessment.scores.queries import RankingRow, ranking, trace_of

PER_PAGE = 50


@dataclass(frozen=True)
class DimensionCell:
    """A dimension's published score in a row; None where there is none."""

    title: str
    published: Decimal | None


@dataclass(frozen=True)
class Line:
    """One locality of the table; ``moved`` says the change of the rank in words and sign."""

    row: RankingRow
    url: str
    grade: str
    dimensions: list[DimensionCell]
    change: Change | None
    moved: str

    @property
    def is_better(self) -> bool:
        """Whether the rank has risen."""
        return self.change is not None and (self.change.ranks or 0) > 0


@dataclass(frozen=True)
class Unranked:
    """A locality without a rank and the sentences that say why."""

    locality: Place
    url: str
    causes: list[str]


@dataclass(frozen=True)
class GradeCount:
    """How many localities hold a grade; the empty code counts those without one."""

    code: str
    word: str
    count: int
    url: str


@dataclass(frozen=True)
class Ranking:
    """Everything pages of the ranking show; ``lines`` are best first, the unranked apart."""

    framework: FrameworkDocument
    node: Node
    rows: list[RankingRow]
    lines: list[Line]
    unranked: list[Unranked]
    dimensions: tuple[Node, ...]
    comparison: Comparison | None
    median: Decimal | None
    median_text: str
    grades: list[GradeCount]

    @property
    def is_overall(self) -> bool:
        """Whether the index is ranked, not one dimension."""
        return self.node.code == self.framework.root.code

    @property
    def highest(self) -> float:
        """The upper end of the scale, for the bars."""
        return self.framework.scale.max


@dataclass(frozen=True)
class Filter:
    """What the reader chose; unknown values are passed over."""

    group: str
    grade: str
    query: str
    sort: str


def read_ranking(publication: Publication, node: str = "") -> Ranking:
    """The whole ranking of the index or of the dimension named.

    Three SQL queries, two more with a cycle before, one more when somebody is unranked.
    """
    framework = publication.run.parsed
    dimensions = framework.dimensions
    ranked = next((n for n in dimensions if n.code == node), framework.root)
    rows = ranking(publication.run, ranked.code)
    is_overall = ranked is framework.root
    comparison = compare(publication, rows) if is_overall else None
    median = median_of(row.published for row in rows)
    return Ranking(
        framework=framework,
        node=ranked,
        rows=rows,
        lines=[
            _line(publication, framework, row, comparison) for row in rows if row.rank is not None
        ],
        unranked=[
            _unranked(publication, framework, row, ranked) for row in rows if row.rank is None
        ],
        dimensions=dimensions,
        comparison=comparison,
        median=median,
        median_text=written(median, framework.decimals),
        grades=[_count(publication, rows, grade, ranked, is_overall) for grade in framework.grades],
    )


def read_filter(chosen: QueryDict, ranking: Ranking) -> Filter:
    """The reader's choice of province, grade, search words and order."""
    groups = {row.group.code for row in ranking.rows}
    grades = {grade.code for grade in ranking.framework.grades}
    group, grade = chosen.get("group", ""), chosen.get("grade", "")
    return Filter(
        group=group if group in groups else "",
        grade=grade if grade in grades else "",
        query=chosen.get("q", "").strip(),
        sort=chosen.get("sort", "rank"),
    )


def filtered(lines: Sequence[Line], chosen: Filter) -> list[Line]:
    """The lines that fit, in the order asked for; without a figure to sort by they come last."""
    kept = [line for line in lines if _fits(line.row, chosen)]
    code, is_descending = chosen.sort.removeprefix("-"), chosen.sort.startswith("-")
    if code == "locality":
        return sorted(kept, key=lambda line: line.row.locality.code, reverse=is_descending)
    figures = {line.row.locality.code: _figure(line.row, code) for line in kept}
    with_figure = [line for line in kept if figures[line.row.locality.code] is not None]
    without = [line for line in kept if figures[line.row.locality.code] is None]
    with_figure.sort(key=lambda line: figures[line.row.locality.code] or 0, reverse=is_descending)
    return with_figure + without


def page_of(lines: Sequence[Line], number: str | None) -> Page[Line]:
    """Fifty lines; a page that does not exist gives the nearest."""
    return Paginator(lines, PER_PAGE).get_page(number)


def groups_of(ranking: Ranking) -> list[Place]:
    """The provinces of the localities, by code."""
    found = {row.group.code: row.group for row in ranking.rows}
    return [found[code] for code in sorted(found)]


def node_chips(ranking: Ranking, chosen: QueryDict) -> list[dict[str, Any]]:
    """Links to the ranking of the index and of each dimension."""
    offered = [("", _("Overall")), *((n.code, said(n.title)) for n in ranking.dimensions)]
    current = "" if ranking.is_overall else ranking.node.code
    return [
        {"label": label, "url": _query(chosen, node=code), "is_current": code == current}
        for code, label in offered
    ]


def published_of(row: RankingRow, code: str) -> Decimal | None:
    """The published score of a node in a row; None where there is none."""
    result = row.results.get(code)
    return None if result is None else result.published


def _line(
    publication: Publication,
    framework: FrameworkDocument,
    row: RankingRow,
    comparison: Comparison | None,
) -> Line:
    change = comparison.changes.get(row.locality.code) if comparison else None
    return Line(
        row=row,
        url=locality_url(publication, row.locality),
        grade=grade_word(framework, row.grade),
        dimensions=[
            DimensionCell(said(node.title), published_of(row, node.code))
            for node in framework.dimensions
        ],
        change=change,
        moved="" if change is None or change.ranks is None else signed_number(change.ranks),
    )


def locality_url(publication: Publication, locality: Place) -> str:
    """Where a locality's results of the publication stand."""
    return reverse("portal:locality", args=[publication.cycle.code, locality.code])


def _unranked(
    publication: Publication, framework: FrameworkDocument, row: RankingRow, node: Node
) -> Unranked:
    trace: Mapping[str, Any] = trace_of(publication.run, row.locality) or {"nodes": {}}
    return Unranked(
        locality=row.locality,
        url=locality_url(publication, row.locality),
        causes=causes(framework, trace["nodes"], node.code),
    )


def _count(
    publication: Publication,
    rows: Sequence[RankingRow],
    grade: Grade,
    node: Node,
    is_overall: bool,
) -> GradeCount:
    address = reverse("portal:ranking", args=[publication.cycle.code])
    chosen = f"?grade={grade.code}" if is_overall else f"?node={node.code}&grade={grade.code}"
    return GradeCount(
        code=grade.code,
        word=said(grade.title),
        count=sum(row.grade == grade.code for row in rows),
        url=address + chosen,
    )


def _fits(row: RankingRow, chosen: Filter) -> bool:
    names = (row.locality.code, row.locality.name_zh, row.locality.name_en)
    return (
        (not chosen.group or row.group.code == chosen.group)
        and (not chosen.grade or row.grade == chosen.grade)
        and (not chosen.query or any(chosen.query.lower() in name.lower() for name in names))
    )


def _figure(row: RankingRow, code: str) -> Decimal | int | None:
    if code == "score":
        return row.published
    if code in row.results:
        return published_of(row, code)
    return row.group_rank if code == "group_rank" else row.rank


def _query(chosen: QueryDict, **changes: str) -> str:
    query = chosen.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"?{query.urlencode()}"
