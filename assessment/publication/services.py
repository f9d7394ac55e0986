"""Publish, withdraw, finalise: each step once, with its bundle and its event."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.leases import leased
from accounts.models import User
from accounts.stored_files import removed_on_rollback
from assessment.audit.services import record_event
from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.cycles.services import lock_cycle, move_stage
from assessment.cycles.workflow import Stage, StageAction, next_stage
from assessment.engine import ENGINE_VERSION
from assessment.engine.texts import LocalizedText
from assessment.publication.analyses import analysed
from assessment.publication.bundles import attach_bundle, recomputed, require_intact
from assessment.publication.caveats import (
    Confirmation,
    caveats_of,
    objection_day,
    require_confirmed,
)
from assessment.publication.changes import are_comparable
from assessment.publication.conflicts import require_last_step
from assessment.publication.models import (
    Analysis,
    Publication,
    PublishedMeans,
    bundle_path,
    names_of,
)
from assessment.publication.permissions import can_publish
from assessment.publication.preconditions import obstacles
from assessment.publication.queries import analysis_of, means_of, previous_publication
from assessment.publication.reasons import reason_faults, stripped
from assessment.scores.models import ScoreRun
from assessment.submissions.models import Submission
from assessment.submissions.services import require_not_own

# Longer than a study takes; one that takes longer is begun a second time, and kept once.
STUDY_SECONDS = 300
LOOKS_AGAIN_SECONDS = 2


@transaction.atomic
def publish_preliminary(
    *,
    cycle: Cycle,
    run: ScoreRun,
    by: User | None,
    at: datetime,
    confirmation: Confirmation | None = None,
    seen: int | None = None,
) -> Publication:
    """Show the run's results to the public as preliminary (公示) and open objections.

    Builds, verifies and stores the bundle. Raises ``NotAllowedNow`` unless the cycle is
    reviewing, ``ValidationError`` on ``run`` with every obstacle in words, and on
    ``confirmed``, ``reason_zh`` and ``reason_en`` unless the caveats of the run are confirmed.
    """
    locked = _locked(cycle, StageAction.PUBLISH_PRELIMINARY, by, seen)
    _require_ready(locked, run)
    kind = Publication.Kind.PRELIMINARY
    with _made(locked, run, kind, by, at, confirmation, published_at=at) as publication:
        move_stage(cycle=cycle, action=StageAction.PUBLISH_PRELIMINARY, by=by, at=at)
        _record("publication.publish_preliminary", publication, by, at, after=_said(publication))
    return publication


@transaction.atomic
def withdraw_preliminary(
    *, cycle: Cycle, reason: LocalizedText, by: User | None, at: datetime, seen: int | None = None
) -> Publication:
    """Take the preliminary publication back and return to the review.

    It stays on record with the reason, which the public reads. Raises ``ValidationError`` on
    ``reason_zh`` and ``reason_en`` without it, ``NotAllowedNow`` unless the cycle is
    preliminary.
    """
    locked = _locked(cycle, StageAction.WITHDRAW_PRELIMINARY, by, seen)
    publication = _current(locked, Publication.Kind.PRELIMINARY)
    return _withdraw("publication.withdraw_preliminary", publication, cycle, reason, by, at)


@transaction.atomic
def reopen_preliminary(
    *, cycle: Cycle, reason: LocalizedText, by: User | None, at: datetime, seen: int | None = None
) -> Publication:
    """Take back final results that are not public yet; the preliminary ones still stand.

    Scores can be computed again and fixed anew. The final publication stays on record with
    the reason. Raises ``ValidationError`` on ``reason_zh`` and ``reason_en`` without it,
    ``NotAllowedNow`` unless the cycle is final.
    """
    locked = _locked(cycle, StageAction.REOPEN_PRELIMINARY, by, seen)
    publication = _current(locked, Publication.Kind.FINAL)
    return _withdraw("publication.reopen_preliminary", publication, cycle, reason, by, at)


@transaction.atomic
def finalise(
    *,
    cycle: Cycle,
    run: ScoreRun,
    by: User | None,
    at: datetime,
    confirmation: Confirmation | None = None,
    seen: int | None = None,
) -> Publication:
    """Fix the run as the final result; nothing of the cycle is computed again while it stands.

    Makes the final bundle, which stays inside until ``publish``; up to then it can be taken
    back (``reopen_preliminary``). Raises ``NotAllowedNow``
    unless the cycle is preliminary, ``ValidationError`` on ``run`` with every obstacle, and
    on ``confirmed``, ``reason_zh`` and ``reason_en`` unless the caveats are confirmed; up to
    the last day to object that day is one of them. The event says whether it had passed.
    """
    locked = _locked(cycle, StageAction.FINALISE, by, seen)
    _require_ready(locked, run)
    objections_closed = local_date(at) > objection_day(locked)
    kind = Publication.Kind.FINAL
    with _made(locked, run, kind, by, at, confirmation, published_at=None) as publication:
        move_stage(cycle=cycle, action=StageAction.FINALISE, by=by, at=at)
        _record(
            "publication.finalise",
            publication,
            by,
            at,
            after={**_said(publication), "objections_closed": objections_closed},
        )
    return publication


@transaction.atomic
def publish(*, cycle: Cycle, by: User | None, at: datetime, seen: int | None = None) -> Publication:
    """Show the final results to the public.

    The bundle made by ``finalise`` must still be intact and verify, and the stored results
    must still be what the engine finds. Raises ``NotAllowedNow`` unless the cycle is final.
    """
    locked = _locked(cycle, StageAction.PUBLISH, by, seen)
    publication = _current(locked, Publication.Kind.FINAL)
    require_intact(publication)
    recomputed(publication.run)
    publication.published_at = at
    publication.save(update_fields=["published_at"])
    move_stage(cycle=cycle, action=StageAction.PUBLISH, by=by, at=at)
    _record("publication.publish", publication, by, at, after=_said(publication))
    return publication


def keep_analysis(
    *, publication: Publication, at: datetime, waiting: Callable[[], None] | None = None
) -> Analysis:
    """How firm the results are and what changed since the cycle before: found once and kept.

    Means of the air that are not kept yet are kept, too. The first call computes; others that need
    it meanwhile wait for it, ``waiting`` being called each time they look again. Where the first
    one died, another goes on after ``STUDY_SECONDS``.
    """
    _keep_means(publication, at)
    while True:
        kept = analysis_of(publication)
        if kept is not None:
            return kept
        with leased(f"study-{publication.pk}", STUDY_SECONDS) as is_own:
            if is_own:
                return analysis_of(publication) or _found(publication, at)
        if waiting is not None:
            waiting()
        time.sleep(LOOKS_AGAIN_SECONDS)


def _keep_means(publication: Publication, at: datetime) -> None:
    means = means_of(publication, at)
    if means.pk is None:
        given = {"document": means.document, "made_at": means.made_at}
        PublishedMeans.objects.get_or_create(publication=publication, defaults=given)


def _found(publication: Publication, at: datetime) -> Analysis:
    previous = previous_publication(publication)
    before = previous if previous is not None and are_comparable(previous, publication) else None
    document = analysed(publication.run, None if before is None else before.run)
    with transaction.atomic():
        Publication.objects.select_for_update(no_key=True).get(pk=publication.pk)
        kept = analysis_of(publication)
        if kept is not None:
            return kept
        found = Analysis.objects.create(
            publication=publication,
            previous=previous,
            document=document,
            engine_version=ENGINE_VERSION,
            made_at=at,
        )
        study = document["uncertainty"]
        after = {"draws": study["draws"], "seed": study["seed"], "engine": ENGINE_VERSION}
        _record("publication.analyse", publication, None, at, after=after)
    return found


def _locked(cycle: Cycle, action: StageAction, by: User | None, seen: int | None) -> Cycle:
    """The locked cycle, if the person may publish and the stage has the step.

    ``OwnWorkError`` for somebody who filled or signed one of its forms, ``ValidationError``
    on ``seen`` if another step was taken since the one looked at (``conflicts.last_step``).
    """
    cycle = lock_cycle(cycle)
    if by is not None:
        require(can_publish, by, cycle)
        require_not_own(Submission.objects.filter(cycle=cycle), by)
    require_last_step(cycle, seen)
    next_stage(Stage(cycle.stage), action)
    return cycle


def _require_ready(cycle: Cycle, run: ScoreRun) -> None:
    found = obstacles(cycle, run)
    if found:
        raise ValidationError({"run": [str(obstacle) for obstacle in found]})


def _current(cycle: Cycle, kind: Publication.Kind) -> Publication:
    return Publication.objects.select_related("cycle__region", "run").get(
        cycle=cycle, kind=kind, withdrawn_at__isnull=True
    )


def _withdraw(
    action: str,
    publication: Publication,
    cycle: Cycle,
    reason: LocalizedText,
    by: User | None,
    at: datetime,
) -> Publication:
    """Take a publication of a locked cycle back by the step the log calls ``action``."""
    reason = stripped(reason)
    faults = reason_faults(reason, _("Give the reason of the withdrawal."))
    if faults:
        raise ValidationError(faults)
    publication.withdrawn_by, publication.withdrawn_at = by, at
    publication.withdrawal_reason_zh = reason.zh_hans
    publication.withdrawal_reason_en = reason.en
    publication.save(
        update_fields=[
            *("withdrawn_by", "withdrawn_at"),
            *("withdrawal_reason_zh", "withdrawal_reason_en"),
        ]
    )
    step = StageAction(action.removeprefix("publication."))
    move_stage(cycle=cycle, action=step, by=by, at=at, reason=reason)
    _record(
        action,
        publication,
        by,
        at,
        before=_said(publication),
        after={"withdrawn": True, "reason_zh": reason.zh_hans, "reason_en": reason.en},
    )
    return publication


@contextmanager
def _made(
    cycle: Cycle,
    run: ScoreRun,
    kind: Publication.Kind,
    by: User | None,
    at: datetime,
    confirmation: Confirmation | None,
    published_at: datetime | None,
) -> Iterator[Publication]:
    """The new publication with its bundle, whose file goes again if the block fails."""
    caveats = caveats_of(cycle, run, kind, at)
    reason = require_confirmed(caveats, confirmation)
    last: int = cycle.publications.aggregate(last=Max("number"))["last"] or 0
    publication = Publication(
        cycle=cycle,
        run=run,
        kind=kind,
        number=last + 1,
        made_by=by,
        made_at=at,
        published_at=published_at,
        caveats=[caveat.as_dict() for caveat in caveats],
        caveats_reason_zh=reason.zh_hans,
        caveats_reason_en=reason.en,
        objection_end_date=cycle.objection_end_date,
        **names_of(cycle),
    )
    name = bundle_path(publication, "")
    with removed_on_rollback(publication.bundle.storage, name):
        attach_bundle(publication, name, at)
        publication.save()
        _keep_means(publication, at)
        yield publication


def _said(publication: Publication) -> dict[str, Any]:
    said = {
        "kind": publication.kind,
        "number": publication.number,
        "run": publication.run.number,
        "bundle_sha256": publication.bundle_sha256,
    }
    if publication.caveats:
        said |= {
            "caveats": publication.caveats,
            "caveats_reason_zh": publication.caveats_reason_zh,
            "caveats_reason_en": publication.caveats_reason_en,
        }
    return said


def _record(
    action: str,
    publication: Publication,
    by: User | None,
    at: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any],
) -> None:
    record_event(
        action=action,
        by=by,
        at=at,
        target=publication,
        before=before,
        after=after,
        region=publication.cycle.region,
    )
