"""Signing in and passwords are django-allauth's; what happens there is announced as ours."""

from typing import Any

from allauth.account import signals as allauth
from django.contrib.auth import signals as django_auth
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts.announcements import announce
from accounts.models import User
from accounts.sending import RENEWED


def connect_receivers() -> None:
    """Listen once; called when the app is ready."""
    allauth.user_logged_in.connect(_announce_sign_in, dispatch_uid="accounts.sign_in")
    allauth.password_changed.connect(_announce_change, dispatch_uid="accounts.change_password")
    allauth.password_reset.connect(_announce_reset, dispatch_uid="accounts.reset_password")
    django_auth.user_logged_in.connect(_note_time, dispatch_uid="accounts.note_sign_in")
    django_auth.user_logged_out.connect(_announce_sign_out, dispatch_uid="accounts.sign_out")
    django_auth.user_login_failed.connect(_announce_failure, dispatch_uid="accounts.fail_sign_in")


def _announce_sign_in(user: User, **kwargs: Any) -> None:
    announce(action="accounts.sign_in", by=user, at=timezone.now(), target=user)


def _note_time(request: HttpRequest, **kwargs: Any) -> None:
    """From here the session's time runs (accounts/sending.py renews it)."""
    request.session[RENEWED] = int(timezone.now().timestamp())


def _announce_sign_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        announce(action="accounts.sign_out", by=user, at=timezone.now(), target=user)


def _announce_change(user: User, **kwargs: Any) -> None:
    announce(action="accounts.change_password", by=user, at=timezone.now(), target=user)


def _announce_reset(user: User, request: HttpRequest, **kwargs: Any) -> None:
    # Whoever holds the link of the e-mail acts; nobody is signed in.
    announce(action="accounts.reset_password", by=None, at=timezone.now(), target=user)


def _announce_failure(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Name the account that was tried; what was typed for no account is not kept.

    People type their password into the wrong field now and then, and a log is
    no place for it.
    """
    typed = {str(credentials.get(field) or "") for field in ("username", "email")} - {""}
    wanted = Q()
    for name in typed:
        wanted |= Q(username__iexact=name) | Q(email__iexact=name)
    user = User.objects.filter(wanted).first() if typed else None
    announce(
        action="accounts.fail_sign_in",
        by=None,
        at=timezone.now(),
        target=user,
        after={} if user is not None else {"account": "unknown"},
    )
