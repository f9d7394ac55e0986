"""The regional summary: all localities of one publication, in the language that is active."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.text import join_items
from assessment.charts.figures import written
from assessment.cycles.calendar import LOCAL_ZONE, local_date
from assessment.publication.models import Analysis, Publication
from assessment.publication.queries import analysis_of
from assessment.publication.wording import caveats_told
from assessment.reports.attachments import DataFile, data_files
from assessment.reports.coherent import Coherent, coherent
from assessment.reports.commended import commended
from assessment.reports.contents import closing_heading
from assessment.reports.firmness import firmness_of
from assessment.reports.frozen import FrozenRun
from assessment.reports.headings import Heading, headed
from assessment.reports.moves import Move, moves_of
from assessment.reports.numbers import ABSENT, Figure, figure, published
from assessment.reports.pictures import (
    Picture,
    code_picture,
    heat_pictures,
    map_picture,
    ranking_pictures,
    scores_picture,
)
from assessment.reports.sentences import joined, method
from assessment.reports.signing import Credential, known_credential
from assessment.reports.styles import REPORT_STYLES
from assessment.reports.texts.in_force import Framing, Wording, framing_of, wording_of
from assessment.reports.texts.values import locality_values, publication_values
from assessment.reports.values import observed_text

# Columns of one table of the annex that fit the width beside the names.
_COLUMNS = 6


@dataclass(frozen=True)
class Standing:
    """One locality in the ranking; ``span`` are the ranks it may lie between."""

    rank: str
    name: str
    group: str
    score: Figure
    grade: str
    span: str


@dataclass(frozen=True)
class Column:
    """An indicator of an annex table with its unit."""

    title: str
    unit: str


@dataclass(frozen=True)
class AnnexTable:
    """Values of some indicators of one dimension, a line for each locality."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, tuple[Figure, ...]], ...]


@dataclass(frozen=True)
class RegionalContents:
    """The regional summary, ready for the template.

    ``commended`` has a line for each locality with the highest grade, ``best_grade``; empty
    before the results are final. ``map`` is None where no locality has coordinates; else
    ``off_the_map`` names those without.
    """

    template: ClassVar[str] = "reports/pdf/regional.html"
    style_sheets: ClassVar[tuple[str, ...]] = REPORT_STYLES

    language: str
    publication: Publication
    publication_date: date
    published_at: datetime
    framework: str
    summary: list[str]
    grades: list[tuple[str, int]]
    ranked: int
    assessed: int
    median: str
    standings: list[Standing]
    best_grade: str
    commended: list[str]
    moves: list[Move]
    before: str
    coherent: Coherent | None
    annexes: list[AnnexTable]
    method: list[str]
    caveats: list[str]
    ranking: tuple[Picture, ...]
    scores: Picture
    heat: tuple[Picture, ...]
    map: Picture | None
    off_the_map: str
    code: Picture
    headings: dict[str, Heading]
    framing: Framing
    attached: Callable[[], tuple[DataFile, ...]]
    credential: Credential | None

    @property
    def title(self) -> str:
        """What the document is called; also the reason of its signature."""
        return _("Regional summary report")

    @property
    def full_title(self) -> str:
        """The title in the file's metadata."""
        return f"{self.publication.cycle_name} · {self.title}"

    @property
    def author(self) -> str:
        """Who issues it."""
        return self.publication.body_name

    @cached_property
    def data(self) -> tuple[DataFile, ...]:
        """What is attached to the file; read once it is set, for the screen shows none of it."""
        return self.attached()

    @property
    def pictures(self) -> dict[str, bytes]:
        """What the document may load, by address."""
        pictures = (*self.ranking, self.scores, *self.heat, self.map, self.code)
        drawn = {picture.name: picture.svg for picture in pictures if picture is not None}
        return drawn | self.framing.letterhead.pictures


def regional_contents(publication: Publication, language: str) -> RegionalContents:
    """Read the summary's contents from the frozen run; the language must be active.

    What the publication's analysis alone can tell is left out where none was made.
    """
    run = FrozenRun(publication)
    analysis = analysis_of(publication)
    moves = moves_of(run, analysis)
    at = publication.published_at or publication.made_at
    grades = _grades(run, language)
    drawn_map = map_picture(run, language)
    region = publication.cycle.region
    wording = wording_of(region, language)
    framing = framing_of("regional", region, wording, publication_values(run, language))
    best = _commended(run, wording, language)
    return RegionalContents(
        language=language,
        publication=publication,
        publication_date=local_date(at),
        published_at=at.astimezone(LOCAL_ZONE),
        framework=f"{run.framework.title.text(language)} {run.framework.version}",
        summary=_summary(run, grades, moves, language),
        grades=grades,
        ranked=run.ranked,
        assessed=run.assessed,
        median=written(run.median_score(run.framework.root), run.framework.decimals),
        standings=_standings(run, analysis, language),
        best_grade=run.framework.grades[0].title.text(language),
        commended=best,
        moves=moves,
        before=analysis.compared.cycle_name if analysis and analysis.compared else "",
        coherent=None if analysis is None else coherent(run.framework, analysis, language),
        annexes=_annexes(run, language),
        method=method(run, language),
        caveats=caveats_told(publication),
        ranking=ranking_pictures(run, language),
        scores=scores_picture(run, language),
        heat=heat_pictures(run, language),
        map=drawn_map,
        off_the_map=_off_the_map(run),
        code=code_picture(publication),
        headings=_headings(
            language,
            framing,
            has_commended=bool(best),
            has_map=drawn_map is not None,
            has_moves=bool(moves),
            is_studied=analysis is not None,
        ),
        framing=framing,
        attached=partial(data_files, publication, None),
        credential=known_credential(),
    )


def _headings(
    language: str,
    framing: Framing,
    *,
    has_commended: bool,
    has_map: bool,
    has_moves: bool,
    is_studied: bool,
) -> dict[str, Heading]:
    sections = {"summary": _("Summary"), "ranking": _("Ranking")}
    if has_commended:
        sections["commended"] = _("Commendations")
    sections["heat"] = _("Localities by dimension")
    if has_map:
        sections["map"] = _("Localities on the map")
    if has_moves:
        sections["moves"] = _("Improvement")
    if is_studied:
        sections["coherence"] = _("How firm the ranking is")
    sections |= closing_heading(framing)
    annexes = {
        "figures": _("Values of all localities"),
        "method": _("Method"),
        "verification": pgettext("recomputing published figures", "Verification"),
    }
    return headed(sections, annexes, language)


def _commended(run: FrozenRun, wording: Wording, language: str) -> list[str]:
    """A line for each locality commended, as the commendation words it; final results only."""
    if run.publication.kind != Publication.Kind.FINAL:
        return []
    return [
        wording.line("commendation-line", locality_values(run, code, language))
        for code in commended(run.publication)
    ]


def _grades(run: FrozenRun, language: str) -> list[tuple[str, int]]:
    """Each grade, best first, and how many reached it."""
    reached = [traced["grade"] for _code, traced in run.everywhere(run.framework.root)]
    return [
        (grade.title.text(language), reached.count(grade.code)) for grade in run.framework.grades
    ]


def _summary(
    run: FrozenRun, grades: list[tuple[str, int]], moves: list[Move], language: str
) -> list[str]:
    framework, places = run.framework, run.publication.run.places
    counted = pgettext("list of things", "; ").join(
        _("%(grade)s %(count)s") % {"grade": grade, "count": count} for grade, count in grades
    )
    said = [
        ngettext(
            "%(assessed)s locality was assessed and %(ranked)s ranked.",
            "%(assessed)s localities were assessed and %(ranked)s ranked.",
            run.assessed,
        )
        % {"assessed": run.assessed, "ranked": run.ranked},
        _("Grades: %(grades)s.") % {"grades": counted},
    ]
    best = [(code, index) for code, index in run.in_order if index["rank"] == 1]
    if best:
        names = pgettext("list separator", ", ").join(places[code].name for code, _index in best)
        said.append(
            _("First: %(names)s with %(score)s; the median is %(median)s.")
            % {
                "names": names,
                "score": published(best[0][1]["published"]),
                "median": written(run.median_score(framework.root), framework.decimals),
            }
        )
    paragraphs = [joined(said, language)]
    unranked = [places[code].name for code, index in run.in_order if index["rank"] is None]
    if unranked:
        names = pgettext("list separator", ", ").join(unranked)
        paragraphs.append(_("Not ranked, for want of values: %(names)s.") % {"names": names})
    if moves:
        gained = [move for move in moves if move.is_gain][:3]
        names = pgettext("list of things", "; ").join(
            f"{move.name} {move.change}" for move in gained
        )
        if names:
            paragraphs.append(_("Largest gains in points: %(names)s.") % {"names": names})
    return paragraphs


def _off_the_map(run: FrozenRun) -> str:
    places = run.publication.run.places
    return join_items(places[code].name for code, _i in run.in_order if not places[code].position)


def _standings(run: FrozenRun, analysis: Analysis | None, language: str) -> list[Standing]:
    places, framework = run.publication.run.places, run.framework
    groups = _tied_groups(analysis)
    found = []
    for code, index in run.in_order:
        firm = firmness_of(analysis, places, code)
        found.append(
            Standing(
                rank=ABSENT if index["rank"] is None else str(index["rank"]),
                name=places[code].name,
                group=groups.get(code, ABSENT if analysis else ""),
                score=figure(published(index["published"]), framework.decimals, _("No score")),
                grade=framework.grade(index["grade"]).title.text(language)
                if index["grade"]
                else ABSENT,
                span=ABSENT if firm is None else firm.span,
            )
        )
    return found


def _tied_groups(analysis: Analysis | None) -> dict[str, str]:
    """The number of each locality's group among those the draws tell apart."""
    if analysis is None:
        return {}
    groups: list[list[str]] = analysis.document["uncertainty"]["tied_groups"]
    return {code: str(number) for number, group in enumerate(groups, start=1) for code in group}


def _annexes(run: FrozenRun, language: str) -> list[AnnexTable]:
    """All observed values, dimension by dimension, a few indicators side by side."""
    framework, places = run.framework, run.publication.run.places
    tables = []
    for dimension in framework.dimensions:
        leaves = [
            node
            for node in framework.indicators
            if node.code == dimension.code
            or dimension.code in [above.code for above in framework.ancestors(node.code)]
        ]
        for start in range(0, len(leaves), _COLUMNS):
            part = leaves[start : start + _COLUMNS]
            rows: list[tuple[str, tuple[Figure, ...]]] = []
            for code, traced in run.localities.items():
                nodes: dict[str, Any] = dict(traced["nodes"])
                cells = tuple(observed_text(node, nodes[node.code], language) for node in part)
                rows.append((places[code].name, cells))
            columns = tuple(
                Column(node.title.text(language), node.unit.text(language) if node.unit else "")
                for node in part
            )
            tables.append(AnnexTable(dimension.title.text(language), columns, tuple(rows)))
    return tables
