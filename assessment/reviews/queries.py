"""Reads of rubric scores and remarks."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median_low
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from accounts.models import Locality, Membership, User
from accounts.queries import region_ids
from accounts.roles import Role
from assessment.cycles.models import Cycle, Participant
from assessment.cycles.workflow import Stage
from assessment.engine.document import Node
from assessment.reviews.models import Remark, RubricScore

# A reviewer's page shows the newest cycles only, so that its cost stays bounded.
SHOWN_CYCLES = 6


def rubric_indicators(cycle: Cycle) -> list[Node]:
    """The indicators of the cycle's framework that experts judge."""
    return [n for n in cycle.framework_version.parsed.observed if n.source == "reviews"]


def visible_to(user: User | AnonymousUser) -> QuerySet[RubricScore]:
    """Own scores for reviewers; all scores of the region for coordinators and auditors."""
    everything = region_ids(user, {Role.COORDINATOR, Role.AUDITOR})
    scores = RubricScore.objects.select_related("locality", "reviewer", "cycle")
    if not isinstance(user, User):
        return scores.none()
    return scores.filter(cycle__region_id__in=everything) | scores.filter(reviewer=user)


def own_scores(user: User, cycle: Cycle, locality: Locality) -> dict[str, RubricScore]:
    """What the expert said of the locality, by indicator."""
    scores = RubricScore.objects.filter(cycle=cycle, locality=locality, reviewer=user)
    return {score.indicator: score for score in scores}


@dataclass(frozen=True)
class RubricRow:
    """One locality's line on the reviewer's or the coordinator's page.

    ``total`` counts one score of each expert for each rubric indicator, ``done`` those given.
    """

    locality: Locality
    scores: dict[str, list[RubricScore]]
    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        """Whether every expert has answered for every rubric indicator."""
        return self.done == self.total


def experts_seen(user: User | AnonymousUser, cycle: Cycle) -> int:
    """How many experts' scores the reader sees: everybody's who is or was one, or one's own."""
    if cycle.region_id not in region_ids(user, {Role.COORDINATOR, Role.AUDITOR}):
        return 1
    holding = Membership.objects.filter(
        role=Role.REVIEWER, region=cycle.region_id, ended_at__isnull=True, user__is_active=True
    )
    gave = RubricScore.objects.filter(cycle=cycle)
    experts = Q(pk__in=holding.values("user")) | Q(pk__in=gave.values("reviewer"))
    return max(1, User.objects.filter(experts).count())


def rubric_rows(
    cycle: Cycle, scores: QuerySet[RubricScore], *, experts: int = 1
) -> list[RubricRow]:
    """Every participant with the given scores of so many experts by indicator; two queries."""
    return _rows_by_cycle([cycle], scores, experts)[cycle.pk]


def _rows_by_cycle(
    cycles: Sequence[Cycle], scores: QuerySet[RubricScore], experts: int = 1
) -> dict[int, list[RubricRow]]:
    """``rubric_rows`` of several cycles by primary key; two queries for all."""
    given: dict[tuple[int, int], dict[str, list[RubricScore]]] = defaultdict(dict)
    for score in scores.filter(cycle__in=cycles):
        of_place = given[score.cycle_id, score.locality_id]
        of_place.setdefault(score.indicator, []).append(score)
    indicators = {cycle.pk: [node.code for node in rubric_indicators(cycle)] for cycle in cycles}
    rows: dict[int, list[RubricRow]] = {cycle.pk: [] for cycle in cycles}
    participants = Participant.objects.filter(cycle__in=cycles).select_related("locality")
    for participant in participants.order_by("locality__code"):
        codes = indicators[participant.cycle_id]
        found = given[participant.cycle_id, participant.locality_id]
        done = sum(len(found.get(code, [])) for code in codes)
        total = experts * len(codes)
        rows[participant.cycle_id].append(RubricRow(participant.locality, found, done, total))
    return rows


@dataclass(frozen=True)
class ScoresToGive:
    """What a cycle still waits for from one of its experts: ``left`` of ``asked`` scores."""

    cycle: Cycle
    reviewer: User
    left: int
    asked: int


def scores_to_give(cycles: Sequence[Cycle]) -> list[ScoresToGive]:
    """The experts of these cycles who have scores left to give, each cycle by itself.

    An abstention is given, too. Three queries, or none without a cycle that asks experts.
    """
    asking = {c.pk: c for c in cycles if rubric_indicators(c)}
    if not asking:
        return []
    places = _counted(Participant.objects.filter(cycle__in=asking), "cycle")
    given = _counted(RubricScore.objects.filter(cycle__in=asking), "cycle", "reviewer")
    holding = Membership.objects.filter(
        role=Role.REVIEWER,
        region__in={cycle.region_id for cycle in asking.values()},
        ended_at__isnull=True,
        user__is_active=True,
    ).select_related("user")
    experts: dict[int | None, list[User]] = defaultdict(list)
    for membership in holding.order_by("user__full_name", "user"):
        experts[membership.region_id].append(membership.user)
    found = []
    for pk, cycle in asking.items():
        asked = places[(pk,)] * len(rubric_indicators(cycle))
        found += [
            ScoresToGive(cycle, user, left, asked)
            for user in experts[cycle.region_id]
            if (left := asked - given[pk, user.pk])
        ]
    return found


def _counted(rows: QuerySet[Any], *names: str) -> Counter[tuple[int, ...]]:
    """How many rows have each combination of these values."""
    counted = rows.order_by().values_list(*names).annotate(number=Count("pk"))
    return Counter({tuple(key): number for *key, number in counted})


def settled_level(scores: list[RubricScore]) -> Decimal | None:
    """The lower median of the levels given; ``None`` where everybody abstained.

    A rubric has no half levels: of two middle levels the lower one counts, as a doubt
    is not evidence of deeper cooperation.
    """
    levels = [score.level for score in scores if score.level is not None]
    return median_low(levels) if levels else None


def remarks_of(cycle: Cycle, locality: Locality, until: datetime | None = None) -> QuerySet[Remark]:
    """The remarks on a locality, oldest first; with ``until`` those written by that moment."""
    remarks = Remark.objects.filter(cycle=cycle, locality=locality).select_related("written_by")
    return remarks if until is None else remarks.filter(written_at__lte=until)


def cycles_to_score(user: User) -> list[tuple[Cycle, list[RubricRow]]]:
    """The cycles whose rubrics the user scores, newest first, with their own rows.

    Three queries.
    """
    regions = region_ids(user, {Role.REVIEWER})
    cycles = (
        Cycle.objects.filter(region_id__in=regions)
        .exclude(stage=Stage.DRAFT)
        .select_related("framework_version", "region")[:SHOWN_CYCLES]
    )
    asking = [cycle for cycle in cycles if rubric_indicators(cycle)]
    rows = _rows_by_cycle(asking, RubricScore.objects.filter(reviewer=user))
    return [(cycle, rows[cycle.pk]) for cycle in asking]
