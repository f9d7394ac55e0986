"""How django-allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.announcements import announce
from accounts.http import client_address, is_own_address
from accounts.languages import remember_language
from accounts.models import User
from accounts.permissions import is_system

_ONE_MESSAGE = _("User name or e-mail and password do not fit together.")


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the administrators; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _ONE_MESSAGE,
        "email_password_mismatch": _ONE_MESSAGE,
        "invalid_login": _ONE_MESSAGE,
        "account_inactive": _("This account is switched off."),
        "too_many_login_attempts": _(
            "Too many attempts to sign in. Wait five minutes, then try again."
        ),
        "rate_limited": _("Too many attempts. Wait a few minutes, then try again."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only addresses on the host the reader is on."""
        return is_own_address(url, self.request)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address the limits count, the same one the event log notes."""
        return client_address(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Check the password once, whatever was typed as the login.

        An e-mail address is handed over as user name, too, and would be tried as both: hashing
        twice takes twice as long, and the clock would tell which addresses have an account.
        """
        if credentials.get("email") == credentials.get("username"):
            credentials.pop("email", None)
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return user

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Refuse accounts of systems: they work through the API with their token."""
        if is_system(user):
            return render(request, "account/for_systems.html", status=403)
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to one's own account."""
        return reverse("accounts:profile")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Go on in the language the user has chosen."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.language:
            remember_language(response, user.language)
        return response

    def send_password_reset_mail(
        self, user: AbstractBaseUser, email: str, context: dict[str, Any]
    ) -> None:
        """Send the link, and note that somebody asked for it."""
        super().send_password_reset_mail(user, email, context)
        by = self.request.user if self.request.user.is_authenticated else None
        announce(action="accounts.request_password_reset", by=by, at=timezone.now(), target=user)

    def format_email_subject(self, subject: str) -> str:
        """The subject as the template has it."""
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write to people in their own language, else in the language of the page.

        Texts are in ``templates/emails/<language>/``, one whole letter per language.
        """
        person = context.get("user")
        language = getattr(person, "language", "") or translation.get_language() or "zh-hans"
        name = template_prefix.rsplit("/", 1)[-1]
        valid_days = settings.PASSWORD_RESET_TIMEOUT // (24 * 3600)
        with translation.override(language):
            super().send_mail(
                f"emails/{language}/{name}", email, {**context, "valid_days": valid_days}
            )
