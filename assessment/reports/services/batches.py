"""The end of what was asked for in one go: recorded once, and told to whoever asked."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.dispatch import Signal

from assessment.audit.services import record_event
from assessment.jobs.models import Job
from assessment.jobs.workflow import JobState
from assessment.reports.models import Batch, Report

# Sent in the transaction of the end with ``batch``, its ``event``, and ``size``, the number of
# reports asked for. Rooms above tell people; a fault of theirs undoes the end with its event.
batch_ended = Signal()


def end_batches(*, at: datetime, job: Job | None = None) -> int:
    """End every batch of which nothing waits or runs any more; how many.

    With ``job`` only those it belongs to. One SQL query where none has ended.
    """
    finished = _finished() if job is None else _finished().filter(jobs=job)
    return sum(_end(pk, at) for pk in list(finished.order_by("pk").values_list("pk", flat=True)))


def hand_over(overtaken: Job | None, job: Job | None) -> None:
    """Have batches that await the one job await the other, which makes the same report anew."""
    if overtaken is not None and job is not None:
        awaited = Batch.jobs.through.objects.filter(job=overtaken, batch__ended_at__isnull=True)
        awaited.update(job=job)


def take_up_again(job: Job) -> None:
    """A finished job is queued again: it makes its report, and its batches are to end once more.

    Where the report was asked for since and is not made yet, it stays with the newer job.
    """
    of = {name: job.parameters.get(name) for name in ("publication", "locality", "language")}
    idle = Q(job__isnull=True) | Q(job__finished_at__isnull=False)
    Report.objects.filter(idle, **of).update(job=job)
    Batch.objects.filter(jobs=job, ended_at__isnull=False).update(ended_at=None)


def _finished() -> QuerySet[Batch]:
    busy = Batch.jobs.through.objects.filter(batch=OuterRef("pk"), job__finished_at__isnull=True)
    return Batch.objects.filter(~Exists(busy), ended_at__isnull=True)


@transaction.atomic
def _end(pk: int, at: datetime) -> bool:
    """Of any number of processes that see the end, the first to lock the row records it."""
    batch = _finished().select_for_update(no_key=True).filter(pk=pk).first()
    if batch is None:
        return False
    jobs = list(batch.jobs.values_list("state", "result__unchanged"))
    states = Counter(state for state, _unchanged in jobs)
    told = {
        "done": states[JobState.SUCCEEDED],
        "unchanged": sum(unchanged is True for _state, unchanged in jobs),
        "failed": states[JobState.FAILED],
        "cancelled": states[JobState.CANCELLED],
    }
    batch.ended_at = at
    batch.save(update_fields=["ended_at"])
    event = record_event(
        action="reports.end_batch",
        by=None,
        at=at,
        target=batch.publication,
        after={"asked": len(jobs)} | {name: count for name, count in told.items() if count},
        region=batch.publication.cycle.region,
    )
    batch_ended.send(sender=Batch, batch=batch, event=event, size=len(jobs))
    return True
