"""What every change of a draft has in common: lock, permission, state, revision, event."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.authorization import require
from accounts.models import User
from assessment.audit.services import record_event
from assessment.frameworks.canonical import in_order
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.permissions import can_change_version
from assessment.frameworks.workflow import VersionAction, VersionState, next_state


class StaleRevisionError(Exception):
    """Somebody saved after the reader opened the page; ``version`` is as it stands now."""

    def __init__(self, version: FrameworkVersion) -> None:
        super().__init__(f"{version} is at revision {version.revision}")
        self.version = version


def stamped(document: Mapping[str, Any], *, code: str, number: int) -> dict[str, Any]:
    """The document with the code and the version it has in this installation."""
    return in_order({**document, "code": code, "version": f"{number}.0"})


def lock_version(
    version: FrameworkVersion, *, action: VersionAction, by: User | None
) -> tuple[FrameworkVersion, VersionState]:
    """The row, locked, and the state after the action; the permission is asserted."""
    locked = (
        FrameworkVersion.objects.select_for_update(of=("self",), no_key=True)
        .select_related("framework__region")
        .get(pk=version.pk)
    )
    if by is not None:
        require(can_change_version, by, locked)
    return locked, next_state(VersionState(locked.state), action)


def lock_draft(
    version: FrameworkVersion, *, revision: int | None, by: User | None
) -> FrameworkVersion:
    """The draft, locked for a change of what the reader saw at ``revision``."""
    locked, _state = lock_version(version, action=VersionAction.EDIT, by=by)
    check_revision(locked, revision)
    return locked


def check_revision(version: FrameworkVersion, revision: int | None) -> None:
    """``StaleRevisionError`` unless the reader saw the version as it is; ``None`` looks away."""
    if revision is not None and revision != version.revision:
        raise StaleRevisionError(version)


def save_document(
    version: FrameworkVersion,
    document: Mapping[str, Any],
    *,
    action: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by: User | None,
    at: datetime,
) -> FrameworkVersion:
    """Store the document of a locked draft under the next revision and record the event."""
    version.document = in_order(document)
    version.__dict__.pop("parsed", None)
    version.revision += 1
    version.updated_at = at
    version.save(update_fields=["document", "revision", "updated_at"])
    record_event(
        action=action,
        by=by,
        at=at,
        target=version,
        before=before,
        after={**after, "revision": version.revision},
        region=version.framework.region,
    )
    return version
