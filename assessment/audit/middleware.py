"""Notes where each request comes from, for the event log."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from assessment.audit.origin import Origin, coming_from


class OriginMiddleware:
    """Gives services the request's channel and address without giving them the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request inside its origin."""
        channel = "api" if request.path.startswith("/api/") else "web"
        with coming_from(Origin(channel=channel, address=_address(request))):
            return self.get_response(request)


def _address(request: HttpRequest) -> str:
    """The client's address; forwarded ones count only behind that many trusted proxies."""
    hops = settings.TRUSTED_PROXIES
    if hops:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(forwarded) >= hops:
            return str(forwarded[-hops]).strip()[:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]
