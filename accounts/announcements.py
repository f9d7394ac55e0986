"""How a change in this room is made known."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import User
from accounts.signals import account_changed


def announce(
    *,
    action: str,
    by: User | None,
    at: datetime,
    target: models.Model | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Send ``account_changed``; call it inside the transaction of the change.

    ``target`` is ``None`` only where there is nothing to point to: a sign-in attempt
    with a name nobody has.
    """
    account_changed.send(
        sender=type(target) if target is not None else User,
        action=action,
        by=by,
        at=at,
        target=target,
        before=dict(before or {}),
        after=dict(after or {}),
    )


def facts(thing: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """The named fields as plain values; a foreign key as the key it holds."""
    return {name: thing.serializable_value(name) for name in fields}
