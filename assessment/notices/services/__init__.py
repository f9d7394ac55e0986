"""What is told to people, by whom it is brought, and what they have read of it."""

from assessment.notices.services.delivering import JOB_KIND, queue_letters, queue_waiting_letters
from assessment.notices.services.reading import mark_all_read, mark_read
from assessment.notices.services.telling import (
    Urging,
    remind_people,
    tell_of_batch,
    urge_localities,
)

__all__ = [
    "JOB_KIND",
    "Urging",
    "mark_all_read",
    "mark_read",
    "queue_letters",
    "queue_waiting_letters",
    "remind_people",
    "tell_of_batch",
    "urge_localities",
]
