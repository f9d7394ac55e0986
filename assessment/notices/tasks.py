"""What is done by the clock."""

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from assessment.audit.origin import Origin, coming_from
from assessment.cycles.calendar import LOCAL_ZONE
from assessment.notices.services import queue_waiting_letters, remind_people

# Local time: nobody finds the reminder of the day sent at midnight.
FIRST_HOUR = 8
_A_DAY = 24 * 60 * 60


@shared_task(name="notices.remind")
def remind() -> None:
    """Give out the digests of the day once it has begun; beat calls it again and again.

    Whom to remind is found out until it was done once: the cache knows that, and where it
    forgets, it is found out anew and nobody is told twice.
    """
    now = timezone.now()
    local = now.astimezone(LOCAL_ZONE)
    done = f"notices.reminded:{local.date().isoformat()}"
    if local.hour < FIRST_HOUR or cache.get(done):
        return
    with coming_from(Origin(channel="worker")):
        remind_people(at=now)
    cache.set(done, True, _A_DAY)


@shared_task(name="notices.send_waiting")
def send_waiting() -> None:
    """Take up letters whose e-mail did not get through; beat calls it."""
    with coming_from(Origin(channel="worker")), transaction.atomic():
        queue_waiting_letters(at=timezone.now())
