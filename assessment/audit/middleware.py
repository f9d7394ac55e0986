"""Notes where each request comes from, for the event log."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.http import client_address
from assessment.audit.origin import Origin, coming_from


class OriginMiddleware:
    """Gives services the request's channel and address without giving them the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Run the request inside its origin."""
        channel = "api" if request.path.startswith("/api/") else "web"
        with coming_from(Origin(channel=channel, address=client_address(request))):
            return self.get_response(request)
