"""A job is done by a worker process, once, whatever happens to the worker."""

import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from assessment.jobs.models import Job
from assessment.jobs.services import enqueue_job, request_cancel
from assessment.jobs.workflow import JobState
from tests.services.conftest import StartWorker, wait_for_state, wait_until
from tests.services.work import ADD, WAIT

pytestmark = pytest.mark.services


def enqueue(kind: str, **parameters: Any) -> Job:
    return enqueue_job(kind=kind, parameters=parameters, by=None, at=timezone.now())


def working_process(job: Job) -> int:
    """The process that works at a job of kind WAIT, once it has begun."""

    def has_begun() -> bool:
        job.refresh_from_db()
        return job.step.startswith("pid ")

    wait_until(has_begun, lambda: f"{job} is {job.state}: {job.error}")
    return int(job.step.removeprefix("pid "))


def test_job_is_done_by_the_worker_process(start_worker: StartWorker) -> None:
    start_worker("one")
    job = wait_for_state(enqueue(ADD, a=2, b=3), JobState.SUCCEEDED)
    assert job.result["sum"] == 5
    assert job.result["pid"] != os.getpid()
    assert (job.percent, job.attempts, job.error) == (100, 1, "")


def test_worker_that_starts_does_what_waits(start_worker: StartWorker) -> None:
    """Also a job of which the queue knows nothing, because its message was lost."""
    waiting = enqueue(ADD, a=1, b=1)
    created_at = timezone.now() - timedelta(minutes=5)
    forgotten = Job.objects.create(
        kind=ADD, parameters={"a": 4, "b": 4}, created_at=created_at, heartbeat_at=created_at
    )
    assert Job.objects.get(pk=waiting.pk).state == JobState.QUEUED
    start_worker("late")
    assert wait_for_state(waiting, JobState.SUCCEEDED).result["sum"] == 2
    assert wait_for_state(forgotten, JobState.SUCCEEDED).result["sum"] == 8


def test_two_workers_do_each_job_once(start_worker: StartWorker) -> None:
    start_worker("one")
    start_worker("two")
    jobs = [enqueue(ADD, a=number, b=1) for number in range(40)]
    done = [wait_for_state(job, JobState.SUCCEEDED) for job in jobs]
    assert [job.result["sum"] for job in done] == list(range(1, 41))
    assert {job.attempts for job in done} == {1}


def test_killed_worker_is_replaced_by_another(start_worker: StartWorker, tmp_path: Path) -> None:
    first = start_worker("first")
    job = enqueue(WAIT, release=str(tmp_path / "release"))
    victim = working_process(job)
    os.killpg(first.pid, signal.SIGKILL)
    wait_until(lambda: first.ended() == "SIGKILL", lambda: "the worker survived kill -9")
    start_worker("second")
    wait_until(lambda: working_process(job) != victim, lambda: "nobody took the job over")
    (tmp_path / "release").touch()
    job = wait_for_state(job, JobState.SUCCEEDED)
    assert job.attempts == 2
    assert job.result["pid"] != victim


def test_killed_pool_process_is_replaced(start_worker: StartWorker, tmp_path: Path) -> None:
    start_worker("one")
    job = enqueue(WAIT, release=str(tmp_path / "release"))
    victim = working_process(job)
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: working_process(job) != victim, lambda: "nobody took the job over")
    (tmp_path / "release").touch()
    assert wait_for_state(job, JobState.SUCCEEDED).attempts == 2


def test_stopping_worker_finishes_its_job(start_worker: StartWorker, tmp_path: Path) -> None:
    worker = start_worker("one")
    job = enqueue(WAIT, release=str(tmp_path / "release"))
    working_process(job)
    worker.terminate()
    (tmp_path / "release").touch()
    wait_until(lambda: worker.ended() is not None, lambda: "the worker does not stop")
    assert worker.ended() == "exit code 0"
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.SUCCEEDED, 1)


def test_running_job_is_cancelled(start_worker: StartWorker, tmp_path: Path) -> None:
    start_worker("one")
    job = enqueue(WAIT, release=str(tmp_path / "never"))
    working_process(job)
    request_cancel(job=job, by=None, at=timezone.now())
    assert wait_for_state(job, JobState.CANCELLED).finished_at is not None
