"""Writes down what the accounts room announces."""

from datetime import datetime
from typing import Any

from django.db import models

from accounts.models import ApiToken, Department, Locality, Membership, Region, User
from accounts.signals import account_changed
from assessment.audit.services import record_event


def connect_receivers() -> None:
    """Listen once; called when the app is ready."""
    account_changed.connect(_record_account_change, dispatch_uid="audit.account_changed")


def _record_account_change(
    *,
    action: str,
    by: User | None,
    at: datetime,
    target: models.Model | None,
    before: dict[str, Any],
    after: dict[str, Any],
    **kwargs: Any,
) -> None:
    region, locality = _places(target)
    record_event(
        action=action,
        by=by,
        at=at,
        target=target,
        before=before,
        after=after,
        region=region,
        locality=locality,
    )


def _places(target: models.Model | None) -> tuple[Region | None, Locality | None]:
    """The region and the locality a change belongs to."""
    if isinstance(target, Region):
        return target, None
    if isinstance(target, Locality):
        return None, target
    if isinstance(target, Department):
        return None, target.locality
    if isinstance(target, ApiToken):
        return target.membership.region, target.membership.locality
    if isinstance(target, Membership):
        return target.region, target.locality
    return None, None
