"""What a report says in words: strong and weak points, how firm the rank is, what changed."""

from datetime import timedelta

from django.utils import translation

from assessment.cycles.workflow import Stage
from assessment.publication.models import Publication
from assessment.publication.services import keep_analysis
from assessment.reports.firmness import Firmness, firmness_words
from assessment.scores.services import run_scores
from tests.cast import Cast
from tests.factories import NOW
from tests.observations.scene import at_stage, fill, record
from tests.portal.published import final
from tests.portal.test_changes import after
from tests.publishing import publish_preliminary
from tests.reports.conftest import published
from tests.reports.test_contents import contents, rows, said


def test_one_other_and_several_others_are_told_apart() -> None:
    def told(others: int) -> str:
        tied = tuple(f"P{n}" for n in range(others))
        return firmness_words(Firmness(low=1, high=9, draws=100, tied=tied))[-1]

    with translation.override("en"):
        assert told(7) == "They cannot tell it apart from P0, P1, P2, P3, P4, P5 and 1 other."
        assert told(8).endswith("P5 and 2 others.")


def test_the_summary_names_strong_and_weak_points_by_weight(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    record(cast.cycle, cast.locality, {"S1": "95", "S2": "20", "S3": "10"})
    report = contents(published(cast), cast.locality)
    # Medians: S1 (95 + 80)/2, S2 (20 + 80)/2, PM25_CHANGE (90 + 80)/2, S3 (10 + 80)/2; times
    # the weights 40, 20, 30 and 10 the leads are 300, −600, 150 and −350.
    assert said(report, "Strong points") == (
        "Furthest above the median, by weight: “Indicator S1” 95.00 (median 87.50); “Indicator "
        "PM25_CHANGE” 90.00 (median 85.00)."
    )
    assert said(report, "Weak points") == (
        "Furthest below the median, by weight: “Indicator S2” 20.00 (median 50.00); “Indicator "
        "S3” 10.00 (median 45.00)."
    )


def test_the_summary_says_which_value_alone_would_raise_the_grade(
    cast: Cast, publication: Publication
) -> None:
    """All values 80: of 100 the first alone gives 80 + 0.4 × 20 = 88, still good."""
    assert said(contents(publication, cast.neighbour), "What would raise the grade") == (
        "No indicator alone would raise the grade. Together these would, to 94.00 and “Excellent”: "
        "“Indicator S1” from 80.0 % to 100.0 % (+8.00 points); “Indicator PM25_CHANGE” from 80 % "
        "to 100 % (+6.00 points)."
    )
    assert said(contents(publication, cast.locality), "What would raise the grade").startswith(
        "It has the highest grade. Most is left to gain in “Indicator S1” from 90.0 % to 100.0 %"
    )


def test_the_report_tells_how_firm_the_rank_is_and_what_changed_why(cast: Cast) -> None:
    first = final(cast.cycle)
    later = after(cast)
    at_stage(later, Stage.REVIEWING)
    fill(later)
    run = run_scores(cycle=later, by=cast.coordinator, at=NOW)
    second = publish_preliminary(cycle=later, run=run, by=cast.coordinator, at=NOW)
    plain = contents(second, cast.locality)
    assert plain.overall.firm is None
    assert (plain.before, said(plain, "How firm the rank is")) == ("", "")
    kept = keep_analysis(publication=second, at=NOW)
    assert keep_analysis(publication=second, at=NOW + timedelta(days=1)) == kept
    report = contents(second, cast.locality)
    # Better in every value, so ahead whatever the weights and however they are normalised.
    assert said(report, "How firm the rank is") == (
        "In 1000 draws that vary weights and normalisation, nine of ten give rank 1. The draws "
        "tell it apart from all others."
    )
    assert report.overall.firm is not None
    assert report.overall.firm.span == "1"
    # Then 50.3, 51.3, 52.3 and 53.3: 51.40; now 90. Goalposts are fixed: all by its own data.
    assert (
        "The score went from 51.40 to 90.00 (+38.60): +38.60 by its own data, 0.00 by those of "
        "the others. Most gained: “Data sharing” (+39.37)."
    ) in said(report, "What changed")
    assert report.before == first.cycle_name_en
    [row] = [row for row in rows(report) if row.title == "Indicator S1"]
    assert (str(row.before), str(row.value), str(row.target)) == ("50.3", "90.0", "100.0")
    assert (row.source, row.evidence) == ("Reported by the locality", 0)
    assert [str(row.before) for row in report.dimensions] == ["50.63", "52.55"]
    assert "cycle before 50.63" in report.profile.alternative_text
