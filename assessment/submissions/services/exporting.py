"""The region's workbook is asked for, kept for some days, and forgotten.

A copy of what the board shows changes nothing of a form, and reading is no event; nor is a small
region's workbook, made while its reader waits. That a large one was asked for, to be kept, stands
in the log as with any document; that the file was made, and that it went, does not.
"""

from datetime import datetime
from functools import partial
from typing import IO

from django.core.files import File
from django.db import transaction
from django.db.models import Q

from accounts.authorization import require
from accounts.models import User
from accounts.stored_files import removed_on_rollback
from assessment.audit.services import record_event
from assessment.cycles.models import Cycle
from assessment.jobs.services import enqueue_job
from assessment.submissions.models import RegionWorkbook
from assessment.submissions.models.workbook import region_workbook_path
from assessment.submissions.permissions import can_view_board
from assessment.submissions.services.workbooks import KEPT

REGION_JOB = "submissions.region_workbook"


@transaction.atomic
def request_region_workbook(
    *, cycle: Cycle, language: str, by: User, at: datetime
) -> RegionWorkbook:
    """Have all forms of the cycle written into one workbook, in the language (its code).

    One that is being made keeps its job, whoever asked for it; a finished one can be downloaded
    until the new one takes its place.
    """
    require(can_view_board, by, cycle)
    # The job is read once the row is locked: joined to it, it would be the one of before the wait.
    workbook, _created = RegionWorkbook.objects.select_for_update(
        of=("self",), no_key=True
    ).get_or_create(cycle=cycle, language=language, defaults={"asked_at": at})
    if workbook.job is not None and not workbook.job.is_finished:
        return workbook
    workbook.job = enqueue_job(
        kind=REGION_JOB,
        parameters={
            "workbook": workbook.pk,
            "cycle": cycle.code,
            "language": workbook.language,
            "region": cycle.region_id,
        },
        by=by,
        at=at,
    )
    workbook.asked_at = at
    workbook.save(update_fields=["job", "asked_at"])
    record_event(
        action="submissions.request_workbook",
        by=by,
        at=at,
        target=cycle,
        after={"language": workbook.language},
        region=cycle.region,
    )
    return workbook


def keep_region_workbook(
    *, workbook: RegionWorkbook, content: IO[bytes], size: int, as_of: datetime
) -> None:
    """Store the finished file in place of an earlier one, which goes once the row is committed.

    Of two jobs the file that was read later stays, whichever ends first.
    """
    storage, name = workbook.file.storage, region_workbook_path(workbook, "")
    with removed_on_rollback(storage, name):
        storage.save(name, File(content))
        with transaction.atomic():
            kept = RegionWorkbook.objects.select_for_update(of=("self",), no_key=True).get(
                pk=workbook.pk
            )
            if kept.as_of is not None and kept.as_of > as_of:
                replaced: str | None = name
            else:
                replaced = kept.file.name
                kept.file.name, kept.size, kept.as_of = name, size, as_of
                kept.save(update_fields=["file", "size", "as_of"])
            if replaced:
                transaction.on_commit(partial(storage.delete, replaced), robust=True)


@transaction.atomic
def discard_old_region_workbooks(*, at: datetime) -> int:
    """Forget the workbooks made or asked for seven days ago; how many there were."""
    old = RegionWorkbook.objects.select_for_update(of=("self",), no_key=True).filter(
        Q(as_of__lt=at - KEPT) | Q(as_of__isnull=True), asked_at__lt=at - KEPT
    )
    found = list(old)
    for workbook in found:
        if workbook.file:
            _forget_file(workbook)
        workbook.delete()
    return len(found)


def _forget_file(workbook: RegionWorkbook) -> None:
    storage, name = workbook.file.storage, workbook.file.name or ""
    transaction.on_commit(lambda: storage.delete(name), robust=True)
