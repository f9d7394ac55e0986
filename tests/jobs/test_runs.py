"""One attempt of a worker: claim, sign of life, end, sudden death."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from assessment.jobs import runs
from assessment.jobs.failures import UNEXPECTED, UNKNOWN_KIND, JobFailed
from assessment.jobs.kinds import Progress
from assessment.jobs.models import Job
from assessment.jobs.runs import claim_job, heartbeat, run_job
from assessment.jobs.services import enqueue_job, reap_jobs, request_cancel
from assessment.jobs.workflow import JobState
from tests.factories import NOW

Register = Callable[[Callable[[Job, Progress], dict[str, Any]]], str]


class Killed(BaseException):
    """The process dies here: nothing after this line runs."""


def queued(kind: str) -> Job:
    return enqueue_job(kind=kind, parameters={}, by=None, at=NOW)


def written(kind: str) -> Job:
    """A waiting job without a message: in a test that commits, a message runs at once."""
    return Job.objects.create(kind=kind, created_at=NOW, heartbeat_at=NOW)


def ended(job: Job) -> Job:
    job.refresh_from_db()
    return job


def test_claim_is_won_once(kind: str, db: None) -> None:
    job = queued(kind)
    first, second = claim_job(job_id=job.pk, at=NOW), claim_job(job_id=job.pk, at=NOW)
    assert first is not None
    assert (first.state, first.attempts, first.started_at) == (JobState.RUNNING, 1, NOW)
    assert second is None


@pytest.mark.django_db(transaction=True)
def test_claim_by_eight_workers_at_once_is_won_once(kind: str) -> None:
    job = written(kind)
    start = threading.Barrier(8)

    def claim() -> bool:
        try:
            start.wait(timeout=10)
            return _patiently(lambda: claim_job(job_id=job.pk, at=NOW) is not None)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        won = [future.result() for future in [pool.submit(claim) for _ in range(8)]]
    assert sorted(won) == [False] * 7 + [True]
    assert ended(job).attempts == 1


def _patiently(claim: Callable[[], bool]) -> bool:
    """A shared in-memory SQLite answers "locked" at once instead of waiting: ask again."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return claim()
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def test_run_of_a_message_delivered_twice_works_once(register: Register, db: None) -> None:
    calls: list[int] = []

    def work(job: Job, progress: Progress) -> dict[str, Any]:
        calls.append(job.attempts)
        return {}

    job = queued(register(work))
    run_job(job.pk)
    run_job(job.pk)
    assert (calls, ended(job).state) == ([1], JobState.SUCCEEDED)


def test_run_of_a_kind_this_worker_lacks_fails_in_words(kind: str, db: None) -> None:
    job = queued(kind)
    Job.objects.update(kind="tests.gone")
    run_job(job.pk)
    assert (ended(job).state, job.error) == (JobState.FAILED, UNKNOWN_KIND)


@pytest.mark.parametrize(
    ("error", "words"),
    [(JobFailed("The locality has no result."), "The locality has no result."),
     (ZeroDivisionError("secret"), UNEXPECTED)],
)  # fmt: skip
def test_run_that_fails_tells_the_reader(
    register: Register, db: None, error: Exception, words: str
) -> None:
    def work(job: Job, progress: Progress) -> dict[str, Any]:
        raise error

    job = queued(register(work))
    run_job(job.pk)
    assert (ended(job).state, job.error) == (JobState.FAILED, words)
    assert job.finished_at is not None


def test_run_stops_when_cancel_is_asked_meanwhile(register: Register, db: None) -> None:
    reached: list[str] = []

    def work(job: Job, progress: Progress) -> dict[str, Any]:
        request_cancel(job=job, by=None, at=NOW)
        progress.report(50, "Half")
        reached.append("beyond the cancel")
        return {}

    job = queued(register(work))
    run_job(job.pk)
    assert (ended(job).state, reached) == (JobState.CANCELLED, [])


@pytest.mark.parametrize("line", ["before the work", "after the work", "before the end is written"])
def test_run_killed_at_a_line_is_done_by_the_next_worker(
    register: Register, db: None, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    done_by: list[int] = []

    def die(at: str, attempt: int) -> None:
        if at == line and attempt == 1:
            raise Killed

    def work(job: Job, progress: Progress) -> dict[str, Any]:
        die("before the work", job.attempts)
        done_by.append(job.attempts)
        die("after the work", job.attempts)
        return {"of": job.attempts}

    end_job = runs.end_job

    def dying_end(**fields: Any) -> bool:
        die("before the end is written", fields["job"].attempts)
        return end_job(**fields)

    monkeypatch.setattr(runs, "end_job", dying_end)
    job = queued(register(work))
    with pytest.raises(Killed):
        run_job(job.pk)
    assert ended(job).state == JobState.RUNNING
    reap_jobs(at=timezone.now() + timedelta(seconds=61))
    run_job(job.pk)
    assert (ended(job).state, job.result, done_by[-1]) == (JobState.SUCCEEDED, {"of": 2}, 2)


def test_run_believed_dead_that_returns_changes_nothing(register: Register, db: None) -> None:
    def work(job: Job, progress: Progress) -> dict[str, Any]:
        if job.attempts == 1:  # this worker hangs; meanwhile another one does the job
            reap_jobs(at=timezone.now() + timedelta(seconds=61))
            run_job(job.pk)
        return {"of": job.attempts}

    job = queued(register(work))
    run_job(job.pk)
    assert (ended(job).state, job.result, job.attempts) == (JobState.SUCCEEDED, {"of": 2}, 2)


@pytest.mark.django_db(transaction=True)
def test_heartbeat_beats_from_its_own_thread_and_stops(kind: str, settings: Any) -> None:
    settings.JOB_HEARTBEAT_SECONDS = 0.02
    job = claim_job(job_id=written(kind).pk, at=NOW)
    assert job is not None
    with heartbeat(job):
        deadline = time.monotonic() + 10
        while ended(job).heartbeat_at == NOW and time.monotonic() < deadline:
            time.sleep(0.02)
    last = ended(job).heartbeat_at
    assert last is not None
    assert last > NOW
    time.sleep(0.1)
    assert ended(job).heartbeat_at == last
    assert not [t for t in threading.enumerate() if t.name == f"heartbeat-{job.pk}"]
