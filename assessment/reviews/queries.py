"""Reads of rubric scores and remarks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import Locality, User
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
    """One locality's line on the reviewer's or the coordinator's page."""

    locality: Locality
    scores: dict[str, list[RubricScore]]
    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        """Whether every rubric indicator has an answer."""
        return self.done == self.total


def rubric_rows(cycle: Cycle, scores: QuerySet[RubricScore]) -> list[RubricRow]:
    """Every participant with the given scores by indicator; two queries."""
    return _rows_by_cycle([cycle], scores)[cycle.pk]


def _rows_by_cycle(
    cycles: Sequence[Cycle], scores: QuerySet[RubricScore]
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
        done = sum(1 for code in codes if found.get(code))
        rows[participant.cycle_id].append(RubricRow(participant.locality, found, done, len(codes)))
    return rows


def settled_level(scores: list[RubricScore]) -> int | None:
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
