"""The one door to the job table for people and for rooms that need long work."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.authorization import require
from accounts.models import Locality, Region, User
from assessment.audit.services import record_event
from assessment.jobs.announcing import announce_on_commit
from assessment.jobs.failures import LOST_TOO_OFTEN, JobCancelled, JobLost
from assessment.jobs.kinds import kind_named, tell_ended
from assessment.jobs.models import Job
from assessment.jobs.permissions import can_steer_job
from assessment.jobs.queries import without_sign_of_life
from assessment.jobs.workflow import JobAction, JobState, next_state

# A job whose worker died this often probably kills it: a person must look at it.
MOST_LOSSES = 3


def enqueue_job(*, kind: str, parameters: dict[str, Any], by: User | None, at: datetime) -> Job:
    """Write the job down and queue it on commit. ``parameters`` are JSON-able.

    Where the queue does not answer then, the job waits until the reaper can announce it.

    ``parameters["region"]`` (a primary key) opens the job to that region's coordinators and
    auditors. The caller has asked for permission. ``LookupError`` for an unknown kind.
    """
    return enqueue_jobs(kind=kind, parameters=[parameters], by=by, at=at)[0]


def enqueue_jobs(
    *, kind: str, parameters: Sequence[dict[str, Any]], by: User | None, at: datetime
) -> list[Job]:
    """The same for any number of jobs, one for each of the ``parameters``; one SQL query."""
    if kind_named(kind) is None:
        raise LookupError(f"no job kind {kind!r} is registered")
    jobs = Job.objects.bulk_create(
        Job(kind=kind, parameters=each, created_by=by, created_at=at, heartbeat_at=at)
        for each in parameters
    )
    for job in jobs:
        announce_on_commit(job.pk)
    return jobs


def report_progress(
    *, job_id: UUID, percent: int, step: str, at: datetime, attempt: int | None = None
) -> None:
    """Record how far a running job is; this is a sign of life as well.

    Raises ``JobCancelled`` if somebody asked to stop, ``JobLost`` if the job no longer runs
    (under this ``attempt``, where given).
    """
    running = Job.objects.filter(pk=job_id, state=JobState.RUNNING)
    if attempt is not None:
        running = running.filter(attempts=attempt)
    if running.filter(is_cancel_requested=True).exists():
        raise JobCancelled
    if not running.update(percent=max(0, min(100, percent)), step=step, heartbeat_at=at):
        raise JobLost


@transaction.atomic
def request_cancel(*, job: Job, by: User | None, at: datetime) -> Job:
    """Cancel a waiting job at once; ask a running one to stop at its next step.

    Raises ``NotAllowedNow`` for a finished job. Asking twice changes and records nothing.
    """
    locked = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    if by is not None:
        require(can_steer_job, by, locked)
    after = next_state(JobState(locked.state), JobAction.CANCEL)
    if locked.is_cancel_requested:
        return locked
    locked.is_cancel_requested = True
    if locked.state == JobState.QUEUED:
        locked.state, locked.finished_at = after, at
    locked.save(update_fields=["is_cancel_requested", "state", "finished_at"])
    _record_steering(locked, "jobs.cancel", by, at)
    _tell_on_commit(locked, at)
    return locked


@transaction.atomic
def retry_job(*, job: Job, by: User | None, at: datetime) -> Job:
    """Queue a failed or cancelled job again. Raises ``NotAllowedNow`` for any other."""
    locked = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    if by is not None:
        require(can_steer_job, by, locked)
    state = JobState(locked.state)
    if state == JobState.RUNNING:  # only the reaper takes a job from a worker
        next_state(state, JobAction.CLAIM)
    locked.state = next_state(state, JobAction.REQUEUE)
    locked.is_cancel_requested, locked.is_announced = False, True
    locked.percent, locked.step, locked.error, locked.losses = 0, "", "", 0
    locked.finished_at, locked.heartbeat_at = None, at
    locked.save()
    kind = kind_named(locked.kind)
    if kind is not None and kind.retried is not None:
        kind.retried(locked)
    _record_steering(locked, "jobs.retry", by, at)
    announce_on_commit(locked.pk)
    return locked


def _record_steering(job: Job, action: str, by: User | None, at: datetime) -> None:
    """One event in the region, and in the locality, that the job's parameters name."""
    record_event(
        action=action,
        by=by,
        at=at,
        target=job,
        after={"kind": job.kind, "state": job.state},
        region=Region.objects.filter(pk=job.parameters.get("region")).first(),
        locality=Locality.objects.filter(pk=job.parameters.get("locality")).first(),
    )


def reap_jobs(*, at: datetime) -> int:
    """Take up every job that went silent; return how many.

    A running one without heartbeat goes back to the queue (or is cancelled, if that was
    asked, or failed after too many lost workers). A waiting one is announced to the queue
    again after a while: its message may be lost, and a second message does no harm.
    """
    silent = list(without_sign_of_life(at).values_list("pk", flat=True))
    return sum(_reap(job_id, at) for job_id in silent)


@transaction.atomic
def _reap(job_id: UUID, at: datetime) -> bool:
    job = without_sign_of_life(at).select_for_update(no_key=True).filter(pk=job_id).first()
    if job is None:  # it lives, has ended, or another reaper was quicker
        return False
    if job.state == JobState.RUNNING:
        _settle_lost(job, at)
    job.heartbeat_at, job.is_announced = at, True
    job.save()
    if not job.is_finished:
        announce_on_commit(job.pk)
    _tell_on_commit(job, at)
    return True


def _tell_on_commit(job: Job, at: datetime) -> None:
    if job.is_finished:
        transaction.on_commit(partial(tell_ended, job, at), robust=True)


def _settle_lost(job: Job, at: datetime) -> None:
    job.losses += 1
    if job.is_cancel_requested:
        action = JobAction.CANCEL
    elif job.losses >= MOST_LOSSES:
        action = JobAction.FAIL
        job.error = LOST_TOO_OFTEN
    else:
        action = JobAction.REQUEUE
        job.percent, job.step = 0, ""
    job.state = next_state(JobState.RUNNING, action)
    job.finished_at = at if job.is_finished else None
