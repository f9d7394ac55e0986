"""The ranking as the public reads it: by node, by province, searched, sorted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.lists import Column, ListPage, read_computed
from assessment.charts.figures import median_of, written
from assessment.engine import FrameworkDocument, Grade, Node
from assessment.engine.figures import signed_number
from assessment.portal.text import causes, grade_word, said
from assessment.publication.changes import Change, Comparison, compare
from assessment.publication.models import Publication
from assessment.scores.places import Place
from assessment.scores.queries import RankingRow, ranking, trace_of
from assessment.scores.ranking_list import (
    published_of,
    ranked_node,
    ranking_columns,
    read_ranking_list,
)


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


def read_ranking(publication: Publication, node: str = "") -> Ranking:
    """The whole ranking of the index or of the dimension named.

    Three SQL queries, two more with a cycle before, one more when somebody is unranked.
    """
    framework = publication.run.parsed
    dimensions = framework.dimensions
    ranked = ranked_node(framework, node)
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


def list_of(
    whole: Ranking, chosen: QueryDict, rows: Sequence[RankingRow], *, export: str | None = None
) -> ListPage[RankingRow]:
    """Rows of the ranking as the reader chose them: province, grade, search words, order."""
    return read_ranking_list(
        rows, chosen, whole.framework, whole.node, columns=_columns(whole), export=export
    )


def overview_list(whole: Ranking) -> ListPage[RankingRow]:
    """The first page of the ranked as they stand; nothing to choose."""
    columns = [replace(each, key="") for each in _columns(whole) if each.key != "group_rank"]
    rows = [line.row for line in whole.lines]
    return read_computed(rows, QueryDict(), columns=columns, sort="", export=None)


def lines_of(whole: Ranking, listed: ListPage[RankingRow]) -> list[Line]:
    """The lines of the page shown."""
    lines = {line.row.locality.code: line for line in whole.lines}
    return [lines[row.locality.code] for row in listed.page.object_list]


def _columns(whole: Ranking) -> list[Column[RankingRow]]:
    known = ranking_columns(whole.framework)
    columns = [
        *(known[key] for key in ("rank", "locality", "score")),
        Column(_("Grade")),
        known["group_rank"],
    ]
    comparison = whole.comparison
    if comparison is not None and comparison.is_comparable:
        columns.append(
            Column(
                _("Change of rank"),
                "change",
                value=_change_of(comparison),
                is_numeric=True,
                descending_first=True,
            )
        )
    if whole.is_overall:
        columns += [known[node.code] for node in whole.dimensions]
    return columns


def _change_of(comparison: Comparison) -> Callable[[RankingRow], int | None]:
    def change(row: RankingRow) -> int | None:
        found = comparison.changes.get(row.locality.code)
        return None if found is None else found.ranks

    return change


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
