"""What a report tells of the air: means, limits of their time, heavy days, what is missing."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.utils import translation

from assessment.airquality.models import AnnualMean, Pollutant
from assessment.airquality.standards import HEAVY_FROM, standard_of
from assessment.cycles.calendar import local_date
from assessment.publication.models import Analysis, Publication, PublishedMeans
from assessment.publication.queries import means_of
from assessment.publication.services import keep_analysis
from assessment.reports.air_quality import AirQuality, air_quality_of
from assessment.reports.contents import report_contents
from tests.cast import Cast
from tests.factories import NOW
from tests.flushing import past_triggers
from tests.observations.scene import at_stage, fill
from tests.reports.conftest import LATER, published


def row(year: int, mean: str | None, *, pollutant: str = "pm25", heavy: int | None = None) -> Any:
    return {
        "locality": "110000",
        "year": year,
        "pollutant": pollutant,
        "mean": mean,
        "days": 365 if mean else 1,
        "heavy_days": heavy,
        "source": "aqistudy",
    }


def told(rows: Iterable[Any], code: str = "110000") -> AirQuality | None:
    with translation.override("en"):
        return air_quality_of(kept(rows), code)


def kept(rows: Iterable[Any]) -> PublishedMeans:
    publication = Publication(made_at=NOW)
    return PublishedMeans(publication=publication, document=list(rows), made_at=NOW)


def test_means_stand_against_the_limit_of_their_year() -> None:
    # Beijing's committed means of 2014 to 2016: 84.5, 80.1, 72.6.
    air = told([row(2014, "84.5", heavy=48), row(2015, "80.1", heavy=45), row(2016, "72.6")])
    assert air is not None
    [pm25] = air.rows
    assert (air.years, air.standards) == ((2014, 2015, 2016), "GB 3095-2012")
    assert [(str(cell.mean), cell.is_above) for cell in pm25.cells] == [
        ("84.5", True),
        ("80.1", True),
        ("72.6", True),
    ]
    # 100 × (72.6 − 84.5) / 84.5 = −14.08.
    assert (pm25.limit, pm25.change) == ("35", "−14.1 %")
    [heavy] = air.heavy
    assert heavy.label == "Days with a daily mean of PM2.5 above 150 µg/m³ / valid days"
    assert heavy.cells == ("48 / 365", "45 / 365", "—")


def test_a_year_without_a_mean_is_a_dash_and_one_year_alone_no_change() -> None:
    air = told([row(2014, None), row(2015, "35"), row(2015, "10", pollutant="so2")])
    assert air is not None
    pm25, so2 = air.rows
    assert [(str(cell.mean), cell.is_above) for cell in pm25.cells] == [
        ("—", None),
        ("35.0", False),
    ]
    assert [str(cell.mean) for cell in so2.cells] == ["—", "10.0"]
    assert (pm25.change, so2.change) == ("—", "—")
    assert air.heavy == ()


def test_the_change_is_told_from_the_first_year_that_has_a_mean() -> None:
    air = told([row(2014, None), row(2015, "80"), row(2016, "60")])
    assert air is not None
    assert air.rows[0].change == "−25.0 %"
    air = told([row(2014, "80"), row(2015, "70"), row(2016, None)])
    assert air is not None
    assert air.rows[0].change == "—"


def test_nothing_is_told_without_a_valid_mean() -> None:
    assert told([row(2014, None)]) is None
    assert told([row(2014, "80")], code="120000") is None
    assert told([]) is None


@pytest.mark.parametrize(
    ("year", "name", "limits"),
    [
        (2014, "GB 3095-2012", (35, 70, 60, 40)),
        (2025, "GB 3095-2012", (35, 70, 60, 40)),
        (2026, "GB 3095-2026", (30, 60, 60, 40)),
        (2030, "GB 3095-2026", (30, 60, 60, 40)),
        (2031, "GB 3095-2026", (25, 50, 20, 30)),
    ],
)
def test_the_edition_is_that_of_the_year(
    year: int, name: str, limits: tuple[int, int, int, int]
) -> None:
    standard = standard_of(year)
    assert standard is not None
    assert standard.name == name
    assert tuple(standard.annual_limits[each] for each in Pollutant) == limits


def test_before_the_first_edition_no_limit_is_told() -> None:
    assert standard_of(2011) is None
    air = told([row(2011, "90"), row(2012, "95")])
    assert air is not None
    assert [cell.is_above for cell in air.rows[0].cells] == [None, True]
    assert told([row(2025, "33"), row(2026, "33")]) is not None


def test_two_editions_are_named_with_their_years() -> None:
    air = told([row(2025, "33"), row(2026, "33")])
    assert air is not None
    assert air.standards == "GB 3095-2012 (2025), GB 3095-2026 (2026)"
    assert [cell.is_above for cell in air.rows[0].cells] == [False, True]


def test_heavy_days_are_counted_above_the_breakpoints_of_hj_633() -> None:
    """Table 1 of HJ 633-2012: the concentrations of an IAQI of 200."""
    expected = {"pm25": 150, "pm10": 350, "so2": 800, "no2": 280}
    assert {pollutant.value: limit for pollutant, limit in HEAVY_FROM.items()} == expected


@pytest.mark.parametrize(
    ("years", "expected"),
    [((2014, 2015, 2016), ("GB 3095-2012", 2016)), ((2016, 2017), None), ((2011, 2016), None)],
)
def test_years_before_the_limits_were_in_force_everywhere_are_told(
    years: tuple[int, ...], expected: tuple[str, int] | None
) -> None:
    air = told([row(year, "50") for year in years])
    assert air is not None
    assert air.not_yet_everywhere == expected


@pytest.fixture
def publication(cast: Cast) -> Publication:
    """Preliminary results of a locality with means of three years, which are corrected since."""
    for year, mean in ((2015, "80.1"), (2016, "72.6"), (2017, "60.0")):
        AnnualMean.objects.create(
            locality=cast.locality, year=year, pollutant="pm25", mean=mean, days=365, source="x"
        )
    at_stage(cast.cycle, "reviewing")
    fill(cast.cycle)
    publication = published(cast, final=False)
    AnnualMean.objects.update(mean="99.9")
    return publication


def test_publications_from_before_means_were_kept_say_of_which_day_theirs_are(
    cast: Cast, publication: Publication
) -> None:
    with past_triggers():
        PublishedMeans.objects.all().delete()
    Analysis.objects.create(
        publication=publication,
        document={"uncertainty": {}, "comparison": None},
        engine_version="1",
        made_at=LATER,
    )
    keep_analysis(publication=publication, at=LATER)
    AnnualMean.objects.update(mean="11.1")
    air = air_quality_of(means_of(publication, LATER), cast.locality.code)
    assert air is not None
    assert [str(cell.mean) for cell in air.rows[0].cells] == ["99.9", "99.9"]
    assert air.stored_on == local_date(LATER)


def test_a_report_tells_the_means_of_the_moment_of_its_publication(
    cast: Cast, publication: Publication
) -> None:
    with translation.override("en"):
        own, other = (
            report_contents(publication=publication, locality=place, language="en")
            for place in (cast.locality, cast.neighbour)
        )
    assert own.air is not None
    assert own.air.stored_on is None
    # The year after the period is not told.
    assert own.air.years == (2015, 2016)
    assert [str(cell.mean) for cell in own.air.rows[0].cells] == ["80.1", "72.6"]
    assert "air.svg" in own.pictures
    assert own.headings["air"].title == "Air quality"
    assert other.air is None
    assert "air" not in other.headings
