"""States of a job and what moves it between them."""

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobAction(StrEnum):
    """What happens to a job."""

    CLAIM = "claim"
    SUCCEED = "succeed"
    FAIL = "fail"
    REQUEUE = "requeue"
    CANCEL = "cancel"


TRANSITIONS: dict[tuple[JobState, JobAction], JobState] = {
    (JobState.QUEUED, JobAction.CLAIM): JobState.RUNNING,
    (JobState.QUEUED, JobAction.CANCEL): JobState.CANCELLED,
    (JobState.RUNNING, JobAction.SUCCEED): JobState.SUCCEEDED,
    (JobState.RUNNING, JobAction.FAIL): JobState.FAILED,
    (JobState.RUNNING, JobAction.REQUEUE): JobState.QUEUED,
    (JobState.RUNNING, JobAction.CANCEL): JobState.CANCELLED,
    (JobState.FAILED, JobAction.REQUEUE): JobState.QUEUED,
    (JobState.CANCELLED, JobAction.REQUEUE): JobState.QUEUED,
}
FINISHED = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})
