"""The states of a version: every state with every action."""

import itertools

import pytest

from assessment.frameworks.workflow import (
    NotAllowedNow,
    VersionAction,
    VersionState,
    next_state,
)

ALLOWED = {
    ("draft", "edit"): "draft",
    ("draft", "freeze"): "frozen",
}


@pytest.mark.parametrize(("state", "action"), list(itertools.product(VersionState, VersionAction)))
def test_grid(state: VersionState, action: VersionAction) -> None:
    expected = ALLOWED.get((state.value, action.value))
    if expected is None:
        with pytest.raises(NotAllowedNow) as refused:
            next_state(state, action)
        assert (refused.value.state, refused.value.action) == (state, action)
    else:
        assert next_state(state, action) == expected
