"""Where the browser tests play: a region of four cities with its people, and its cycle.

The framework is the regional cooperation framework itself. The collection is open and ends
in ten days; annual means of 2015 and 2016 are imported.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Locality, Region, User
from accounts.roles import Role
from assessment.airquality.services import import_annual_means
from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.cycles.services import create_cycle
from assessment.desk.demonstration.values import evidence_file
from assessment.frameworks.services import create_from_library
from assessment.observations.statuses import Status
from assessment.submissions.answers import AnswerInput, reported_nodes
from assessment.submissions.models import Submission
from assessment.submissions.services import (
    attach_evidence,
    open_collection,
    save_answers,
    submit_submission,
)
from tests.factories import LocalityFactory, RegionFactory, member

PASSWORD = "pass-word-1234"
# What is asked for, and enough for all points; more would have to be explained.
PLAUSIBLE = {"ORANGE_REDUCTION": "20"}
# µg/m³ in 2015 and 2016 by city and pollutant; all fall, by different shares.
MEANS = {
    "pm25": (("80.0", "72.0"), ("90.0", "85.5"), ("70.0", "66.5"), ("100.0", "84.0")),
    "pm10": (("120.0", "110.4"), ("140.0", "133.0"), ("110.0", "99.0"), ("150.0", "141.0")),
    "so2": (("30.0", "24.0"), ("42.0", "35.7"), ("25.0", "22.0"), ("50.0", "38.0")),
    "no2": (("45.0", "43.2"), ("50.0", "46.0"), ("40.0", "38.8"), ("55.0", "49.5")),
}


@dataclass(frozen=True)
class People:
    """The region, its cities, the coordinator and reviewer, and the people of the first city."""

    region: Region
    cities: list[Locality]
    contributor: User
    colleague: User
    approver: User
    coordinator: User
    reviewer: User


@dataclass(frozen=True)
class Stage(People):
    """The people with the cycle they work on."""

    cycle: Cycle

    @property
    def form(self) -> Submission:
        """The first city's form."""
        return Submission.objects.get(cycle=self.cycle, locality=self.cities[0])

    def others(self) -> list[Submission]:
        """The forms of the other cities."""
        return list(Submission.objects.filter(cycle=self.cycle).exclude(pk=self.form.pk))


def set_people(name: str, folder: Path) -> People:
    """Make a region with its people, all called ``name``; its annual means are known."""
    region = RegionFactory(code=f"{name}-region", name_zh="测试区域", name_en="Test region")
    cities = [LocalityFactory() for _ in range(4)]
    region.localities.add(*cities)
    _import_means(cities, folder / f"{name}-means.csv")
    first = cities[0]
    return People(
        region=region,
        cities=cities,
        contributor=member(Role.CONTRIBUTOR, locality=first, username=f"{name}-contributor"),
        colleague=member(Role.CONTRIBUTOR, locality=first, username=f"{name}-colleague"),
        approver=member(Role.APPROVER, locality=first, username=f"{name}-approver"),
        coordinator=member(Role.COORDINATOR, region=region, username=f"{name}-coordinator"),
        reviewer=member(Role.REVIEWER, region=region, username=f"{name}-reviewer"),
    )


def timetable(today: date) -> dict[str, date]:
    """The days of a cycle of 2016 whose collection is open since ten days."""
    return {
        "period_start_date": date(2016, 1, 1),
        "period_end_date": date(2016, 12, 31),
        "collection_start_date": today - timedelta(days=10),
        "collection_end_date": today + timedelta(days=10),
        "review_end_date": today + timedelta(days=20),
        "objection_end_date": today + timedelta(days=30),
    }


def set_stage(name: str, folder: Path) -> Stage:
    """The people of ``name`` and their cycle, made by the services."""
    at = timezone.now()
    people = set_people(name, folder)
    version = create_from_library(
        region=people.region, template="regional-cooperation", by=people.coordinator, at=at
    )
    cycle = create_cycle(
        region=people.region,
        framework_version=version,
        code=f"{name}-2016",
        name_zh="四城 2016 年度考核",
        name_en="Four cities 2016",
        **timetable(local_date(at)),
        localities=people.cities,
        by=people.coordinator,
        at=at,
    )
    open_collection(cycle=cycle, by=people.coordinator, at=at)
    return Stage(**vars(people), cycle=cycle)


def _import_means(cities: list[Locality], path: Path) -> None:
    lines = ["locality,year,pollutant,mean,days"]
    for pollutant, means in MEANS.items():
        for city, (before, after) in zip(cities, means, strict=True):
            lines.append(f"{city.code},2015,{pollutant},{before},365")
            lines.append(f"{city.code},2016,{pollutant},{after},366")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    import_annual_means(path=path, source="Measured for the tests", by=None, at=timezone.now())


def answer_all(submission: Submission, values: dict[str, str], by: User | None) -> None:
    """Answer every indicator with its evidence; 80, or what is plausible, unless stated."""
    at = timezone.now()
    nodes = reported_nodes(submission.cycle.framework_version.parsed)
    answers = {
        code: AnswerInput(status=Status.VALUE, value=values.get(code, PLAUSIBLE.get(code, "80")))
        for code in nodes
    }
    save_answers(submission=submission, answers=answers, by=by, at=at)
    for code in nodes:
        upload = SimpleUploadedFile(f"{code}.pdf", evidence_file(f"{code} {submission.pk}"))
        attach_evidence(submission=submission, indicator=code, upload=upload, by=by, at=at)
    submission.refresh_from_db()


def answer_and_sign(submission: Submission, base: int) -> None:
    """Bring another city's form to where it waits for the decision."""
    hours = {"SHARING_ALERT_HOURS": str(Decimal(6) - Decimal(base) / 20)}
    nodes = reported_nodes(submission.cycle.framework_version.parsed)
    shifts = {code: str(base + number) for number, code in enumerate(nodes)} | PLAUSIBLE | hours
    answer_all(submission, shifts, by=None)
    submit_submission(
        submission=submission,
        revision=submission.revision,
        statement="True and complete.",
        by=None,
        at=timezone.now(),
    )
