"""A job as pages show it: words, remaining time, and where its buttons lead."""

import math
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from assessment.jobs.kinds import JobKind, ResultLink, kind_named
from assessment.jobs.models import Job
from assessment.jobs.permissions import can_steer_job
from assessment.jobs.workflow import JobAction, JobState, is_allowed

# Before this much is done and this long has passed an estimate would only jump about.
LEAST_PERCENT = 5
LEAST_SECONDS = 1.0
# From here on an estimate is told in minutes.
LONG_SECONDS = 120


@dataclass(frozen=True)
class JobPanel:
    """What templates/components/job_panel.html needs, plus its addresses.

    An address is empty where the reader may not, or the state does not let them, use it.
    ``parts`` counts the pieces of work of several, by what became of them.
    """

    pk: UUID | str
    title: str
    state: str
    percent: int | None
    message: str
    error: str
    remaining_seconds: int | None
    is_finished: bool
    poll_url: str = ""
    cancel_url: str = ""
    retry_url: str = ""
    result_url: str = ""
    result_label: str = ""
    parts: tuple[tuple[str, int], ...] = ()

    @property
    def remaining(self) -> str:
        """The time left in words, in minutes where it is long; empty where it is not known."""
        if self.remaining_seconds is None:
            return ""
        if self.remaining_seconds < LONG_SECONDS:
            return gettext("about %(seconds)s s remaining") % {"seconds": self.remaining_seconds}
        minutes = round(self.remaining_seconds / 60)
        return gettext("about %(minutes)s min remaining") % {"minutes": minutes}


def panel_for(*, job: Job, reader: User, at: datetime) -> JobPanel:
    """The panel of one job for this reader at this moment; no query."""
    kind = kind_named(job.kind)
    link = _result_link(kind, job)
    may_steer = can_steer_job(reader, job)
    can_cancel = may_steer and is_allowed(job.state, JobAction.CANCEL)
    can_retry = may_steer and job.state in {JobState.FAILED, JobState.CANCELLED}
    return JobPanel(
        pk=job.pk,
        title=title_of(job),
        state=job.state,
        percent=None if job.state == JobState.QUEUED else job.percent,
        message=_message(job),
        error=gettext(job.error) if job.error else "",
        remaining_seconds=remaining_seconds(job=job, at=at),
        is_finished=job.is_finished,
        poll_url=reverse("jobs:panel", args=[job.pk]),
        cancel_url=_url("jobs:cancel", job, can_cancel and not job.is_cancel_requested),
        retry_url=_url("jobs:retry", job, can_retry),
        result_url=link.url if link else "",
        result_label=link.label if link else "",
    )


def title_of(job: Job) -> str:
    """What a page calls the job; its code name where its room is not installed."""
    kind = kind_named(job.kind)
    return job.kind if kind is None else kind.title_of(job)


def remaining_seconds(*, job: Job, at: datetime) -> int | None:
    """Seconds left if the work goes on as so far; nothing while that cannot be judged."""
    if job.state != JobState.RUNNING:
        return None
    return remaining_of(percent=job.percent, started_at=job.started_at, at=at)


def remaining_of(*, percent: int, started_at: datetime | None, at: datetime) -> int | None:
    """Seconds left of any work that has come this far since it began, or nothing."""
    if started_at is None or percent < LEAST_PERCENT:
        return None
    elapsed = (at - started_at).total_seconds()
    return math.ceil(elapsed * (100 - percent) / percent) if elapsed >= LEAST_SECONDS else None


def _message(job: Job) -> str:
    if job.is_cancel_requested and not job.is_finished:
        return gettext("Stopping at the next step.")
    if waits_for_queue(job):
        return queue_silent_text()
    return gettext(job.step) if job.step and not job.is_finished else ""


def waits_for_queue(job: Job) -> bool:
    """Whether no worker can have heard of the waiting job, as the queue did not answer."""
    return job.state == JobState.QUEUED and not job.is_announced


def queue_silent_text() -> str:
    """What a reader is told of work that ``waits_for_queue``."""
    return gettext(
        "The queue does not answer at the moment. The work is saved and starts by itself "
        "as soon as it does."
    )


def _result_link(kind: JobKind | None, job: Job) -> ResultLink | None:
    if kind is None or kind.result_link is None or job.state != JobState.SUCCEEDED:
        return None
    return kind.result_link(job)


def _url(name: str, job: Job, is_possible: bool) -> str:
    return reverse(name, args=[job.pk]) if is_possible else ""
