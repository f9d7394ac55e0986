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
