"""The reports asked for together, as one piece of work: what is done, what now, what is left."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.models import User
from accounts.text import join_sentences
from assessment.jobs.models import Job
from assessment.jobs.panels import JobPanel, queue_silent_text, remaining_of, waits_for_queue
from assessment.jobs.permissions import can_steer_job
from assessment.jobs.workflow import JobState
from assessment.publication.models import Publication
from assessment.reports.wording import subject_of

# More names than this would bury the sentence; the table has them all.
MOST_NAMED = 5


def batch_panel(
    publication: Publication, jobs: Sequence[Job], reader: User, at: datetime, query: str
) -> JobPanel | None:
    """The panel of the work under way, or of the last work where some of it was not done.

    Under way are all jobs asked for since the oldest one that is not finished. No query.
    """
    busy = [job for job in jobs if not job.is_finished]
    if busy:
        since = min(job.created_at for job in busy)
        batch = [job for job in jobs if job.created_at >= since]
        return _running_panel(publication, batch, reader, at, query)
    last = max((job.created_at for job in jobs), default=None)
    # What failed stays in sight whatever was asked for since.
    batch = [job for job in jobs if job.created_at == last or job.state == JobState.FAILED]
    undone = [job for job in batch if job.state != JobState.SUCCEEDED]
    return _undone_panel(publication, batch, undone, reader, query) if undone else None


def _running_panel(
    publication: Publication, batch: Sequence[Job], reader: User, at: datetime, query: str
) -> JobPanel:
    busy = [job for job in batch if not job.is_finished]
    # What failed or was stopped is not on its way any more, and nothing was made of it.
    alive = [job for job in batch if not job.is_finished or job.state == JobState.SUCCEEDED]
    percent = sum(100 if job.is_finished else job.percent for job in alive) // len(alive)
    started = min((job.started_at for job in batch if job.started_at), default=None)
    is_running = any(job.state == JobState.RUNNING for job in busy) or len(busy) < len(batch)
    address = [publication.cycle.code]
    may_cancel = any(can_steer_job(reader, job) and not job.is_cancel_requested for job in busy)
    return JobPanel(
        pk=_key(publication),
        title=_("Making the reports"),
        state=JobState.RUNNING if is_running else JobState.QUEUED,
        percent=percent if is_running else None,
        message=_under_way(batch),
        error="",
        remaining_seconds=remaining_of(percent=percent, started_at=started, at=at),
        is_finished=False,
        poll_url=reverse("reports:panel", args=address) + query,
        cancel_url=reverse("reports:cancel", args=address) + query if may_cancel else "",
        parts=_parts(batch),
    )


def _undone_panel(
    publication: Publication,
    batch: Sequence[Job],
    undone: Sequence[Job],
    reader: User,
    query: str,
) -> JobPanel:
    """Stays until the reports are asked for again: the failed ones by its own button."""
    names = [subject_of(job) for job in undone[:MOST_NAMED]]
    more = ["…"] if len(undone) > MOST_NAMED else []
    sentence = ngettext(
        "%(count)s report was not made: %(names)s.",
        "%(count)s reports were not made: %(names)s.",
        len(undone),
    ) % {"count": len(undone), "names": pgettext("list of things", "; ").join(names + more)}
    failed = [job for job in undone if job.state == JobState.FAILED]
    may_retry = any(can_steer_job(reader, job) for job in failed)
    retry_url = reverse("reports:retry", args=[publication.cycle.code]) + query
    return JobPanel(
        pk=_key(publication),
        title=_("Making the reports"),
        state=JobState.FAILED if failed else JobState.CANCELLED,
        percent=100,
        message=sentence,
        error=sentence if failed else "",
        remaining_seconds=None,
        is_finished=True,
        retry_url=retry_url if may_retry else "",
        parts=_parts(batch),
    )


def _key(publication: Publication) -> str:
    return f"reports-{publication.pk}"


def _under_way(batch: Sequence[Job]) -> str:
    """How many are made, and which are being made at this moment with their step."""
    done = sum(job.state == JobState.SUCCEEDED for job in batch)
    sentence = ngettext(
        "%(done)s of %(total)s report is made.",
        "%(done)s of %(total)s reports are made.",
        len(batch),
    ) % {"done": done, "total": len(batch)}
    now = [_doing(job) for job in batch if job.state == JobState.RUNNING]
    if not now:
        is_silent = any(waits_for_queue(job) for job in batch)
        return join_sentences([sentence, queue_silent_text()]) if is_silent else sentence
    things = pgettext("list of things", "; ").join(now[:MOST_NAMED])
    return join_sentences([sentence, _("Now: %(things)s.") % {"things": things}])


def _doing(job: Job) -> str:
    step = _(job.step) if job.step else ""
    if not step:
        return subject_of(job)
    return _("%(report)s (%(step)s)") % {"report": subject_of(job), "step": step}


def _parts(batch: Sequence[Job]) -> tuple[tuple[str, int], ...]:
    counted = (
        (_("Done"), {JobState.SUCCEEDED}),
        (_("Failed"), {JobState.FAILED}),
        (_("Cancelled"), {JobState.CANCELLED}),
        (_("Remaining"), {JobState.QUEUED, JobState.RUNNING}),
    )
    return tuple((label, sum(job.state in states for job in batch)) for label, states in counted)
