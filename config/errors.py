"""What a reader sees when a request cannot be served."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.http import is_own_address


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a lost or expired form token, with the way back; nothing typed is thrown away."""
    return render(request, "403_csrf.html", {"next_url": _page_of_form(request)}, status=403)


def _page_of_form(request: HttpRequest) -> str:
    """The page the form stood on, where it is one of ours; else nothing."""
    referrer = request.headers.get("Referer", "")
    if not referrer or not is_own_address(referrer, request):
        return ""
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


class MethodPageMiddleware:
    """Shows a page where Django answers a wrong method with nothing at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Replace the empty body of a 405 for people; programs keep the plain answer."""
        response = self.get_response(request)
        if response.status_code != 405 or request.path.startswith("/api/"):
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page
