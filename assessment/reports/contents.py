"""Everything one report says, in the language that is active."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Locality
from assessment.charts.figures import written
from assessment.cycles.calendar import LOCAL_ZONE, local_date
from assessment.engine.texts import is_chinese
from assessment.publication.models import Publication
from assessment.publication.wording import caveats_told
from assessment.reports.attachments import DataFile, data_files
from assessment.reports.effects import (
    AdjustmentLine,
    RuleEffect,
    adjustments,
    remarks_on,
    rule_effects,
)
from assessment.reports.frozen import FrozenResults
from assessment.reports.numbers import published
from assessment.reports.pictures import Picture, code_picture, profile_picture, ranking_picture
from assessment.reports.sentences import joined, method, since, summary
from assessment.reports.signing import Credential, signing_credential
from assessment.reports.sources import Sources, sources_of
from assessment.reports.tables import DimensionRow, TreeRow, dimension_rows, tree_branches
from assessment.reviews.queries import remarks_of
from assessment.scores.places import AssessedPlace

_CHINESE_NUMBERS = "一二三四五六七八九"
_ANNEXES = 3
_SECTIONS = 5


@dataclass(frozen=True)
class Overall:
    """The overall result in words and figures; empty texts where there is none."""

    score: str
    grade: str
    rank: str
    ranked: int
    assessed: int
    median: str
    summary: str
    since: str
    reason: str

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
    """One locality's report, ready for the template."""

    language: str
    locality: AssessedPlace
    publication: Publication
    publication_date: date
    published_at: datetime
    overall: Overall
    dimensions: list[DimensionRow]
    branches: list[list[TreeRow]]
    rules: list[RuleEffect]
    adjustments: list[AdjustmentLine]
    comments: list[Comment]
    sources: Sources
    framework: str
    method: list[str]
    caveats: list[str]
    profile: Picture
    ranking: Picture
    code: Picture
    section_numbers: tuple[str, ...]
    annex_numbers: tuple[str, ...]
    data: tuple[DataFile, ...]
    credential: Credential

    @property
    def pictures(self) -> dict[str, bytes]:
        """What the document may load, by address."""
        pictures = (self.profile, self.ranking, self.code)
        return {picture.name: picture.svg for picture in pictures}


def report_contents(
    *, publication: Publication, locality: Locality, language: str
) -> ReportContents:
    """Read a report's contents from the frozen run; the language must be active.

    Raises ``KeyError`` for a locality the run does not know.
    """
    results = FrozenResults(publication, locality)
    at = publication.published_at or publication.made_at
    return ReportContents(
        language=language,
        locality=results.place,
        publication=publication,
        publication_date=local_date(at),
        published_at=at.astimezone(LOCAL_ZONE),
        overall=_overall(results, language),
        dimensions=dimension_rows(results, language),
        branches=tree_branches(results, language),
        rules=rule_effects(results, language),
        adjustments=adjustments(results, language),
        comments=_comments(results, language),
        sources=sources_of(results, language),
        framework=f"{results.framework.title.text(language)} {results.framework.version}",
        method=method(results, language),
        caveats=caveats_told(publication),
        profile=profile_picture(results, language),
        ranking=ranking_picture(results, language),
        code=code_picture(publication),
        section_numbers=_section_numbers(language),
        annex_numbers=tuple(str(number + 1) for number in range(_ANNEXES)),
        data=data_files(publication, locality.code),
        credential=signing_credential(),
    )


def _overall(results: FrozenResults, language: str) -> Overall:
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
        summary=summary(results, language),
        since=since(results.publication, results.place.code),
        reason=joined(remarks_on(results, framework.root, language), language),
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


def _section_numbers(language: str) -> tuple[str, ...]:
    if is_chinese(language):
        return tuple(f"{number}、" for number in _CHINESE_NUMBERS[:_SECTIONS])
    return tuple(f"{number + 1}. " for number in range(_SECTIONS))
