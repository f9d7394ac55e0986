"""What a job can be: the rooms above register their long work here when they start."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from assessment.audit.wording import register_words
from assessment.jobs.models import Job

log = logging.getLogger(__name__)


class Progress(Protocol):
    """What a handler tells while it works."""

    def report(self, percent: int, step: str) -> None:
        """Say how far the work is and what comes now.

        ``step`` is an English text marked with ``gettext_noop``, at most 60 characters;
        pages show it in the reader's language. Raises ``JobCancelled`` when somebody asked
        to stop and ``JobLost`` when another worker has taken over: let both pass.
        """


Handler = Callable[[Job, Progress], dict[str, Any]]
Ended = Callable[[Job, datetime], None]
Retried = Callable[[Job], None]


@dataclass(frozen=True)
class ResultLink:
    """Where the fruit of a finished job is."""

    url: str
    label: str


@dataclass(frozen=True)
class JobKind:
    """One kind of long work; ``label`` is a lazily translated text."""

    name: str
    handler: Handler
    label: Any
    title: Callable[[Job], str] | None = None
    result_link: Callable[[Job], ResultLink | None] | None = None
    ended: Ended | None = None
    retried: Retried | None = None

    def title_of(self, job: Job) -> str:
        """What a page calls this job."""
        return self.title(job) if self.title is not None else str(self.label)


_kinds: dict[str, JobKind] = {}


def register_kind(
    name: str,
    handler: Handler,
    label: Any,
    *,
    title: Callable[[Job], str] | None = None,
    result_link: Callable[[Job], ResultLink | None] | None = None,
    ended: Ended | None = None,
    retried: Retried | None = None,
) -> None:
    """Make a kind known to this process; call it from ``AppConfig.ready``.

    The handler must be idempotent: it may run twice, and it may be killed at any line and
    run again. It returns a JSON-able result. ``title`` and ``result_link`` read nothing but
    the job itself, so that lists stay at a constant number of queries.

    ``ended`` is called outside any transaction once a job is finished, whatever way it ended.
    A process that dies just then calls it never: what must follow is looked for by the clock, too.
    ``retried`` is called in the transaction in which somebody queues a finished job again.
    """
    register_words("job kind", {name: label})
    _kinds[name] = JobKind(name, handler, label, title, result_link, ended, retried)


def kind_named(name: str) -> JobKind | None:
    """The kind, or nothing where no room of this process knows it."""
    return _kinds.get(name)


def tell_ended(job: Job, at: datetime) -> None:
    """Let the room whose job this was know that it is finished; its faults are logged only."""
    kind = kind_named(job.kind)
    if kind is None or kind.ended is None:
        return
    try:
        kind.ended(job, at)
    except Exception:  # the job itself is done, whatever its room makes of it
        log.exception("what follows job %s (%s) failed", job.pk, job.kind)
