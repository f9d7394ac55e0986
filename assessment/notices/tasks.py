"""What is done by the clock."""

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from assessment.audit.origin import Origin, coming_from
from assessment.cycles.calendar import LOCAL_ZONE
from assessment.notices.queries import last_move_of_days
from assessment.notices.services import queue_waiting_letters, remind_people

# Local time: nobody finds the reminder of the day sent at midnight.
FIRST_HOUR = 8
_A_DAY = 24 * 60 * 60


@shared_task(name="notices.remind")
def remind() -> None:
    """Give out the digests of the day once it has begun; beat calls it again and again.

    Whom to remind is found out until it was done once, and again after what may move days of
    reminding. The cache knows after which such event it was done; where it forgets, it is found
    out anew. Nobody is told twice.
    """
    now = timezone.now()
    local = now.astimezone(LOCAL_ZONE)
    if local.hour < FIRST_HOUR:
        return
    done = f"notices.reminded:{local.date().isoformat()}"
    moved = last_move_of_days(local.replace(hour=0, minute=0, second=0, microsecond=0))
    if cache.get(done) == moved:
        return
    with coming_from(Origin(channel="worker")):
        remind_people(at=now)
    cache.set(done, moved, _A_DAY)


@shared_task(name="notices.send_waiting")
def send_waiting() -> None:
    """Take up letters whose e-mail did not get through; beat calls it."""
    with coming_from(Origin(channel="worker")), transaction.atomic():
        queue_waiting_letters(at=timezone.now())
