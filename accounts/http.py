"""Typed requests and the gate of the desk."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User
from accounts.queries import memberships_of

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request of a signed-in user."""

    user: User


def desk_view(
    view: Callable[Concatenate[DeskRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Ask for sign-in first; refuse (403) people who hold no role at all."""

    @login_required
    @wraps(view)
    def gate(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not memberships_of(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return gate
