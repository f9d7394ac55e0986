"""The one way a service refuses."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User


def require(
    predicate: Callable[..., bool], user: User | AnonymousUser, thing: object = None
) -> None:
    """Raise ``PermissionDenied`` unless the predicate holds for the user and the thing."""
    allowed = predicate(user) if thing is None else predicate(user, thing)
    if not allowed:
        raise PermissionDenied
