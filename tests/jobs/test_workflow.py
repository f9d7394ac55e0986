"""The full grid: state × action."""

import pytest

from assessment.jobs.workflow import FINISHED, JobAction, JobState, NotAllowedNow, next_state

A, S = JobAction, JobState
GRID = {
    S.QUEUED: {A.CLAIM: S.RUNNING, A.CANCEL: S.CANCELLED},
    S.RUNNING: {
        A.SUCCEED: S.SUCCEEDED,
        A.FAIL: S.FAILED,
        A.REQUEUE: S.QUEUED,
        A.CANCEL: S.CANCELLED,
    },
    S.SUCCEEDED: {},
    S.FAILED: {A.REQUEUE: S.QUEUED},
    S.CANCELLED: {A.REQUEUE: S.QUEUED},
}


@pytest.mark.parametrize("action", A)
@pytest.mark.parametrize("state", S)
def test_next_state_follows_the_grid(state: JobState, action: JobAction) -> None:
    expected = GRID[state].get(action)
    if expected is None:
        with pytest.raises(NotAllowedNow) as refusal:
            next_state(state, action)
        assert (refusal.value.state, refusal.value.action) == (state, action)
    else:
        assert next_state(state, action) == expected


def test_finished_are_the_states_nothing_leaves_by_itself() -> None:
    assert {S.SUCCEEDED, S.FAILED, S.CANCELLED} == FINISHED
