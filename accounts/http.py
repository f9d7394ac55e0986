"""Typed requests, the gate of the desk, and where a reader may be sent."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import User
from accounts.queries import has_role, memberships_of
from accounts.roles import SYSTEM_ROLES

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    """A request of a signed-in user."""

    user: User


def signed_in_view(
    view: Callable[Concatenate[DeskRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Ask for sign-in first, and come back afterwards."""

    @wraps(view)
    def gate(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return gate


def desk_view(
    view: Callable[Concatenate[DeskRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Ask for sign-in first; tell people who hold no role at all so (403).

    The account of a system has no pages (403): it works through the API with its token.
    """

    @signed_in_view
    @wraps(view)
    def gate(request: DeskRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not memberships_of(request.user):
            return render(request, "account/no_membership.html", status=403)
        if has_role(request.user, *SYSTEM_ROLES):
            return render(request, "account/for_systems.html", status=403)
        return view(request, *args, **kwargs)

    return gate


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the sign-in page, and from there back to where the reader was.

    A form that was sent after the session had ended comes back to the page of the
    form, not to the address it was sent to, and the sign-in page, told so by ``sent``,
    says that nothing was changed. A part of a page loaded by htmx makes the whole page go.
    """
    if request.headers.get("HX-Request") == "true":
        answer = redirect_to_login(page_before(request.headers.get("HX-Current-URL"), request))
        return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
    if request.method in {"GET", "HEAD"}:
        return redirect_to_login(request.get_full_path())
    page = page_before(request.headers.get("Referer"), request)
    return redirect_to_login(page, login_url=f"{resolve_url(settings.LOGIN_URL)}?sent=1")


def page_before(address: str | None, request: HttpRequest) -> str:
    """Path and query of a page of ours the request came from; else the desk."""
    if not is_own_address(address, request):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    parts = urlsplit(address or "")
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def is_own_address(address: str | None, request: HttpRequest) -> bool:
    """Whether the address stays on the host the reader is on."""
    return url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def safe_next(request: HttpRequest, default: str) -> str:
    """Where the form asks to go next; the default for other people's addresses."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_own_address(wanted, request) else default


def client_address(request: HttpRequest) -> str:
    """The client's network address; forwarded ones count only behind that many trusted proxies."""
    hops = settings.TRUSTED_PROXIES
    if hops:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(forwarded) >= hops:
            return str(forwarded[-hops]).strip()[:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]
