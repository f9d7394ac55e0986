"""The tokens of systems: listed, issued, revoked. The answer to the issuing shows the secret."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.authorization import require
from accounts.http import DeskRequest, desk_view
from accounts.lists import Choice, Column, Filter, ListPage, Search, list_csv, read_stored
from accounts.models import ApiToken
from accounts.permissions import can_list_tokens, is_security_administrator
from accounts.queries import tokens_visible_to
from accounts.service_errors import add_service_errors
from accounts.services import create_token, revoke_token
from accounts.token_forms import TokenForm
from accounts.trail import trail


@never_cache
@require_safe
@desk_view
def token_list(request: DeskRequest) -> HttpResponseBase:
    """Every token one may see: all for the security administrator, else those of one's place."""
    require(can_list_tokens, request.user)
    now = timezone.now()
    listed = _listed(request)
    if listed.wants_csv:
        return list_csv("api-tokens.csv", listed.rows, _columns_of_file(now))
    context = {
        "list": listed,
        "rows": [(token, token.state_at(now)) for token in listed.page.object_list],
        "may_issue": is_security_administrator(request.user),
        "breadcrumbs": trail((_("API tokens"), "")),
    }
    return render(request, "account/tokens.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def token_new(request: DeskRequest) -> HttpResponseBase:
    """Issue a token; this answer alone shows its secret, which is kept nowhere."""
    require(is_security_administrator, request.user)
    form = TokenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            token, secret = create_token(
                membership=form.cleaned_data["membership"],
                name=form.cleaned_data["name"],
                expires_at=form.expires_at,
                by=request.user,
                at=timezone.now(),
            )
            return _issued(request, token, secret)
        except ValidationError as error:
            add_service_errors(form, error, {"expires_at": "last_day"})
    crumbs = trail((_("API tokens"), reverse("accounts:tokens")), (_("New token"), ""))
    return render(request, "account/token_new.html", {"form": form, "breadcrumbs": crumbs})


def _issued(request: DeskRequest, token: ApiToken, secret: str) -> HttpResponse:
    tokens_url = reverse("accounts:tokens")
    crumbs = trail((_("API tokens"), tokens_url), (_("New token"), ""))
    context = {"token": token, "secret": secret, "breadcrumbs": crumbs}
    page = render(request, "account/token_issued.html", context, status=201)
    # Loaded again, the page would be sent again: whoever does that is led to the list.
    page.headers["Location"] = tokens_url
    return page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def token_revoke(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask, then let the token open nothing any more."""
    token = get_object_or_404(tokens_visible_to(request.user), pk=pk)
    if request.method == "POST":
        revoke_token(token=token, by=request.user, at=timezone.now())
        messages.success(request, _("%(name)s opens nothing any more.") % {"name": token})
        return redirect("accounts:tokens")
    crumbs = trail((_("API tokens"), reverse("accounts:tokens")), (_("Revoke"), ""))
    return render(request, "account/token_revoke.html", {"token": token, "breadcrumbs": crumbs})


def _columns_of_file(now: datetime) -> Mapping[str, Callable[[ApiToken], object]]:
    """The list as a file: codes, not labels."""
    return {
        "name": lambda token: token.name,
        "begins_with": lambda token: token.beginning,
        "system": lambda token: token.membership.user.username,
        "locality": lambda token: getattr(token.membership.locality, "code", ""),
        "region": lambda token: getattr(token.membership.region, "code", ""),
        "state": lambda token: token.state_at(now),
        "expires_at": lambda token: token.expires_at.isoformat(),
        "last_used_at": lambda token: token.last_used_at and token.last_used_at.isoformat(),
    }


def _listed(request: DeskRequest) -> ListPage[ApiToken]:
    now = timezone.now()
    revoked = Q(revoked_at__isnull=False)
    expired = Q(expires_at__lte=now) & ~revoked
    return read_stored(
        tokens_visible_to(request.user),
        request.GET,
        columns=[
            Column(_("Token"), "name", ("name",)),
            Column(_("System"), "system", ("membership__user__full_name",)),
            Column(_("Place")),
            Column(_("State")),
            Column(_("Last day"), "expires", ("expires_at",)),
            Column(_("Last used"), "used", ("last_used_at",), descending_first=True),
            Column(_("Actions"), is_unseen=True),
        ],
        sort="expires",
        ties=("-created_at", "pk"),
        search=Search(
            _("Search tokens"),
            (
                "name",
                "beginning",
                "membership__user__full_name",
                "membership__user__username",
                "membership__locality__name_zh",
                "membership__locality__name_en",
                "membership__locality__code",
                "membership__region__name_zh",
                "membership__region__name_en",
            ),
        ),
        filters=[
            Filter(
                "state",
                _("State"),
                [
                    Choice("valid", _("Valid"), where=~revoked & ~expired),
                    Choice("expired", _("Expired"), where=expired),
                    Choice("revoked", _("Revoked"), where=revoked),
                ],
            )
        ],
    )
