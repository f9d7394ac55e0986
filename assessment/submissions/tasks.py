"""What is done by the clock."""

from celery import shared_task
from django.utils import timezone

from assessment.submissions.services import discard_old_region_workbooks, discard_old_workbooks


@shared_task(name="submissions.discard_old_workbooks")
def discard_old() -> None:
    """Forget kept files whose time is over; beat calls it."""
    now = timezone.now()
    discard_old_workbooks(at=now)
    discard_old_region_workbooks(at=now)
