"""What is done by the clock."""

from celery import shared_task
from django.utils import timezone

from assessment.audit.origin import Origin, coming_from
from assessment.reports.services import end_batches


@shared_task(name="reports.end_batches")
def end() -> None:
    """Tell of batches whose last worker died before it could; beat calls it."""
    with coming_from(Origin(channel="worker")):
        end_batches(at=timezone.now())
