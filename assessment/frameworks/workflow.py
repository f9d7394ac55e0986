"""States of a framework version."""

from enum import StrEnum


class VersionState(StrEnum):
    """A draft may change; a frozen version never does."""

    DRAFT = "draft"
    FROZEN = "frozen"


class VersionAction(StrEnum):
    """What happens to a version."""

    EDIT = "edit"
    FREEZE = "freeze"


TRANSITIONS: dict[tuple[VersionState, VersionAction], VersionState] = {
    (VersionState.DRAFT, VersionAction.EDIT): VersionState.DRAFT,
    (VersionState.DRAFT, VersionAction.FREEZE): VersionState.FROZEN,
}


class NotAllowedNow(Exception):  # noqa: N818 - reads as the sentence it is
    """The action does not fit the state; the message names both.

    Shared by the rooms above, which have transition tables of their own.
    """

    def __init__(self, state: str, action: str) -> None:
        super().__init__(f"{action} is not possible in state {state}")
        self.state = state
        self.action = action


def next_state(state: VersionState, action: VersionAction) -> VersionState:
    """The state after the action; ``NotAllowedNow`` where the table has no such step."""
    try:
        return TRANSITIONS[(state, action)]
    except KeyError:
        raise NotAllowedNow(state, action) from None
