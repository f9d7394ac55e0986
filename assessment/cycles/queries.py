"""Reads of cycles and of the working days they are counted in."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from accounts.models import Locality, Region, User
from accounts.queries import locality_ids, region_ids
from accounts.roles import LOCALITY_ROLES, REGION_ROLES, SYSTEM_ROLES, Role
from assessment.cycles.calendar import Arrangement, WorkingCalendar
from assessment.cycles.demonstration import DEMONSTRATION, DEMONSTRATION_NOTICE
from assessment.cycles.models import Cycle, HolidayYear, Participant
from assessment.cycles.workflow import Stage
from assessment.frameworks.models import FrameworkVersion

_ARRANGEMENTS = Path(__file__).with_name("arrangements.json")


def is_demonstration_installation() -> bool:
    """Whether any cycle here is demonstration data, so that every page says so."""
    return Cycle.objects.filter(is_demonstration=True).exists()


def installation_notice() -> str | None:
    """The mark of files that belong to no single cycle; ``None`` where all data are real."""
    return DEMONSTRATION_NOTICE if is_demonstration_installation() else None


def installation_notice_document() -> dict[str, str] | None:
    """The same in both languages, for JSON."""
    return DEMONSTRATION.as_dict() if is_demonstration_installation() else None


def visible_to(user: User | AnonymousUser) -> QuerySet[Cycle]:
    """Cycles the user may see, without the documents of their frameworks.

    Roles of a region see its cycles; localities those they take part in, once out of
    preparation; administrators none.
    """
    taken_part = Participant.objects.filter(
        locality__in=locality_ids(user, LOCALITY_ROLES | SYSTEM_ROLES)
    ).exclude(cycle__stage=Stage.DRAFT)
    seen = Q(region__in=region_ids(user, REGION_ROLES | SYSTEM_ROLES))
    return (
        Cycle.objects.filter(seen | Q(pk__in=taken_part.values("cycle")))
        .select_related("region", "framework_version__framework")
        .defer("framework_version__document")
    )


def listed_cycles(user: User | AnonymousUser) -> QuerySet[Cycle]:
    """The visible cycles with ``locality_count``."""
    return visible_to(user).annotate(locality_count=Count("participants", distinct=True))


def find_cycle(user: User | AnonymousUser, code: str) -> Cycle | None:
    """The visible cycle of this code."""
    return visible_to(user).filter(code=code).first()


def participants(cycle: Cycle) -> QuerySet[Locality]:
    """The localities that take part, with their provinces, by code."""
    return (
        Locality.objects.filter(participations__cycle=cycle)
        .select_related("parent")
        .order_by("code")
    )


def coordinated_regions(user: User | AnonymousUser) -> QuerySet[Region]:
    """Regions in which the user may start a cycle."""
    return Region.objects.filter(pk__in=region_ids(user, [Role.COORDINATOR]))


def offered_versions(region: Region) -> QuerySet[FrameworkVersion]:
    """The versions of the region's frameworks a cycle can be based on, newest first."""
    return (
        FrameworkVersion.objects.filter(framework__region=region)
        .select_related("framework")
        .defer("document")
        .order_by("framework__code", "-number")
    )


@cache
def published_arrangements() -> Mapping[int, Arrangement]:
    """The years whose notice the software knows."""
    known = json.loads(_ARRANGEMENTS.read_text(encoding="utf-8"))
    return {
        int(year): _arrangement(said["source"], said["rest"], said["work"])
        for year, said in known.items()
    }


def working_calendar() -> WorkingCalendar:
    """The working days as known here; what was entered goes before what came along. One query."""
    entered = {
        each.year: _arrangement(each.source, each.rest_days, each.working_days)
        for each in HolidayYear.objects.all()
    }
    return WorkingCalendar({**published_arrangements(), **entered})


def entered_holidays() -> set[int]:
    """The years that were entered here."""
    return set(HolidayYear.objects.values_list("year", flat=True))


def _arrangement(source: str, rest: list[Any], work: list[Any]) -> Arrangement:
    read = date.fromisoformat
    return Arrangement(source, frozenset(map(read, rest)), frozenset(map(read, work)))
