"""Kinds of work that let a test decide how long they take."""

import os
import time
from pathlib import Path
from typing import Any

from assessment.jobs.kinds import Progress, register_kind
from assessment.jobs.models import Job

ADD = "tests.services.add"
WAIT = "tests.services.wait"


def add(job: Job, progress: Progress) -> dict[str, Any]:
    """Add two numbers."""
    return {"sum": job.parameters["a"] + job.parameters["b"], "pid": os.getpid()}


def wait_for_file(job: Job, progress: Progress) -> dict[str, Any]:
    """Work until the file ``parameters["release"]`` exists; say in which process meanwhile."""
    deadline = time.monotonic() + 120
    while not Path(job.parameters["release"]).exists():
        if time.monotonic() > deadline:
            raise TimeoutError("nobody released the job")
        progress.report(50, f"pid {os.getpid()}")
        time.sleep(0.1)
    return {"pid": os.getpid()}


def register_work() -> None:
    """Make both kinds known to this process."""
    register_kind(ADD, add, "Add")
    register_kind(WAIT, wait_for_file, "Wait")
