"""Tells the queue of jobs once they are committed, and lives with a queue that does not answer.

The job table knows what is to be done; a message only wakes a worker. So a message that
cannot be sent is no error of whoever asked for the work: the job waits, says so, and the
reaper sends the message again (``services.reap_jobs``).
"""

import logging
import time
from uuid import UUID

from celery import current_app
from django.db import transaction

from assessment.jobs.models import Job
from assessment.jobs.workflow import JobState

log = logging.getLogger(__name__)

# After a failure this process asks the queue no more for so long. A batch of reports would
# otherwise wait for the same dead server once for each of them.
PAUSE_SECONDS = 5.0


class _Queue:
    """Whether the queue answered this process lately."""

    silent_until = 0.0


def announce_on_commit(job_id: UUID) -> None:
    """Send the job's message when the transaction is committed; failures are logged only."""
    transaction.on_commit(lambda: _announce(job_id), robust=True)


def _announce(job_id: UUID) -> None:
    if time.monotonic() < _Queue.silent_until:
        _mark_unannounced(job_id)
        return
    try:
        # A signature by name: the task is not imported here, and eager mode is honoured.
        current_app.signature("jobs.run", args=[str(job_id)]).apply_async()
    except Exception:  # each kind of queue fails in its own way
        _Queue.silent_until = time.monotonic() + PAUSE_SECONDS
        log.exception("job %s waits: the queue does not answer", job_id)
        _mark_unannounced(job_id)


def _mark_unannounced(job_id: UUID) -> None:
    Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(is_announced=False)
