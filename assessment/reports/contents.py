"""Everything one report says, in the language that is active."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from typing import ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Locality
from assessment.charts.figures import written
from assessment.cycles.calendar import LOCAL_ZONE, local_date
from assessment.engine.texts import is_chinese
from assessment.publication.models import Publication
from assessment.publication.queries import analysis_of, means_of
from assessment.publication.wording import caveats_told
from assessment.reports.air_quality import AirQuality, air_quality_of
from assessment.reports.attachments import DataFile, data_files
from assessment.reports.earlier import earlier_of
from assessment.reports.effects import AdjustmentLine, RuleEffect, adjustments, rule_effects
from assessment.reports.firmness import Firmness, firmness_of
from assessment.reports.frozen import FrozenResults
from assessment.reports.headings import Heading, headed
from assessment.reports.numbers import published
from assessment.reports.pictures import (
    Picture,
    air_picture,
    code_picture,
    profile_picture,
    ranking_pictures,
    rows_beside,
)
from assessment.reports.sentences import method
from assessment.reports.signing import Credential, known_credential
from assessment.reports.sources import Sources, sources_of
from assessment.reports.styles import REPORT_STYLES
from assessment.reports.summary import Point, summary_points
from assessment.reports.tables import DimensionRow, TreeRow, dimension_rows, tree_branches
from assessment.reports.texts.in_force import Framing, framing_of, wording_of
from assessment.reports.texts.values import locality_values, publication_values
from assessment.reviews.queries import remarks_of
from assessment.scores.places import AssessedPlace
from assessment.scores.queries import origins_of


@dataclass(frozen=True)
class Overall:
    """The overall result in figures; empty texts where there is none.

    ``firm`` says between which ranks the rank may lie; None where nobody asked.
    """

    score: str
    grade: str
    rank: str
    ranked: int
    assessed: int
    median: str
    firm: Firmness | None

    @property
    def is_ranked(self) -> bool:
        """Whether the locality has a score and a rank."""
        return bool(self.score)


@dataclass(frozen=True)
class Comment:
    """What coordinators or reviewers say; ``is_translated`` if the language is the reader's."""

    paragraphs: tuple[str, ...]
    written_date: date
    is_in_language: bool


@dataclass(frozen=True)
class ReportContents:
    """One locality's report, ready for the template.

    ``headings`` are the sections there are, by the name their parts of the template know.
    ``air`` with its chart is None where no annual means of the locality are known.
    """

    template: ClassVar[str] = "reports/pdf/report.html"
    style_sheets: ClassVar[tuple[str, ...]] = REPORT_STYLES

    language: str
    locality: AssessedPlace
    publication: Publication
    publication_date: date
    published_at: datetime
    overall: Overall
    summary: list[Point]
    dimensions: list[DimensionRow]
    branches: list[list[TreeRow]]
    before: str
    rules: list[RuleEffect]
    adjustments: list[AdjustmentLine]
    comments: list[Comment]
    air: AirQuality | None
    sources: Sources
    framework: str
    method: list[str]
    caveats: list[str]
    profile: Picture
    ranking: tuple[Picture, ...]
    air_chart: Picture | None
    code: Picture
    headings: dict[str, Heading]
    framing: Framing
    attached: Callable[[], tuple[DataFile, ...]]
    credential: Credential | None

    @property
    def title(self) -> str:
        """What the document is called; also the reason of its signature."""
        return _("Evaluation report")

    @property
    def full_title(self) -> str:
        """The title in the file's metadata."""
        return f"{self.locality.name} · {self.publication.cycle_name} · {self.title}"

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
        pictures = (self.profile, *self.ranking, self.air_chart, self.code)
        drawn = {picture.name: picture.svg for picture in pictures if picture is not None}
        return drawn | self.framing.letterhead.pictures


def report_contents(
    *, publication: Publication, locality: Locality, language: str
) -> ReportContents:
    """Read a report's contents from the frozen run; the language must be active.

    What the publication's analysis alone can tell is left out where none was made. Raises
    ``KeyError`` for a locality the run does not know.
    """
    results = FrozenResults(publication, locality)
    analysis = analysis_of(publication)
    earlier = earlier_of(results, analysis)
    firm = firmness_of(analysis, publication.run.places, locality.code)
    origins = origins_of(publication.run, locality)
    adjusted = adjustments(results, language)
    comments = _comments(results, language)
    region = publication.cycle.region
    framing = framing_of(
        "report",
        region,
        wording_of(region, language),
        publication_values(results, language) | locality_values(results, locality.code, language),
    )
    air = air_quality_of(means_of(publication, timezone.now()), locality.code)
    at = publication.published_at or publication.made_at
    return ReportContents(
        language=language,
        locality=results.place,
        publication=publication,
        publication_date=local_date(at),
        published_at=at.astimezone(LOCAL_ZONE),
        overall=_overall(results, firm, language),
        summary=summary_points(results, analysis, firm, adjusted, language),
        dimensions=dimension_rows(results, earlier, language),
        branches=tree_branches(results, earlier, origins, language),
        before="" if earlier is None else earlier.publication.cycle_name,
        rules=rule_effects(results, language),
        adjustments=adjusted,
        comments=comments,
        air=air,
        sources=sources_of(results, origins, language),
        framework=f"{results.framework.title.text(language)} {results.framework.version}",
        method=method(results, language),
        caveats=caveats_told(publication),
        profile=profile_picture(results, earlier, language),
        ranking=ranking_pictures(
            results,
            language,
            results.locality.code,
            whole=rows_beside(len(results.framework.dimensions)),
        ),
        air_chart=None if air is None else air_picture(air, results.place.name, language),
        code=code_picture(publication),
        headings=report_headings(
            language, framing, has_air=air is not None, has_comments=bool(comments)
        ),
        framing=framing,
        attached=partial(data_files, publication, locality.code),
        credential=known_credential(),
    )


def report_headings(
    language: str, framing: Framing, *, has_air: bool, has_comments: bool
) -> dict[str, Heading]:
    """The sections and annexes of a report in their order."""
    sections = {
        "summary": _("Summary"),
        "dimensions": _("Results by dimension"),
        "ranking": _("Place among the localities"),
        "indicators": _("Results by indicator"),
        "effects": _("Rules and adjustments"),
    }
    if has_air:
        sections["air"] = _("Air quality")
    if has_comments:
        sections["comments"] = _("Comments")
    sections |= closing_heading(framing)
    annexes = {
        "sources": _("Sources of the values"),
        "method": _("Method"),
        "verification": pgettext("recomputing published figures", "Verification"),
    }
    return headed(sections, annexes, language)


def closing_heading(framing: Framing) -> dict[str, str]:
    """The section in which the office closes a report, where it has something to say."""
    if not framing.has_close:
        return {}
    return {"closing": _("Closing remarks") if framing.closing else _("Contact")}


def _overall(results: FrozenResults, firm: Firmness | None, language: str) -> Overall:
    framework, traced = results.framework, results.index
    score, median = published(traced["published"]), results.median_score(framework.root)
    grade = framework.grade(traced["grade"]).title.text(language) if traced["grade"] else ""
    return Overall(
        score="" if score is None else written(score, framework.decimals),
        grade=grade,
        rank="" if traced["rank"] is None else str(traced["rank"]),
        ranked=results.ranked,
        assessed=results.assessed,
        median=written(median, framework.decimals),
        firm=firm,
    )


def _comments(results: FrozenResults, language: str) -> list[Comment]:
    """The remarks in the language of the report; in the other one where that is all there is.

    Only those written before the publication was made: a published report stays as it was.
    """
    comments = []
    made_at = results.publication.made_at
    for remark in remarks_of(results.publication.cycle, results.locality, until=made_at):
        own, other = remark.text_zh, remark.text_en
        if not is_chinese(language):
            own, other = other, own
        text = own.strip() or other.strip()
        lines = tuple(line.strip() for line in text.splitlines() if line.strip())
        comments.append(Comment(lines, local_date(remark.written_at), bool(own.strip())))
    return comments
