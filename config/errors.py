"""What a reader sees when a request cannot be served."""

import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import (
    DisallowedHost,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from accounts.downloads import StoredFileMissingError
from accounts.http import is_own_address

_log = logging.getLogger(__name__)
_TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
_MEGABYTE = 1024 * 1024
# Of what is sent too much, so much is taken and thrown away.
_MOST_PASSED_OVER = 200 * _MEGABYTE


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say what was wrong: 413 where more was sent than is read at once, else 400."""
    if isinstance(exception, _TOO_LARGE):
        return _too_large(request)
    if is_api(request):
        return _told(_("This request could not be understood"), 400)
    if isinstance(exception, DisallowedHost):  # whose frame would ask for the host again
        return defaults.bad_request(request, exception)
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of a refusal; JSON for programs."""
    if is_api(request):
        return _told(_("You may not do this"), 403)
    return defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page of an address that leads nowhere; JSON for programs."""
    if is_api(request):
        return _told(_("This address does not exist"), 404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of a fault of ours; JSON for programs."""
    if is_api(request):
        return _told(_("Something went wrong on our side"), 500)
    return defaults.server_error(request)


def is_api(request: HttpRequest) -> bool:
    """Whether a program asked, which reads no page."""
    return request.path.startswith("/api/")


def _told(detail: str, status: int) -> HttpResponse:
    """As the API's own refusals are written."""
    return JsonResponse(
        {"detail": detail}, status=status, json_dumps_params={"ensure_ascii": False}
    )


def _too_large(request: HttpRequest) -> HttpResponse:
    _pass_over_body(request)
    limits = {
        "size": (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0) // _MEGABYTE,
        "fields": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        "files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
    }
    if is_api(request):
        return _told(_("The request is larger than %(size)s MB.") % limits, 413)
    return render(request, "413.html", limits | {"form_url": _page_of_form(request)}, status=413)


def _pass_over_body(request: HttpRequest) -> None:
    """Take the rest of what is being sent: a browser that is cut off shows no page of ours."""
    try:
        for _part in range(_MOST_PASSED_OVER // _MEGABYTE):
            if not request.read(_MEGABYTE):
                return
    except UnreadablePostError:
        return  # nobody is there any more


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


class ErrorPagesMiddleware:
    """Shows a page where Django has none: wrong methods, and stored files that are gone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Replace the empty body of a 405 for people; programs keep the plain answer."""
        response = self.get_response(request)
        if response.status_code != 405 or is_api(request):
            return response
        page = render(request, "405.html", status=405)
        page.headers["Allow"] = response.headers.get("Allow", "")
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Name the file that is registered and not in the storage: only a back-up brings it."""
        if not isinstance(exception, StoredFileMissingError):
            return None
        _log.error("stored file %s is missing", exception.stored_name)
        if is_api(request):
            return _told(str(exception), 500)
        return render(request, "500_file.html", {"name": exception.name}, status=500)
