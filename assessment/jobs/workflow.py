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


class NotAllowedNow(Exception):  # noqa: N818 - a refusal, named as the cycles name theirs
    """The action does not fit the job's state; the message names both."""

    def __init__(self, state: str, action: str) -> None:
        super().__init__(f"{action} is not possible in state {state}")
        self.state = state
        self.action = action


def next_state(state: JobState, action: JobAction) -> JobState:
    """The state after the action; ``NotAllowedNow`` where the table has no such step."""
    try:
        return TRANSITIONS[(state, action)]
    except KeyError:
        raise NotAllowedNow(state, action) from None


def is_allowed(state: str, action: JobAction) -> bool:
    """Whether the table has such a step."""
    return (JobState(state), action) in TRANSITIONS
