"""The log's lines of requests."""

import structlog
from django.http import HttpRequest
from django_structlog.middlewares import RequestMiddleware

from accounts.http import client_address


class RequestLogMiddleware(RequestMiddleware):
    """Tells of each request in the log, with the address that the event log notes, too."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """The package believes what the caller writes into ``X-Forwarded-For``; we do not."""
        structlog.contextvars.bind_contextvars(ip=client_address(request))
