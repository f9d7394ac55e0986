"""Systems sign in to the API with ``Authorization: Bearer`` and their token, and nowhere else."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from accounts.http import client_address
from accounts.models import ApiToken, User
from accounts.moments import time_text
from accounts.queries import act_only_as
from accounts.services.api_tokens import digest_of, note_use

if TYPE_CHECKING:
    from rest_framework.views import APIView

SCHEME = "bearer"


class FailedTokens(SimpleRateThrottle):
    """Tokens that open nothing, counted by network address."""

    scope = "failed-tokens"
    rate = "30/min"

    def get_cache_key(self, request: Request, view: "APIView | None") -> str:
        """One counter per address."""
        return f"failed-tokens-{client_address(request._request)}"


class TokenAuthentication(BaseAuthentication):
    """The token in the header; one that opens nothing is refused (401) with the cause.

    A request that names a token is judged by it alone, whatever session comes with it; one
    without a token is left to the session. Nothing but the header is read.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The system's account and its token."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.casefold() != SCHEME:
            return None
        now = timezone.now()
        token = (
            ApiToken.objects.filter(digest=digest_of(secret.strip()))
            .select_related(
                "membership__user",
                "membership__region",
                "membership__locality",
                "membership__department",
            )
            .first()
        )
        cause = _why_closed(token)
        if token is None or cause:
            _count_failure(request)
            raise AuthenticationFailed(cause)
        note_use(token=token, at=now)
        act_only_as(token.membership.user, token.membership)
        return token.membership.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a request that is not signed in is told to send."""
        return 'Bearer realm="Lianping"'


def _why_closed(token: ApiToken | None) -> str:
    """Why the token opens nothing now; empty where it does."""
    if token is None:
        return _("This token is not known. Send it as “Authorization: Bearer <token>”.")
    if token.revoked_at is not None:
        text = _("This token was revoked at %(time)s. Ask the security administrator for another.")
        return text % {"time": time_text(token.revoked_at)}
    if token.state_at(timezone.now()) == "expired":
        text = _("This token expired at %(time)s. Ask the security administrator for another.")
        return text % {"time": time_text(token.expires_at)}
    if token.membership.ended_at is not None or not token.membership.user.is_active:
        return _("The system of this token holds its role no longer.")
    return ""


def _count_failure(request: Request) -> None:
    limit = FailedTokens()
    if not limit.allow_request(request, None):  # type: ignore[arg-type]
        raise Throttled(limit.wait())
