"""What the services of this room have in common: checked changes of named fields."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from accounts.announcements import announce, facts
from accounts.models import User
from accounts.uniqueness import refused_in_words


def apply_changes(
    thing: models.Model,
    changes: Mapping[str, Any],
    *,
    allowed: Iterable[str],
    action: str,
    by: User | None,
    at: datetime,
) -> bool:
    """Write the changes to a locked row and announce what became different.

    Nothing is written or announced when nothing differs; the answer says which.
    Raises ``TypeError`` for a field that may not be changed and ``ValidationError``
    (field → messages) for a value that does not fit.
    """
    unknown = set(changes) - set(allowed)
    if unknown:
        raise TypeError(f"Not changed by this service: {', '.join(sorted(unknown))}")
    names = sorted(changes)
    before = facts(thing, names)
    for name in names:
        setattr(thing, name, changes[name])
    thing.full_clean()
    after = facts(thing, names)
    different = [name for name in names if before[name] != after[name]]
    if not different:
        return False
    with refused_in_words(thing.full_clean):
        thing.save(update_fields=different)
    announce(
        action=action,
        by=by,
        at=at,
        target=thing,
        before={name: before[name] for name in different},
        after={name: after[name] for name in different},
    )
    return True
