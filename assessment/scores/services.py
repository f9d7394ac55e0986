"""Adjust scores, and run the engine over a snapshot."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import Locality, User
from accounts.text import MAX_ARTICLE, MAX_REASON, length_faults, refuse_long_texts
from assessment.audit.services import record_event
from assessment.cycles.models import Cycle
from assessment.cycles.services import lock_cycle
from assessment.cycles.workflow import NotAllowedNow
from assessment.engine import EngineError, Problem, Results, score
from assessment.engine.version import ENGINE_VERSION
from assessment.frameworks.parsing import parse_document
from assessment.scores.conflicts import require_last_adjustment, require_last_change
from assessment.scores.models import Adjustment, Origins, Result, ScoreRun
from assessment.scores.origins import take_origins
from assessment.scores.permissions import can_adjust_scores, can_compute_scores
from assessment.scores.snapshot import Snapshot, take_snapshot
from assessment.scores.workflow import require_adjusting_stage, require_scoring_stage
from assessment.submissions.models import Submission
from assessment.submissions.services import require_not_own

MAX_POINTS = Decimal(100)
_RESULTS_PER_QUERY = 500


class ScoringProblem(Exception):  # noqa: N818 - reads as the sentence it is
    """The engine cannot compute; ``problems`` lists every cause with its node and locality."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(problem.text("en") for problem in problems))
        self.problems = list(problems)


@transaction.atomic
def make_adjustment(
    *,
    cycle: Cycle,
    locality: Locality,
    node: str,
    points: Decimal,
    article_zh: str,
    article_en: str,
    reason_zh: str,
    reason_en: str,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Adjustment:
    """Add points to (or, negative, take them from) a node's score on the 0–100 scale.

    The article that allows it and the reason are published in both languages, so both are
    mandatory in both. ``seen`` is the newest event of adjustments the page knew of
    (``conflicts.last_adjustment``). Raises ``ValidationError`` by field, on ``seen`` if
    another was made or withdrawn since; ``NotAllowedNow`` unless the cycle is reviewing or
    preliminary; ``OwnWorkError`` for who reported for the locality. Takes effect in the next
    run.
    """
    cycle = lock_cycle(cycle)
    texts = {
        "article_zh": article_zh.strip(),
        "article_en": article_en.strip(),
        "reason_zh": reason_zh.strip(),
        "reason_en": reason_en.strip(),
    }
    check_adjustment(
        cycle=cycle, locality=locality, node=node, points=points, seen=seen, by=by, **texts
    )
    adjustment = Adjustment.objects.create(
        cycle=cycle,
        locality=locality,
        node=node,
        points=points,
        **texts,
        made_by=by,
        made_at=at,
    )
    record_event(
        action="scores.make_adjustment",
        by=by,
        at=at,
        target=adjustment,
        after={"node": node, "points": str(points), **texts},
        region=cycle.region,
        locality=locality,
    )
    return adjustment


def check_adjustment(
    *,
    cycle: Cycle,
    locality: Locality,
    node: str,
    points: Decimal,
    seen: int | None = None,
    by: User | None,
    **texts: str,
) -> None:
    """Raise what ``make_adjustment`` would raise, and make nothing: asked before confirming.

    ``texts`` are ``article_zh``, ``article_en``, ``reason_zh`` and ``reason_en``.
    """
    if by is not None:
        require(can_adjust_scores, by, cycle)
        require_not_own(Submission.objects.filter(cycle=cycle, locality=locality), by)
    require_adjusting_stage(cycle.stage)
    require_last_adjustment(cycle, seen)
    stripped = {name: text.strip() for name, text in texts.items()}
    _refuse_faults(cycle, locality, node, points, stripped)


def _refuse_faults(
    cycle: Cycle, locality: Locality, node: str, points: Decimal, texts: Mapping[str, str]
) -> None:
    errors: dict[str, list[str]] = {}
    if not cycle.participants.filter(locality=locality).exists():
        errors["locality"] = [_("Choose a locality that takes part in the cycle.")]
    found = cycle.framework_version.parsed.by_code.get(node)
    if found is None or found.kind == "flag":
        errors["node"] = [_("Choose a scored part of the framework.")]
    if not points.is_finite() or points == 0 or abs(points) > MAX_POINTS:
        errors["points"] = [
            _("Enter points between -100 and 100, but not 0; found %(found)s.") % {"found": points}
        ]
    elif points != round(points, 2):
        errors["points"] = [_("At most 2 decimals; found %(found)s.") % {"found": points}]
    for language in ("zh", "en"):
        article, reason = texts[f"article_{language}"], texts[f"reason_{language}"]
        if not article:
            errors[f"article_{language}"] = [_("Name the article that allows the adjustment.")]
        elif faults := length_faults(article, MAX_ARTICLE):
            errors[f"article_{language}"] = faults
        if not reason:
            errors[f"reason_{language}"] = [_("Give the reason.")]
        elif faults := length_faults(reason, MAX_REASON):
            errors[f"reason_{language}"] = faults
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def withdraw_adjustment(
    *,
    adjustment: Adjustment,
    reason: str,
    seen: int | None = None,
    by: User | None,
    at: datetime,
) -> Adjustment:
    """Let an adjustment no longer count, from the next run on; it stays on record.

    ``ValidationError`` on ``reason`` without one, or with a long one, and on ``seen``
    (``conflicts.last_change``) if somebody changed it since; ``NotAllowedNow`` if it is
    withdrawn already or adjustments are closed; ``OwnWorkError`` as ``make_adjustment``.
    """
    cycle = lock_cycle(adjustment.cycle)
    if by is not None:
        require(can_adjust_scores, by, cycle)
        own = Submission.objects.filter(cycle=cycle, locality=adjustment.locality_id)
        require_not_own(own, by)
    require_adjusting_stage(cycle.stage)
    adjustment = Adjustment.objects.select_related("locality").get(pk=adjustment.pk)
    require_last_change(adjustment, seen)
    if adjustment.is_withdrawn:
        raise NotAllowedNow("withdrawn", "withdraw the adjustment")
    if not reason.strip():
        raise ValidationError({"reason": [_("Give the reason of the withdrawal.")]})
    refuse_long_texts({"reason": reason}, MAX_REASON)
    adjustment.withdrawn_by, adjustment.withdrawn_at = by, at
    adjustment.withdrawal_reason = reason.strip()
    adjustment.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal_reason"])
    record_event(
        action="scores.withdraw_adjustment",
        by=by,
        at=at,
        target=adjustment,
        before={"node": adjustment.node, "points": str(adjustment.points)},
        after={"withdrawn": True, "reason": adjustment.withdrawal_reason},
        region=cycle.region,
        locality=adjustment.locality,
    )
    return adjustment


@transaction.atomic
def run_scores(*, cycle: Cycle, by: User | None, at: datetime) -> ScoreRun:
    """Apply the engine to the cycle as it stands; keep inputs, their origins, results and trace.

    Raises ``ScoringProblem`` with everything that prevents it, and keeps nothing then;
    ``NotAllowedNow`` outside the stages collecting, reviewing and preliminary.
    """
    cycle = lock_cycle(cycle)
    if by is not None:
        require(can_compute_scores, by, cycle)
    require_scoring_stage(cycle.stage)
    snapshot = take_snapshot(cycle)
    results = _scored(cycle, snapshot)
    run = ScoreRun.objects.create(
        cycle=cycle,
        number=(cycle.runs.aggregate(last=Max("number"))["last"] or 0) + 1,
        framework=snapshot.framework,
        observations_csv=snapshot.observations_csv,
        localities_csv=snapshot.localities_csv,
        adjustments_csv=snapshot.adjustments_csv,
        history_csv=snapshot.history_csv,
        snapshot_sha256=snapshot.sha256,
        trace=results.trace(),
        engine_version=ENGINE_VERSION,
        made_by=by,
        made_at=at,
    )
    _keep_results(run, results)
    _keep_origins(run)
    ranked = sum(row.rank is not None for row in results.ranking())
    record_event(
        action="scores.run",
        by=by,
        at=at,
        target=run,
        after={
            "number": run.number,
            "snapshot_sha256": run.snapshot_sha256,
            "engine": ENGINE_VERSION,
            "localities": len(results.localities.items),
            "ranked": ranked,
        },
        region=cycle.region,
    )
    return run


def _scored(cycle: Cycle, snapshot: Snapshot) -> Results:
    try:
        return score(
            parse_document(snapshot.framework),
            snapshot.observations_csv,
            snapshot.localities_csv,
            snapshot.adjustments_csv,
            cycle.on,
            snapshot.history_csv,
        )
    except EngineError as error:
        raise ScoringProblem(error.problems) from error


def _keep_origins(run: ScoreRun) -> None:
    taking_part = set(run.cycle.participants.values_list("locality_id", flat=True))
    Origins.objects.bulk_create(
        Origins(
            run=run,
            locality_id=locality,
            entries={code: origin.as_json() for code, origin in origins.items()},
        )
        for locality, origins in take_origins(run.cycle).items()
        if locality in taking_part
    )


def _keep_results(run: ScoreRun, results: Results) -> None:
    localities = {
        p.locality.code: p.locality for p in run.cycle.participants.select_related("locality")
    }
    Result.objects.bulk_create(
        [
            Result(
                run=run,
                locality=localities[row.locality],
                node=row.node,
                score=row.score,
                published=row.published,
                rank=row.rank,
                grade=row.grade or "",
            )
            for row in results.rows()
        ],
        batch_size=_RESULTS_PER_QUERY,
    )
