"""Pages of one's own account; signing in and passwords lean on django-allauth's views."""

import logging
from typing import Any

from allauth.account import views as allauth
from django.conf import settings
from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
)
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import AskResetForm, EmailForm, LanguageForm
from accounts.http import DeskRequest, safe_next, signed_in_view
from accounts.languages import remember_language
from accounts.permissions import can_list_tokens
from accounts.queries import active_membership, memberships_of
from accounts.services import set_email_wish, set_language
from accounts.trail import trail

logger = logging.getLogger(__name__)


class AskResetView(allauth.PasswordResetView):  # type: ignore[misc]
    """Ask for the link; a mail server that does not answer is said, not hidden."""

    form_class = AskResetForm

    def form_valid(self, form: AskResetForm) -> HttpResponse:
        """Send the link and say so, the same for known and unknown addresses."""
        try:
            answer: HttpResponse = super().form_valid(form)
        except OSError:
            logger.exception("The e-mail with the reset link could not be sent")
            form.add_error(None, _("The e-mail could not be sent. Try again later."))
            return self.form_invalid(form)  # type: ignore[no-any-return]
        return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_view
def profile(request: DeskRequest) -> HttpResponseBase:
    """Who I am here, the roles I hold, the language I read, and whether notices are mailed."""
    if request.method == "POST" and "email" in request.POST:
        return _save_email_wish(request)
    form = LanguageForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        return _save_language(request, form.cleaned_data["language"])
    context: dict[str, Any] = {
        "form": form,
        "email_form": EmailForm(initial={"wants_email": request.user.wants_email}),
        "facts": [
            (_("Name"), request.user.full_name),
            (_("User name"), request.user.username),
            (_("E-mail"), request.user.email),
            (_("Telephone"), request.user.phone),
        ],
        "memberships": memberships_of(request.user),
        "may_list_tokens": can_list_tokens(request.user),
        "active": active_membership(request.user, request.session.get("membership")),
        "breadcrumbs": trail((_("My account"), "")),
    }
    return render(request, "account/profile.html", context)


def _save_email_wish(request: DeskRequest) -> HttpResponse:
    wants_email = "wants_email" in request.POST
    set_email_wish(user=request.user, wants_email=wants_email, by=request.user, at=timezone.now())
    if wants_email:
        messages.success(request, _("Notices come by e-mail, too."))
    else:
        messages.success(request, _("Notices no longer come by e-mail."))
    return redirect("accounts:profile")


def _save_language(request: DeskRequest, language: str) -> HttpResponse:
    set_language(user=request.user, language=language, by=request.user, at=timezone.now())
    response = redirect("accounts:profile")
    remember_language(response, language)
    with translation.override(language or translation.get_language() or "zh-hans"):
        messages.success(request, _("The language is saved."))
    return response


@csrf_exempt  # sets nothing but the reader's language; public pages carry no form token
@require_POST
def switch_language(request: HttpRequest) -> HttpResponse:
    """Read on in the other language, on the page one is on; kept in this browser."""
    response = HttpResponseRedirect(safe_next(request, "/"))
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        remember_language(response, wanted)
    return response


@require_POST
@signed_in_view
def switch_membership(request: DeskRequest) -> HttpResponseBase:
    """Work in another of one's roles; others' are not found."""
    wanted = request.POST.get("membership", "")
    for membership in memberships_of(request.user):
        if str(membership.pk) == wanted:
            request.session["membership"] = membership.pk
            return redirect(safe_next(request, "/desk/"))
    raise Http404


def closed_signup(request: HttpRequest) -> HttpResponse:
    """Say who makes accounts; there is no form."""
    return render(request, "account/signup_closed.html")
