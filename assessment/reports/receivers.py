"""Puts into the audit log what people do to the jobs of this room."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import Locality, Region, User
from assessment.audit.services import record_event
from assessment.jobs.models import Job
from assessment.jobs.signals import job_steered
from assessment.reports.services import JOB_KIND


@receiver(job_steered, dispatch_uid="reports.job_steered")
def record_steering(
    *, job: Job, action: str, by: User | None, at: datetime, **_kwargs: Any
) -> None:
    """One event for each cancelled or repeated report."""
    if job.kind != JOB_KIND:
        return
    record_event(
        action=f"reports.{action}",
        by=by,
        at=at,
        target=job,
        after={"state": job.state, "language": job.parameters.get("language", "")},
        region=Region.objects.filter(pk=job.parameters.get("region")).first(),
        locality=Locality.objects.filter(pk=job.parameters.get("locality")).first(),
    )
