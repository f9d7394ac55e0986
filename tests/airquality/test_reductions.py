"""The fall of annual means: figures, what is missing, permissions, the page."""

import re
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import translation

from accounts.models import Locality
from assessment.airquality.models import AnnualMean
from assessment.airquality.reduction import POLLUTANT_OF
from assessment.airquality.services import derive_reductions
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import NotAllowedNow, Stage
from assessment.frameworks.library import read_template, template_codes
from assessment.observations.models import Observation
from assessment.observations.statuses import Status
from tests.cast import Cast
from tests.factories import NOW, FrameworkVersionFactory, participants, tiny_framework
from tests.observations.scene import at_stage
from tests.queries import assert_same_queries

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


def mean(locality: Locality, year: int, value: str | None, days: int = 365) -> None:
    AnnualMean.objects.create(
        locality=locality,
        year=year,
        pollutant="pm25",
        mean=None if value is None else Decimal(value),
        days=days,
        source="monitoring",
    )


def derived(cast: Cast, locality: Locality) -> Observation:
    return Observation.objects.get(locality=locality, indicator="PM25_CHANGE")


def test_fall_and_rise_from_real_figures(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    mean(cast.locality, 2015, "80.1")
    mean(cast.locality, 2016, "72.6", 366)
    mean(cast.neighbour, 2015, "88.1")
    mean(cast.neighbour, 2016, "98.5", 366)
    outcome = derive_reductions(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    assert outcome.created == 2
    # 100 × (80.1 − 72.6) / 80.1 and 100 × (88.1 − 98.5) / 88.1
    assert derived(cast, cast.locality).value == Decimal("9.36329588")
    assert derived(cast, cast.neighbour).value == Decimal("-11.80476731")
    observation = derived(cast, cast.locality)
    assert observation.source == "airquality"
    assert observation.provenance == {
        "formula": "relative_fall",
        "base": {"year": 2015, "mean": "80.1", "days": 365, "source": "monitoring"},
        "now": {"year": 2016, "mean": "72.6", "days": 366, "source": "monitoring"},
    }


@pytest.mark.parametrize(
    ("base", "now"), [(None, "72.6"), ("80.1", None), (None, None), ("absent", "72.6")]
)
def test_never_invented(cast: Cast, base: str | None, now: str | None) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    if base != "absent":
        mean(cast.locality, 2015, base, 365 if base else 1)
    mean(cast.locality, 2016, now, 366 if now else 12)
    derive_reductions(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    observation = derived(cast, cast.locality)
    assert (observation.status, observation.value) == (Status.MISSING, None)
    assert observation.provenance["base"]["days"] == {"absent": 0, None: 1}.get(base, 365)


def test_derived_again_follows_the_means(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    mean(cast.locality, 2015, "80.0")
    mean(cast.locality, 2016, "72.0")
    derive_reductions(cycle=cast.cycle, by=None, at=NOW)
    assert derive_reductions(cycle=cast.cycle, by=None, at=NOW).unchanged == 2
    AnnualMean.objects.filter(year=2016).update(mean=Decimal("76.0"))
    assert derive_reductions(cycle=cast.cycle, by=None, at=NOW).changed == 1
    assert derived(cast, cast.locality).value == 5


def test_only_the_region_s_coordinator_derives(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    for name in ("auditor", "reviewer", "other_coordinator", "contributor"):
        with pytest.raises(PermissionDenied):
            derive_reductions(cycle=cast.cycle, by=getattr(cast, name), at=NOW)


def test_not_after_the_results_are_final(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.FINAL)
    with pytest.raises(NotAllowedNow):
        derive_reductions(cycle=cast.cycle, by=cast.coordinator, at=NOW)


def refusal(cycle: Cycle) -> list[str]:
    with pytest.raises(ValidationError) as caught, translation.override("en"):
        derive_reductions(cycle=Cycle.objects.get(pk=cycle.pk), by=None, at=NOW)
    assert not Observation.objects.exists()
    return list(caught.value.messages)


def test_period_that_is_not_a_calendar_year(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    Cycle.objects.filter(pk=cast.cycle.pk).update(period_start_date="2016-07-01")
    assert refusal(cast.cycle) == [
        "Annual means describe a calendar year; the period of this cycle is not one."
    ]


def test_framework_without_such_an_indicator(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    document = tiny_framework()
    for node in document["nodes"]:
        if node["code"] == "PM25_CHANGE":
            node["source"] = "coordinator"
    version = FrameworkVersionFactory(framework__region=cast.region, document=document)
    Cycle.objects.filter(pk=cast.cycle.pk).update(framework_version=version)
    assert refusal(cast.cycle) == [
        "The framework has no indicator that is derived from annual means. Import the values "
        "as a file on the page of the observations."
    ]


def of_the_library(cast: Cast, template: str) -> Cycle:
    """The cast's cycle under a built-in framework, with the means of one locality."""
    version = FrameworkVersionFactory(
        framework__region=cast.region, document=read_template(template)
    )
    Cycle.objects.filter(pk=cast.cycle.pk).update(framework_version=version)
    mean(cast.locality, 2015, "80")
    mean(cast.locality, 2016, "60", 366)
    return at_stage(Cycle.objects.get(pk=cast.cycle.pk), Stage.REVIEWING)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("regional-cooperation", {"PM25_CHANGE": "25"}),
        ("national-2014", {"PM25_YEAR_ON_YEAR": "25"}),
    ],
)
def test_built_in_frameworks_get_what_annual_means_tell(
    cast: Cast, template: str, expected: dict[str, str]
) -> None:
    cycle = of_the_library(cast, template)
    derive_reductions(cycle=cycle, by=cast.coordinator, at=NOW)
    found = Observation.objects.filter(locality=cast.locality, status=Status.VALUE)
    assert dict(found.values_list("indicator", "value")) == {
        code: Decimal(value) for code, value in expected.items()
    }


def test_national_2020_says_what_is_to_be_imported_instead(cast: Cast) -> None:
    assert "Import the values as a file" in refusal(of_the_library(cast, "national-2020"))[0]
    page = cast.client("coordinator").get(
        reverse("airquality:means", args=[cast.cycle.code]), **ENGLISH
    )
    assert f'href="{reverse("observations:import", args=[cast.cycle.code])}"' in page.text


def test_every_indicator_of_the_air_quality_source_can_be_derived() -> None:
    nodes = [node for code in template_codes() for node in read_template(code)["nodes"]]
    derived = {node["code"] for node in nodes if node.get("source") == "airquality"}
    assert derived
    assert derived <= set(POLLUTANT_OF)


def test_the_recording_is_asked_about_first(cast: Cast) -> None:
    """The dialog of the page asks, and without scripts the page of its address does."""
    at_stage(cast.cycle, Stage.REVIEWING)
    client, address = (
        cast.client("coordinator"),
        reverse("airquality:derive", args=[cast.cycle.code]),
    )
    mean(cast.locality, 2015, "80.1")
    mean(cast.locality, 2016, "72.6", 366)
    page = client.get(reverse("airquality:means", args=[cast.cycle.code]))
    assert f'href="{address}" data-dialog="derive"' in page.text
    assert '<dialog class="lp-dialog" id="derive"' in page.text
    question = client.get(address, headers={"accept-language": "en"})
    assert "Recorded as values: 1; as missing: 1." in question.text
    assert not Observation.objects.exists()
    assert cast.client("auditor").get(address).status_code == 403


@pytest.mark.parametrize(
    ("name", "shown", "posted"),
    [
        ("visitor", 302, 302),
        ("contributor", 403, 403),
        ("other_coordinator", 404, 404),
        ("coordinator", 200, 302),
        ("reviewer", 403, 403),
        ("auditor", 200, 403),
        ("system_administrator", 404, 404),
    ],
)
def test_page_and_derivation_by_role(cast: Cast, name: str, shown: int, posted: int) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    client, args = cast.client(name), [cast.cycle.code]
    assert client.get(reverse("airquality:means", args=args)).status_code == shown
    assert client.post(reverse("airquality:derive", args=args)).status_code == posted
    assert Observation.objects.exists() is (name == "coordinator")


def test_page_shows_means_falls_and_what_is_missing(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    mean(cast.locality, 2015, "88.1")
    mean(cast.locality, 2016, "98.5")
    mean(cast.neighbour, 2015, None, 1)
    mean(cast.neighbour, 2016, "56.8")
    response = cast.client("auditor").get(
        reverse("airquality:means", args=[cast.cycle.code]), **ENGLISH
    )
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))
    assert "88.1 98.5 −11.80 rise" in text
    assert "1 day 56.8 Not available" in text
    assert "Record the reductions" not in text


def test_page_asks_equally_often_for_one_and_three_localities(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    cast.cycle.participants.filter(locality=cast.neighbour).delete()
    client, address = (
        cast.client("coordinator"),
        reverse("airquality:means", args=[cast.cycle.code]),
    )

    def add_two() -> None:
        for locality in participants(cast.cycle, 2):
            mean(locality, 2016, "50.0")

    assert_same_queries(lambda: client.get(address), add_two)
