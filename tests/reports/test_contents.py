"""What a report says: the published figures, their causes and their origin."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from accounts.models import Locality
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.engine import FrameworkDocument
from assessment.observations.services import ObservationInput, record_observations
from assessment.publication.models import Analysis, Publication
from assessment.publication.services import keep_analysis
from assessment.publication.wording import caveats_told
from assessment.reports.contents import ReportContents, report_contents
from assessment.reports.numbers import Figure, figure
from assessment.reports.tables import TreeRow
from assessment.reviews.models import Remark
from assessment.scores.models import Origins, ScoreRun
from assessment.scores.queries import locality_results
from assessment.scores.services import make_adjustment
from tests.cast import Cast
from tests.factories import NOW, participants, tiny_framework
from tests.flushing import past_triggers
from tests.observations.scene import at_stage, fill, record
from tests.portal.published import final
from tests.portal.test_changes import after
from tests.reports.conftest import published


def contents(publication: Publication, locality: Locality, language: str = "en") -> ReportContents:
    with translation.override(language):
        return report_contents(publication=publication, locality=locality, language=language)


def said(report: ReportContents, title: str) -> str:
    return next((point.text for point in report.summary if point.title == title), "")


def rows(report: ReportContents) -> list[TreeRow]:
    return [row for branch in report.branches for row in branch]


def use_framework(cycle: Cycle, **changes: Any) -> None:
    document = tiny_framework() | changes
    cycle.framework_version.document = document
    with past_triggers():
        cycle.framework_version.save()


def test_every_score_is_the_published_one(cast: Cast, publication: Publication) -> None:
    report = contents(publication, cast.neighbour)
    results = locality_results(publication.run, cast.neighbour)
    framework: FrameworkDocument = publication.run.parsed
    assert report.overall.score == str(results["index"].published) == "80.00"
    assert (report.overall.rank, report.overall.grade) == (str(results["index"].rank), "Good")
    assert [str(row.score) for row in report.dimensions] == [
        str(results[node.code].published) for node in framework.dimensions
    ]
    below = [node for node in framework.depth_first if node.parent is not None]
    assert [str(row.score) for row in rows(report)] == [
        str(results[node.code].published) for node in below
    ]


def test_summary_compares_with_the_median(cast: Cast, publication: Publication) -> None:
    assert said(contents(publication, cast.neighbour), "Result") == (
        f"{cast.neighbour.name_en} scores 80.00 with the grade “Good” and takes rank 2 among the 2 "
        "localities that have a score (2 were assessed). That is 5.00 below the median of 85.00."
    )
    assert said(contents(publication, cast.locality), "Result").endswith(
        "That is 5.00 above the median of 85.00."
    )


def test_rows_carry_value_median_weight_and_points(cast: Cast, publication: Publication) -> None:
    report = contents(publication, cast.locality)
    first = next(row for row in rows(report) if row.title == "Indicator S1")
    assert (str(first.value), str(first.median), first.unit) == ("90.0", "85.0", "%")
    assert (str(first.score), first.weight, str(first.points)) == ("90.00", "40", "36.00")
    assert (first.level, first.is_group, first.remarks) == (1, False, "")
    assert [len(branch) for branch in report.branches] == [3, 3]


def test_a_locality_without_enough_values_is_not_ranked_and_says_why(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    record(cast.cycle, cast.locality, dict.fromkeys(("S1", "S2", "PM25_CHANGE", "S3"), "90"))
    record(cast.cycle, cast.neighbour, {"S1": "70", "S2": "70"})
    report = contents(published(cast), cast.neighbour)
    assert (report.overall.score, report.overall.rank, report.overall.grade) == ("", "", "")
    assert not report.overall.is_ranked
    assert said(report, "Result").startswith(
        f"{cast.neighbour.name_en} has no overall score in this cycle and is not ranked. "
        "1 of the 2 localities assessed are ranked."
    )
    assert "60%" in said(report, "Result")
    assert said(report, "What would raise the grade") == ""
    effort = next(row for row in rows(report) if row.title == "Reduction contribution")
    assert (str(effort.score), str(effort.points)) == ("—", "—")
    assert "0%" in effort.remarks
    missing = next(row for row in rows(report) if row.title == "Indicator S3")
    assert (str(missing.value), str(missing.score), missing.remarks) == ("Missing", "—", "")
    assert report.ranking[0].title == f"{cast.neighbour.name_en} has no score and is not ranked"


def test_statuses_stand_in_the_place_of_the_value(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    record_observations(
        cycle=cast.cycle,
        rows=[ObservationInput(cast.locality.pk, "S2", "nothing_to_report", None, {})],
        source="submissions",
        by=None,
        at=NOW,
    )
    report = contents(published(cast), cast.locality)
    row = next(row for row in rows(report) if row.title == "Indicator S2")
    assert (str(row.value), str(row.score)) == ("Nothing to report", "100.00")
    assert row.remarks == "Nothing to report: scored 100 as the framework states."


def test_rules_that_fired_are_told_with_their_article(cast: Cast) -> None:
    rule = {
        "id": "zero-on-rise",
        "type": "zero_on_deterioration",
        "node": "effort",
        "indicator": "PM25_CHANGE",
        "threshold": 0,
        "article": {"zh-Hans": "国办发〔2014〕21号", "en": "State Council office 2014 no. 21"},
        "text": {"zh-Hans": "不降反升的记零分。", "en": "Zero when PM2.5 rose."},
        "valid_from": "2014-01-01",
        "valid_to": None,
    }
    use_framework(cast.cycle, rules=[rule])
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    record(cast.cycle, cast.locality, {"PM25_CHANGE": "-3.5"}, source="airquality")
    publication = published(cast)
    report = contents(publication, cast.locality)
    [effect] = report.rules
    assert (effect.has_fired, effect.node) == (True, "Reduction contribution")
    assert effect.article == "State Council office 2014 no. 21"
    assert effect.outcome == "Applied (Indicator PM25_CHANGE: −3.5 %)."
    assert str(effect.after) == "0.00"
    effort = next(row for row in rows(report) if row.title == "Reduction contribution")
    assert effort.remarks == "Zero when PM2.5 rose. Applied (Indicator PM25_CHANGE: −3.5 %)."
    [other] = contents(publication, cast.neighbour).rules
    assert (other.has_fired, other.outcome) == (
        False,
        "Not applied (Indicator PM25_CHANGE: 80 %).",
    )


def test_adjustments_are_told_with_article_and_reason(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    make_adjustment(
        cycle=cast.cycle,
        locality=cast.neighbour,
        node="sharing",
        points=Decimal("-2.50"),
        article_zh="第九条",
        article_en="Article 9",
        reason_zh="报送迟延",
        reason_en="Late <b>delivery</b>",
        by=cast.coordinator,
        at=NOW,
    )
    publication = published(cast)
    [line] = contents(publication, cast.neighbour).adjustments
    assert (line.node, line.points) == ("Data sharing", "−2.5")
    assert (line.article, line.reason) == ("Article 9", "Late <b>delivery</b>")
    assert contents(publication, cast.locality).adjustments == []


@pytest.mark.parametrize(
    ("language", "zh", "en", "expected"),
    [
        ("en", "意见", "Comment", (("Comment",), True)),
        ("zh-hans", "意见", "Comment", (("意见",), True)),
        ("en", "意见", "", (("意见",), False)),
        ("zh-hans", "", "One\n\nTwo", (("One", "Two"), False)),
    ],
)
def test_comments_come_in_the_language_of_the_report_where_there_is_one(
    cast: Cast, publication: Publication, language: str, zh: str, en: str, expected: object
) -> None:
    Remark.objects.create(
        cycle=cast.cycle, locality=cast.locality, text_zh=zh, text_en=en, written_at=NOW
    )
    [comment] = contents(publication, cast.locality, language).comments
    assert (comment.paragraphs, comment.is_in_language) == expected
    assert contents(publication, cast.neighbour, language).comments == []


ORIGINS = [
    (
        {"submission": 3, "version": 2, "sha256": "ab" * 32},
        "Form 3, signed version 2, SHA-256 abababab…",
        (),
    ),
    (
        {
            "base": {"year": 2015, "mean": "80.10", "days": 365, "source": "The network"},
            "now": {"year": 2016, "mean": None, "days": 1, "source": "The network"},
        },
        "2015: 80.1 µg/m³ (365 days). 2016: no valid annual mean (1 valid day).",
        (1,),
    ),
    ({"reviewers": 3, "abstentions": 1}, "Lower median of 3 experts’ levels; 1 abstained.", ()),
    (
        {"generated": True, "seed": 1},
        "Generated with a fixed seed for the demonstration; not reported by anyone.",
        (),
    ),
    ({}, "Nothing further recorded.", ()),
    ({"file": "a.csv", "row": 4}, "File: a.csv; Row: 4", ()),
]


@pytest.mark.parametrize(("provenance", "text", "notes"), ORIGINS)
def test_sources_are_told_in_words(
    cast: Cast, provenance: dict[str, Any], text: str, notes: tuple[int, ...]
) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    cast.cycle.observations.filter(indicator="S1").update(provenance=provenance)
    report = contents(published(cast), cast.locality)
    line = next(line for line in report.sources.lines if line.code == "S1")
    assert (line.text, line.notes) == (text, notes)
    assert report.sources.notes == (("The network",) if notes else ())


def test_the_origin_told_is_that_of_the_run_whatever_was_recorded_since(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    publication = published(cast, final=False)
    record(cast.cycle, cast.locality, {"S1": "12.5"})
    observation = cast.cycle.observations.get(locality=cast.locality, indicator="S2")
    type(observation).objects.filter(pk=observation.pk).update(
        provenance={"file": "later.csv", "row": 4}, recorded_at=NOW + timedelta(minutes=1)
    )
    report = contents(publication, cast.locality)
    lines = {line.code: line.text for line in report.sources.lines}
    assert lines["S1"] == "Signed version: 1"
    assert lines["S2"] == "Signed version: 1"


def test_a_run_that_no_longer_knows_an_origin_says_so(cast: Cast) -> None:
    """Runs made before origins were kept, of a value recorded anew since."""
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    publication = published(cast, final=False)
    with past_triggers():
        Origins.objects.filter(run=publication.run).update(entries={})
    report = contents(publication, cast.locality)
    lines = {line.code: line.text for line in report.sources.lines}
    assert lines["S1"] == "Recorded anew since the run."


def test_contents_take_six_queries_however_many_take_part(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    publication = Publication.objects.select_related("cycle__region", "run").get(
        pk=published(cast).pk
    )
    with django_assert_num_queries(6):  # analysis, means, origins, remarks, texts, logo
        contents(publication, cast.locality)


def test_numbers_are_split_at_the_point() -> None:
    assert figure(Decimal("-3.456"), 2) == Figure("−3", ".46")
    assert figure(Decimal(4), 0) == Figure("4", "")
    assert figure(None, 2) == Figure(word="—")


def test_remarks_written_after_the_publication_was_made_are_not_printed(
    cast: Cast, publication: Publication
) -> None:
    def written(text: str, at: datetime) -> None:
        Remark.objects.create(
            cycle=cast.cycle, locality=cast.locality, text_zh=text, text_en=text, written_at=at
        )

    written("In time.", publication.made_at)
    written("Too late.", publication.made_at + timedelta(seconds=1))
    report = contents(publication, cast.locality)
    assert [comment.paragraphs for comment in report.comments] == [("In time.",)]


def test_the_rank_of_the_cycle_before_stands_with_how_many_were_ranked(cast: Cast) -> None:
    """In the earlier cycle the locality was first of two; a third one is new now."""
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    first = published(cast)
    keep_analysis(publication=first, at=NOW)
    assert said(contents(first, cast.locality), "What changed") == ""
    later = after(cast)
    [newcomer] = participants(later, 1)
    final(later)
    second = Publication.objects.get(cycle=later, kind="final")
    keep_analysis(publication=second, at=NOW)
    rank = locality_results(second.run, cast.locality)["index"].rank
    name = cast.cycle.name_en
    told = said(contents(second, cast.locality), "What changed")
    assert told.startswith(f"In “{name}” it ranked 1 of 2 localities, now {rank} of 3.")
    took_no_part = said(contents(second, newcomer), "What changed")
    assert took_no_part == f"It took no part in “{name}”."


def test_the_cycle_before_is_the_one_the_analysis_was_made_with(cast: Cast) -> None:
    """Reports in two languages compare with one publication, whatever is public by then."""
    earlier = final(cast.cycle)
    later = after(cast)
    final(later)
    second = Publication.objects.get(cycle=later, kind="final")
    without = contents(second, cast.locality)
    assert said(without, "What changed") == ""  # nothing was kept to compare with
    kept = keep_analysis(publication=second, at=NOW)
    assert kept.compared == kept.previous == earlier
    told = said(contents(second, cast.locality), "What changed")
    assert told.startswith(f"In “{earlier.cycle_name_en}” it ranked 2 of 2 localities")
    with past_triggers():
        Publication.objects.filter(pk=earlier.pk).update(published_at=None)
    assert said(contents(second, cast.locality), "What changed") == told
    with past_triggers():
        Analysis.objects.update(document=kept.document | {"comparison": None})
    other_rules = contents(second, cast.locality)
    assert said(other_rules, "What changed") == (
        f"“{earlier.cycle_name_en}” was scored under other rules; the ranks cannot be compared."
    )
    assert other_rules.before == ""
    with past_triggers():
        ScoreRun.objects.filter(pk=earlier.run_id).update(engine_version="1.2.0")
    assert said(contents(second, cast.locality), "What changed") == (
        f"“{earlier.cycle_name_en}” was scored by another version of the scoring engine (1.2.0); "
        "the ranks cannot be compared."
    )
    with past_triggers():
        ScoreRun.objects.filter(pk=second.run_id).update(engine_version="1.2.0")
    second.run.refresh_from_db()
    assert said(contents(second, cast.locality), "What would raise the grade") == (
        "These results were made by another version of the scoring engine (1.2.0); this one cannot "
        "compute what would be otherwise."
    )


def test_the_report_tells_the_known_gaps(cast: Cast) -> None:
    publication = final(cast.cycle, without={cast.neighbour.code: ("PM25_CHANGE",)})
    for language in ("en", "zh-hans"):
        with translation.override(language):
            told = caveats_told(publication)
        assert told
        assert contents(publication, cast.locality, language).caveats == told
