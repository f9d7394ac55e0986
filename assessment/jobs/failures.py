"""How a job ends other than well, in words a reader understands."""

from django.utils.translation import gettext_noop

LOST_TOO_OFTEN = gettext_noop(
    "The worker stopped several times while it was busy with this job. "
    "Try again; if it happens again, ask your administrator to look at the worker’s log."
)
UNEXPECTED = gettext_noop(
    "An unexpected error ended this job. Nothing was changed. "
    "Try again; if it happens again, give your administrator the number of the job."
)
UNKNOWN_KIND = gettext_noop(
    "This worker does not know this kind of job. "
    "Ask your administrator to bring web and worker to the same version, then try again."
)


class JobCancelled(Exception):  # noqa: N818 - an outcome, not an error
    """Somebody asked to stop; a handler lets it pass."""


class JobLost(Exception):  # noqa: N818 - an outcome, not an error
    """The job no longer belongs to this worker; a handler lets it pass and writes nothing."""


class JobFailed(Exception):  # noqa: N818 - an outcome, not an error
    """The work cannot be done; ``message`` (an English msgid) tells a reader why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
