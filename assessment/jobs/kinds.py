"""What a job can be: the rooms above register their long work here when they start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from assessment.audit.wording import register_words
from assessment.jobs.models import Job


class Progress(Protocol):
    """What a handler tells while it works."""

    def report(self, percent: int, step: str) -> None:
        """Say how far the work is and what comes now.

        ``step`` is an English text marked with ``gettext_noop``, at most 60 characters;
        pages show it in the reader's language. Raises ``JobCancelled`` when somebody asked
        to stop and ``JobLost`` when another worker has taken over: let both pass.
        """


Handler = Callable[[Job, Progress], dict[str, Any]]


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
) -> None:
    """Make a kind known to this process; call it from ``AppConfig.ready``.

    The handler must be idempotent: it may run twice, and it may be killed at any line and
    run again. It returns a JSON-able result. ``title`` and ``result_link`` read nothing but
    the job itself, so that lists stay at a constant number of queries.
    """
    register_words("job kind", {name: label})
    _kinds[name] = JobKind(name, handler, label, title, result_link)


def kind_named(name: str) -> JobKind | None:
    """The kind, or nothing where no room of this process knows it."""
    return _kinds.get(name)
