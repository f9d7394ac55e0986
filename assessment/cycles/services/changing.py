"""Making a cycle, changing it, and moving its stage; the locks all writers take."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.authorization import require
from accounts.models import Locality, Region, User
from accounts.text import MAX_REASON, refuse_long_texts
from accounts.uniqueness import refused_in_words
from assessment.audit.services import record_event
from assessment.cycles.calendar import local_date
from assessment.cycles.conflicts import require_revision
from assessment.cycles.faults import (
    Errors,
    announced_faults,
    cycle_faults,
    locality_faults,
    opening_faults,
)
from assessment.cycles.models import Cycle, Participant
from assessment.cycles.permissions import (
    can_coordinate_cycle,
    can_start_cycle,
)
from assessment.cycles.timetable import DATES, REMINDERS, TIMETABLE_DATES
from assessment.cycles.workflow import NotAllowedNow, Stage, StageAction, next_stage
from assessment.engine.texts import LocalizedText
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.services import freeze_version
from assessment.frameworks.workflow import VersionState

_CLOSED = frozenset({Stage.PUBLISHED, Stage.ARCHIVED})
# Steps back: whoever takes one says why.
REASONED = frozenset(
    {
        StageAction.REOPEN_COLLECTION,
        StageAction.WITHDRAW_PRELIMINARY,
        StageAction.REOPEN_PRELIMINARY,
    }
)
# While the results of these stages stand, the public holds to the day announced with them.
_ANNOUNCED = frozenset({Stage.PRELIMINARY, Stage.FINAL})


class CycleChanges(TypedDict, total=False):
    """What ``update_cycle`` can change; what is left out stays."""

    framework_version: FrameworkVersion
    code: str
    name_zh: str
    name_en: str
    period_start_date: date
    period_end_date: date
    collection_start_date: date
    collection_end_date: date
    review_end_date: date
    objection_end_date: date
    reminders_before: list[int]
    reminder_interval: int
    previous: Cycle | None
    is_demonstration: bool


def lock_cycle(cycle: Cycle) -> Cycle:
    """The cycle's row, locked until the transaction ends, with region, framework and predecessor.

    Whatever writes to a cycle, in any room, takes this lock first (docs/architecture.md).
    """
    return (
        Cycle.objects.select_for_update(of=("self",), no_key=True)
        .select_related("region", "framework_version__framework", "previous")
        .get(pk=cycle.pk)
    )


def hold_stage(cycle_id: int) -> None:
    """Let the cycle stay as whoever reads it from now on finds it, until the transaction ends.

    For changes that must find the stage they began in but write nothing to the cycle itself:
    any number of them hold it at once, while ``lock_cycle`` waits for all of them. Whoever
    holds a cycle must not lock it afterwards: two such would wait for each other.
    """
    if connection.vendor == "postgresql":
        table = connection.ops.quote_name(Cycle._meta.db_table)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} WHERE id = %s FOR SHARE", [cycle_id])  # noqa: S608


def hold_cycle(cycle: Cycle) -> Cycle:
    """The cycle held (``hold_stage``), with region and framework."""
    hold_stage(cycle.pk)
    found = Cycle.objects.select_related("region", "framework_version__framework")
    return found.defer("framework_version__document").get(pk=cycle.pk)


@transaction.atomic
def create_cycle(
    *,
    region: Region,
    framework_version: FrameworkVersion,
    code: str,
    name_zh: str,
    name_en: str,
    period_start_date: date,
    period_end_date: date,
    collection_start_date: date,
    collection_end_date: date,
    review_end_date: date,
    objection_end_date: date,
    localities: Iterable[Locality],
    reminders_before: Sequence[int] | None = None,
    reminder_interval: int = 3,
    previous: Cycle | None = None,
    is_demonstration: bool = False,
    by: User | None,
    at: datetime,
) -> Cycle:
    """Start a cycle in preparation, with its participants; freeze its framework version.

    Raises ``ValidationError`` by field: code, names, dates out of order, a version that is
    not the region's or has problems left, localities outside the region or none at all.
    """
    if by is not None:
        require(can_start_cycle, by, region)
    cycle = Cycle(
        region=region,
        framework_version=framework_version,
        code=code,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        period_start_date=period_start_date,
        period_end_date=period_end_date,
        collection_start_date=collection_start_date,
        collection_end_date=collection_end_date,
        review_end_date=review_end_date,
        objection_end_date=objection_end_date,
        reminder_interval=reminder_interval,
        previous=previous,
        is_demonstration=is_demonstration,
        created_by=by,
        created_at=at,
    )
    if reminders_before is not None:
        cycle.reminders_before = list(reminders_before)
    chosen = list(localities)
    _check(cycle_faults(cycle) | locality_faults(region, chosen))
    _freeze(cycle, by, at)
    with refused_in_words(lambda: _check(cycle_faults(cycle))):
        cycle.save()
    Participant.objects.bulk_create(Participant(cycle=cycle, locality=one) for one in chosen)
    record_event(
        action="cycles.create_cycle",
        by=by,
        at=at,
        target=cycle,
        after={**_recorded(cycle), "localities": sorted(one.code for one in chosen)},
        region=region,
    )
    return cycle


@transaction.atomic
def update_cycle(
    *,
    cycle: Cycle,
    revision: int | None = None,
    by: User | None,
    at: datetime,
    **changes: Unpack[CycleChanges],
) -> Cycle:
    """Change a cycle: anything while it is prepared, the timetable's dates and
    reminders until published.

    ``revision`` is the one that was seen (``conflicts.revision_of``): ``StaleCycleError`` if
    somebody saved since. Raises ``ValidationError`` by field, also where the first day of a
    collection that is open would move to the future or the last day to object, once announced
    with preliminary results, to an earlier one, and ``NotAllowedNow`` for what its stage
    forbids.
    """
    cycle = _locked(cycle, by)
    require_revision(cycle, revision)
    differing = {name for name, value in changes.items() if getattr(cycle, name) != value}
    is_draft = cycle.stage == Stage.DRAFT
    if cycle.stage in _CLOSED or (
        not is_draft and not differing <= TIMETABLE_DATES.union(REMINDERS)
    ):
        raise NotAllowedNow(cycle.stage, "update_cycle")
    if not differing:
        return cycle
    before, announced = _recorded(cycle), cycle.objection_end_date
    for name, value in changes.items():
        setattr(cycle, name, value.strip() if isinstance(value, str) else value)
    _check(cycle_faults(cycle, is_settled=not is_draft))
    if not is_draft and "collection_start_date" in differing:
        _check(opening_faults(cycle, local_date(at)))
    if cycle.stage in _ANNOUNCED:
        _check(announced_faults(cycle, announced))
    _freeze(cycle, by, at)
    with refused_in_words(lambda: _check(cycle_faults(cycle, is_settled=not is_draft))):
        cycle.save()
    after = _recorded(cycle)
    record_event(
        action="cycles.update_cycle",
        by=by,
        at=at,
        target=cycle,
        before={key: before[key] for key in after if before[key] != after[key]},
        after={key: after[key] for key in after if before[key] != after[key]},
        region=cycle.region,
    )
    return cycle


@transaction.atomic
def save_cycle(
    *,
    cycle: Cycle,
    localities: Iterable[Locality] | None,
    revision: int | None = None,
    by: User | None,
    at: datetime,
    **changes: Unpack[CycleChanges],
) -> Cycle:
    """``update_cycle``, and with ``localities`` ``set_participants``: both or neither."""
    saved = update_cycle(cycle=cycle, revision=revision, by=by, at=at, **changes)
    if localities is None:
        return saved
    return set_participants(cycle=saved, localities=localities, by=by, at=at)


@transaction.atomic
def set_participants(
    *, cycle: Cycle, localities: Iterable[Locality], by: User | None, at: datetime
) -> Cycle:
    """Let exactly these localities of the region take part; only while it is prepared."""
    cycle = _locked(cycle, by)
    if cycle.stage != Stage.DRAFT:
        raise NotAllowedNow(cycle.stage, "set_participants")
    chosen = {one.pk: one for one in localities}
    _check(locality_faults(cycle.region, list(chosen.values())))
    present = {one.locality_id: one for one in cycle.participants.select_related("locality")}
    removed = [one for pk, one in present.items() if pk not in chosen]
    added = [one for pk, one in chosen.items() if pk not in present]
    if not removed and not added:
        return cycle
    cycle.participants.filter(pk__in=[one.pk for one in removed]).delete()
    Participant.objects.bulk_create(Participant(cycle=cycle, locality=one) for one in added)
    record_event(
        action="cycles.set_participants",
        by=by,
        at=at,
        target=cycle,
        before={"removed": sorted(one.locality.code for one in removed)},
        after={"added": sorted(one.code for one in added), "count": len(chosen)},
        region=cycle.region,
    )
    return cycle


@transaction.atomic
def move_stage(
    *,
    cycle: Cycle,
    action: StageAction,
    by: User | None,
    at: datetime,
    reason: str | LocalizedText = "",
) -> Cycle:
    """Take the cycle to its next stage; the caller has checked what its own room asks for.

    Steps back need a ``reason`` (``ValidationError``), in both languages where the public
    reads it; a step the table does not have is ``NotAllowedNow``. The object passed in is
    brought to the new stage, too.
    """
    locked = _locked(cycle, by)
    stage = next_stage(Stage(locked.stage), action)
    reasons = _reasons(reason)
    if action in REASONED:
        sentence = _("Say why. The reason is kept in the audit log.")
        _check({name: sentence for name, text in reasons.items() if not text})
    refuse_long_texts(reasons, MAX_REASON)
    before = locked.stage
    locked.stage = cycle.stage = stage
    locked.save(update_fields=["stage"])
    record_event(
        action=f"cycles.{action}",
        by=by,
        at=at,
        target=locked,
        before={"stage": before},
        after={"stage": stage, **{name: text for name, text in reasons.items() if text}},
        region=locked.region,
    )
    return locked


def _reasons(reason: str | LocalizedText) -> dict[str, str]:
    if isinstance(reason, str):
        return {"reason": reason.strip()}
    return {"reason_zh": reason.zh_hans.strip(), "reason_en": reason.en.strip()}


def _locked(cycle: Cycle, by: User | None) -> Cycle:
    locked = lock_cycle(cycle)
    if by is not None:
        require(can_coordinate_cycle, by, locked)
    return locked


def _check(errors: Errors) -> None:
    if errors:
        raise ValidationError(errors)


def _freeze(cycle: Cycle, by: User | None, at: datetime) -> None:
    version = cycle.framework_version
    # Locked, so that of two cycles started at once on a draft the second finds it frozen.
    rows = FrameworkVersion.objects.select_for_update(no_key=True)
    if rows.get(pk=version.pk).state == VersionState.FROZEN:
        return
    try:
        cycle.framework_version = freeze_version(version=version, by=by, at=at)
    except ValidationError as error:
        raise ValidationError({"framework_version": error.messages}) from error


def _recorded(cycle: Cycle) -> Mapping[str, Any]:
    return {
        "code": cycle.code,
        "name_zh": cycle.name_zh,
        "name_en": cycle.name_en,
        "framework": str(cycle.framework_version.framework.code),
        "version": cycle.framework_version.number,
        "previous": cycle.previous.code if cycle.previous else None,
        "is_demonstration": cycle.is_demonstration,
        **{name: getattr(cycle, name) for name in DATES},
        "reminders_before": list(cycle.reminders_before),
        "reminder_interval": cycle.reminder_interval,
    }
