"""Values of other periods: whence they come, frozen with the run, found again by ``verify``."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assessment.airquality.models import AnnualMean
from assessment.cycles.models import Cycle, Participant
from assessment.cycles.workflow import Stage
from assessment.engine import BundleParts, CyclePeriod, LocalizedText, build_bundle, verify
from assessment.publication.analyses import analysed
from assessment.scores import queries
from assessment.scores.history import take_history
from assessment.scores.models import ScoreRun
from assessment.scores.services import run_scores
from tests.cast import Cast, make_cast
from tests.factories import NOW, CycleFactory, FrameworkVersionFactory, tiny_framework
from tests.observations.scene import at_stage, fill, record

HEADER = "period,locality,indicator,value\n"


def imputing(**methods: str) -> dict[str, Any]:
    """The tiny framework with indicators imputed by a method over time."""
    document = tiny_framework()
    for node in document["nodes"]:
        if node["code"] in methods:
            node["impute"] = {"method": methods[node["code"]]}
    return document


@pytest.fixture
def cast(db: None) -> Cast:
    """2016 is reviewed, complete but for S1 and the fall of PM2.5 of the first locality."""
    cast = make_cast(document=imputing(S1="previous", PM25_CHANGE="previous"))
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    own = cast.cycle.observations.filter(locality=cast.locality)
    own.filter(indicator__in=["S1", "PM25_CHANGE"]).delete()
    return cast


def earlier(cast: Cast, year: int, value: str, stage: Stage, document: Any = None) -> Cycle:
    """The cycle of a year with one value of S1, put before the earliest of the cast's."""
    version = FrameworkVersionFactory(
        framework__region=cast.region, document=document or tiny_framework()
    )
    made: Cycle = CycleFactory(
        region=cast.region,
        framework_version=version,
        period_start_date=date(year, 1, 1),
        period_end_date=date(year, 12, 31),
        stage=Stage.REVIEWING,
    )
    Participant.objects.create(cycle=made, locality=cast.locality)
    record(made, cast.locality, {"S1": value})
    first = cast.cycle
    while first.previous is not None:
        first = first.previous
    first.previous = made
    first.save()
    return at_stage(made, stage)


def mean(cast: Cast, year: int, value: str) -> None:
    AnnualMean.objects.create(
        locality=cast.locality,
        year=year,
        pollutant="pm25",
        mean=Decimal(value),
        days=365,
        source="m",
    )


def run(cast: Cast) -> ScoreRun:
    made = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    return ScoreRun.objects.get(pk=made.pk)


def steps(cast: Cast, made: ScoreRun, node: str) -> Any:
    found: Any = made.trace["localities"][cast.locality.code]["nodes"][node]["steps"]
    return found


def test_the_final_value_of_the_cycle_before_stands_in(cast: Cast) -> None:
    earlier(cast, 2015, "61.5", Stage.PUBLISHED)
    earlier(cast, 2014, "12", Stage.ARCHIVED)
    cast.cycle.refresh_from_db()
    made, code = run(cast), cast.locality.code
    assert made.history_csv == f"{HEADER}2014-12-31,{code},S1,12\n2015-12-31,{code},S1,61.5\n"
    assert steps(cast, made, "S1") == {"imputed": 61.5, "imputation": "previous"}


def test_what_is_not_final_or_measured_otherwise_does_not_stand_in(cast: Cast) -> None:
    earlier(cast, 2015, "61.5", Stage.PRELIMINARY)
    in_tonnes = tiny_framework()
    in_tonnes["nodes"][2]["unit"] = {"zh-Hans": "吨", "en": "t"}
    earlier(cast, 2014, "12", Stage.ARCHIVED, in_tonnes)
    cast.cycle.refresh_from_db()
    assert take_history(cast.cycle) == HEADER
    at_stage(cast.cycle.previous, Stage.FINAL)  # type: ignore[arg-type]
    cast.cycle.refresh_from_db()
    assert take_history(cast.cycle) == f"{HEADER}2015-12-31,{cast.locality.code},S1,61.5\n"


def test_monitored_means_stand_in_for_years_without_a_cycle(cast: Cast) -> None:
    earlier(cast, 2015, "61.5", Stage.FINAL)
    cast.cycle.refresh_from_db()
    for year, value in ((2013, "100.0"), (2014, "80.0"), (2016, "70.0")):
        mean(cast, year, value)
    made, code = run(cast), cast.locality.code
    # A fall of 20 % from 2013 to 2014; 2015 has no mean, so neither 2015 nor 2016 has a fall.
    assert made.history_csv == (
        f"{HEADER}2014-12-31,{code},PM25_CHANGE,20\n2015-12-31,{code},S1,61.5\n"
    )
    assert steps(cast, made, "PM25_CHANGE") == {"imputed": 20.0, "imputation": "previous"}


def test_intervals_are_of_the_values_that_were_scored(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine refuses to impute over time without the values of other periods."""
    monkeypatch.setattr("assessment.publication.analyses.DRAWS", 8)
    monkeypatch.setattr("assessment.publication.analyses.BASE", 4)
    earlier(cast, 2015, "61.5", Stage.FINAL)
    cast.cycle.refresh_from_db()
    found = analysed(run(cast), None)["uncertainty"]
    assert cast.locality.code in {place["locality"] for place in found["localities"]}


def test_cycles_that_follow_each_other_in_a_ring_are_each_read_once(cast: Cast) -> None:
    before = earlier(cast, 2015, "61.5", Stage.FINAL)
    cast.cycle.refresh_from_db()
    before.previous = cast.cycle
    before.save()
    assert take_history(cast.cycle) == f"{HEADER}2015-12-31,{cast.locality.code},S1,61.5\n"


def test_the_run_keeps_them_and_its_bundle_verifies(cast: Cast) -> None:
    before = earlier(cast, 2015, "61.5", Stage.FINAL)
    cast.cycle.refresh_from_db()
    made = run(cast)
    at_stage(before, Stage.REVIEWING)
    record(before, cast.locality, {"S1": "1"})
    at_stage(before, Stage.FINAL)
    assert queries.stale_parts(made) == ["history"]
    results = queries.recompute(made)
    assert queries.differs_from(made, results) == []
    period = CyclePeriod("c", LocalizedText("年", "Year"), date(2016, 1, 1), date(2016, 12, 31))
    bundle = build_bundle(BundleParts(results, period, "final", 1, NOW))
    assert verify(bundle).is_ok


def test_a_framework_that_asks_for_no_other_period_gets_none(cast: Cast) -> None:
    earlier(cast, 2015, "61.5", Stage.FINAL)
    plain = FrameworkVersionFactory(framework__region=cast.region, document=tiny_framework())
    Cycle.objects.filter(pk=cast.cycle.pk).update(framework_version=plain)
    record(cast.cycle, cast.locality, {"S1": "50"})
    cast.cycle = Cycle.objects.get(pk=cast.cycle.pk)
    assert run(cast).history_csv is None
