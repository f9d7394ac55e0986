"""What the queue carries: a job's id and nothing else."""

from typing import Any
from uuid import UUID

from celery import shared_task
from celery.signals import worker_ready
from django.utils import timezone

from assessment.jobs.runs import run_job
from assessment.jobs.services import reap_jobs


@shared_task(name="jobs.run")
def run(job_id: str) -> None:
    """Run one job; a second delivery of the same message does nothing."""
    run_job(UUID(job_id))


@shared_task(name="jobs.reap")
def reap() -> None:
    """Take up jobs whose worker or message was lost; beat calls it."""
    reap_jobs(at=timezone.now())


@worker_ready.connect(dispatch_uid="jobs.reap_at_start")
def reap_at_start(**_kwargs: Any) -> None:
    """A worker that starts looks after those that died before it."""
    reap.delay()
