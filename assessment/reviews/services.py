"""Changes made by experts and, beside verification, by coordinators."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.authorization import require
from accounts.models import Locality, User
from accounts.text import MAX_REMARK, refuse_long_texts
from assessment.audit.services import record_event
from assessment.cycles.models import Cycle
from assessment.cycles.permissions import can_coordinate_cycle, is_reviewer_of
from assessment.cycles.services import lock_cycle
from assessment.cycles.workflow import NotAllowedNow
from assessment.observations.services import ObservationInput, record_observations
from assessment.observations.statuses import Status
from assessment.reviews import permissions
from assessment.reviews.conflicts import require_last_judgement
from assessment.reviews.levels import levels_of
from assessment.reviews.models import Remark, RubricScore
from assessment.reviews.queries import rubric_indicators, settled_level
from assessment.reviews.workflow import REMARK_STAGES, require_rubric_stage
from assessment.submissions.models import Submission
from assessment.submissions.services import require_not_own


@transaction.atomic
def save_rubric_score(
    *,
    cycle: Cycle,
    locality: Locality,
    indicator: str,
    level: Decimal | int | None,
    has_abstained: bool,
    comment: str,
    by: User,
    at: datetime,
) -> RubricScore:
    """Store one expert's level, or their abstention with its reason.

    Raises ``NotAllowedNow`` in a stage in which experts do not score, ``ValidationError`` for a
    level the rubric does not have, a missing level, an abstention without a reason, or a
    locality that takes no part, ``OwnWorkError`` for an expert who filled or signed the
    locality's form. Saving the same again changes and records nothing.
    """
    cycle = lock_cycle(cycle)
    require(is_reviewer_of, by, cycle)
    require_rubric_stage(cycle.stage)
    require_not_own(Submission.objects.filter(cycle=cycle, locality=locality), by)
    _check_rubric_score(cycle, locality, indicator, level, has_abstained, comment)
    score = RubricScore.objects.filter(
        cycle=cycle, locality=locality, indicator=indicator, reviewer=by
    ).first()
    before = _judgement(score) if score else {}
    score = score or RubricScore(cycle=cycle, locality=locality, indicator=indicator, reviewer=by)
    score.level = None if has_abstained else level
    score.has_abstained = has_abstained
    score.comment = comment.strip()
    after = _judgement(score)
    if after == before:
        return score
    score.updated_at = at
    score.save()
    record_event(
        action="reviews.save_rubric_score",
        by=by,
        at=at,
        target=score,
        before=before,
        after=after,
        region=cycle.region,
        locality=locality,
    )
    return score


def _judgement(score: RubricScore) -> dict[str, Any]:
    return {
        "level": score.level_text or None,
        "abstained": score.has_abstained,
        "comment": score.comment,
    }


def _check_rubric_score(
    cycle: Cycle,
    locality: Locality,
    indicator: str,
    level: Decimal | int | None,
    has_abstained: bool,
    comment: str,
) -> None:
    node = {n.code: n for n in rubric_indicators(cycle)}.get(indicator)
    if node is None or node.value is None:
        raise ValidationError({"indicator": _("This indicator is not scored by experts.")})
    _require_participant(cycle, locality)
    refuse_long_texts({"comment": comment}, MAX_REMARK)
    if has_abstained:
        if not comment.strip():
            raise ValidationError({"comment": _("Say why you abstain.")})
        return
    if level not in levels_of(node):
        raise ValidationError({"level": _("Choose one of the levels, or abstain.")})


def _require_participant(cycle: Cycle, locality: Locality) -> None:
    if not cycle.participants.filter(locality=locality).exists():
        raise ValidationError({"locality": _("This locality does not take part in the cycle.")})


@transaction.atomic
def settle_rubric(*, cycle: Cycle, seen: int | None = None, by: User | None, at: datetime) -> int:
    """Turn the experts' levels into observations; return how many there are.

    The lower median counts. Where nobody gave a level the observation is ``missing``.
    Where every observation says so already, nothing is recorded. ``seen`` is the newest
    judgement the page showed (``conflicts.last_judgement``): ``ValidationError`` on it if
    there is a newer one. ``NotAllowedNow`` in a stage in which experts do not score.
    """
    cycle = lock_cycle(cycle)
    if by is not None:
        require(can_coordinate_cycle, by, cycle)
    require_rubric_stage(cycle.stage)
    require_last_judgement(cycle, seen)
    given: dict[tuple[int, str], list[RubricScore]] = defaultdict(list)
    for score in RubricScore.objects.filter(cycle=cycle).select_related("reviewer"):
        given[(score.locality_id, score.indicator)].append(score)
    rows = [
        _settled(participant.locality_id, node.code, given[(participant.locality_id, node.code)])
        for participant in cycle.participants.all()
        for node in rubric_indicators(cycle)
    ]
    outcome = record_observations(cycle=cycle, rows=rows, source="reviews", by=by, at=at)
    if outcome.unchanged == len(rows):
        return len(rows)
    record_event(
        action="reviews.settle_rubric",
        by=by,
        at=at,
        target=cycle,
        after={
            "observations": len(rows),
            "new": outcome.created,
            "changed": outcome.changed,
        },
        region=cycle.region,
    )
    return len(rows)


def _settled(locality_id: int, indicator: str, scores: list[RubricScore]) -> ObservationInput:
    level = settled_level(scores)
    return ObservationInput(
        locality_id=locality_id,
        indicator=indicator,
        status=Status.MISSING if level is None else Status.VALUE,
        value=level,
        provenance={
            "method": "lower_median",
            "reviewers": sum(1 for s in scores if s.level is not None),
            "abstentions": sum(1 for s in scores if s.has_abstained),
        },
    )


@transaction.atomic
def write_remark(
    *,
    cycle: Cycle,
    locality: Locality,
    text_zh: str,
    text_en: str,
    by: User | None,
    at: datetime,
) -> Remark:
    """Add a remark that the locality's report prints; one language is enough.

    ``NotAllowedNow`` once the cycle's result is final (and before it collects);
    ``ValidationError`` on ``locality`` if it takes no part, on ``text_zh`` without a text.
    """
    cycle = lock_cycle(cycle)
    if by is not None:
        require(permissions.can_write_remark, by, cycle)
    if cycle.stage not in REMARK_STAGES:
        raise NotAllowedNow(cycle.stage, "write_remark")
    _require_participant(cycle, locality)
    refuse_long_texts({"text_zh": text_zh, "text_en": text_en}, MAX_REMARK)
    text_zh, text_en = text_zh.strip(), text_en.strip()
    if not text_zh and not text_en:
        raise ValidationError({"text_zh": _("Write the remark in at least one language.")})
    remark = Remark.objects.create(
        cycle=cycle,
        locality=locality,
        text_zh=text_zh,
        text_en=text_en,
        written_by=by,
        written_at=at,
    )
    record_event(
        action="reviews.write_remark",
        by=by,
        at=at,
        target=remark,
        after={"zh": text_zh, "en": text_en},
        region=cycle.region,
        locality=locality,
    )
    return remark
