"""Real workers on the queue and the database of the test run."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from assessment.jobs import kinds
from assessment.jobs.models import Job
from config.celery import app
from scripts.child import Child
from tests.services.work import register_work

StartWorker = Callable[[str], Child]
DONE_WITHIN_SECONDS = 30


@pytest.fixture(autouse=True)
def real_services(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    """Fail where Redis or PostgreSQL is not there; begin with an empty queue."""
    if not settings.REDIS_URL or settings.CELERY_TASK_ALWAYS_EAGER:
        pytest.fail("these tests need REDIS_URL and LIANPING_TEST_EAGER=0: make test sets them")
    if connection.vendor != "postgresql":
        pytest.fail("these tests need DATABASE_URL of a PostgreSQL server: make test sets it")
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    register_work()
    app.control.purge()


@pytest.fixture
def start_worker(real_services: None, tmp_path: Path) -> Iterator[StartWorker]:
    """Start a worker under a name; return when it answers. All are gone after the test."""
    workers: list[Child] = []
    with (tmp_path / "workers.log").open("w+", encoding="utf-8") as log:

        def start(name: str) -> Child:
            command = [sys.executable, "-m", "celery", "-q", "-A", "tests.services.worker_app"]
            command += ["worker", "--beat", "--concurrency", "2", "--loglevel", "WARNING"]
            command += ["--hostname", f"{name}@test", "--schedule", str(tmp_path / f"{name}.beat")]
            worker = Child(name, command, worker_env(tmp_path), log=log)
            workers.append(worker)
            wait_until(
                lambda: answers(name) or worker.ended() is not None,
                lambda: (tmp_path / "workers.log").read_text(),
            )
            assert worker.ended() is None, (tmp_path / "workers.log").read_text()
            return worker

        yield start
        for worker in workers:
            worker.stop()


def worker_env(home: Path) -> dict[str, str]:
    """What makes a worker use the test run's own database."""
    d = connection.settings_dict
    return {
        "DJANGO_SETTINGS_MODULE": "tests.services.settings_worker",
        "DATABASE_URL": f"postgres://{d['USER']}@{d['HOST']}:{d['PORT']}/{d['NAME']}",
        "LIANPING_HOME": str(home / "home"),
    }


def answers(name: str) -> bool:
    """Whether the worker of that name replies through the queue."""
    return bool(app.control.ping(destination=[f"{name}@test"], timeout=0.5, limit=1))


def wait_until(is_so: Callable[[], bool], explain: Callable[[], str]) -> None:
    """Wait until something is so; fail with an explanation when it takes too long."""
    deadline = time.monotonic() + DONE_WITHIN_SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            pytest.fail(f"not so after {DONE_WITHIN_SECONDS} s: {explain()}")
        time.sleep(0.05)


def wait_for_state(job: Job, state: str) -> Job:
    """Wait until the job is in a state; return it as it is then."""

    def is_there() -> bool:
        job.refresh_from_db()
        return job.state == state

    wait_until(
        is_there, lambda: f"{job} is {job.state} at {job.percent} %, {job.error or job.step}"
    )
    return job
