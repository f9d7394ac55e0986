"""One attempt of a worker at a job: claim, sign of life, end.

Every write names the attempt, so that a worker believed dead that comes back changes
nothing of the attempt that followed it.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F, QuerySet
from django.utils import timezone

from assessment.audit.origin import Origin, coming_from
from assessment.jobs.failures import UNEXPECTED, UNKNOWN_KIND, JobCancelled, JobFailed, JobLost
from assessment.jobs.kinds import kind_named, tell_ended
from assessment.jobs.models import Job
from assessment.jobs.services import report_progress
from assessment.jobs.workflow import JobAction, JobState, next_state

log = logging.getLogger(__name__)


def claim_job(*, job_id: UUID, at: datetime) -> Job | None:
    """Take a waiting job for this worker; nothing if another has it or it is finished.

    One conditional UPDATE decides, so of any number of claimants one wins.
    """
    claimed = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=next_state(JobState.QUEUED, JobAction.CLAIM),
        attempts=F("attempts") + 1,
        started_at=at,
        heartbeat_at=at,
        percent=0,
        step="",
    )
    return Job.objects.get(pk=job_id) if claimed else None


def end_job(
    *, job: Job, action: JobAction, at: datetime, error: str = "", result: dict[str, Any]
) -> bool:
    """Write the end of this attempt; whether the attempt still counted."""
    done = {"percent": 100, "step": ""} if action == JobAction.SUCCEED else {}
    return bool(
        _attempt(job).update(
            state=next_state(JobState.RUNNING, action),
            error=error,
            result=result,
            finished_at=at,
            **done,
        )
    )


def run_job(job_id: UUID) -> None:
    """Claim the job and carry it through; harmless if it is no longer there to claim."""
    # All an attempt changes is one operation of the worker.
    with coming_from(Origin(channel="worker")):
        _attempt_job(job_id)


def _attempt_job(job_id: UUID) -> None:
    job = claim_job(job_id=job_id, at=timezone.now())
    if job is None:
        return
    action, error, result = JobAction.FAIL, "", {}
    try:
        with heartbeat(job):
            result = _work(job)
        action = JobAction.SUCCEED
    except JobLost:
        log.warning("job %s was taken over by another worker", job.pk)
        return
    except JobCancelled:
        action = JobAction.CANCEL
    except JobFailed as failure:
        error = failure.message
    except Exception:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        error = UNEXPECTED
    now = timezone.now()
    if end_job(job=job, action=action, at=now, error=error, result=result):
        tell_ended(job, now)


def _work(job: Job) -> dict[str, Any]:
    kind = kind_named(job.kind)
    if kind is None:
        raise JobFailed(UNKNOWN_KIND)
    return kind.handler(job, RunningProgress(job))


def _attempt(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


class RunningProgress:
    """The progress of one attempt, told to the job table."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def report(self, percent: int, step: str) -> None:
        """See ``kinds.Progress``."""
        report_progress(
            job_id=self._job.pk,
            percent=percent,
            step=step,
            at=timezone.now(),
            attempt=self._job.attempts,
        )


@contextmanager
def heartbeat(job: Job) -> Iterator[None]:
    """Give a sign of life from a thread of its own while the block runs.

    Work that does not report for minutes (one long render) is thereby not taken for dead.
    """
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, stop), name=f"heartbeat-{job.pk}")
    thread.daemon = True
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat(job: Job, stop: threading.Event) -> None:
    """Beat until stopped, on this thread's own connection, closed at the end."""
    try:
        while not stop.wait(settings.JOB_HEARTBEAT_SECONDS):
            try:
                _attempt(job).update(heartbeat_at=timezone.now())
            except (DatabaseError, InterfaceError):  # a busy database: the next beat comes soon
                log.warning("job %s: no sign of life could be written", job.pk, exc_info=True)
                connection.close()
    finally:
        connection.close()
