"""Accounts of people: made and changed by the system administrator."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.announcements import announce, facts
from accounts.authorization import require
from accounts.models import User
from accounts.permissions import (
    can_choose_language_of,
    is_administrator,
    is_system_administrator,
)
from accounts.services.changes import apply_changes
from accounts.uniqueness import refused_in_words

_SHOWN = ("username", "email", "full_name", "phone", "language", "is_active")
_CHANGEABLE = ("email", "full_name", "phone", "language", "is_active")


def create_user(
    *,
    username: str,
    email: str,
    full_name: str,
    password: str | None,
    by: User | None,
    at: datetime,
    language: str = "",
    phone: str = "",
) -> User:
    """Make an account and return it.

    With ``password=None`` nobody can sign in until a password is set through the
    link of a reset e-mail. Raises ``PermissionDenied`` unless ``by`` is a system
    administrator (or the system itself), ``ValidationError`` (field → messages) for
    a name or address that is taken or malformed, or a weak password.
    """
    if by is not None:
        require(is_system_administrator, by)
    user = User(
        username=username.strip(),
        email=email.strip().lower(),
        full_name=full_name.strip(),
        language=language,
        phone=phone.strip(),
        date_joined=at,
    )
    _give_password(user, password)
    with transaction.atomic():
        user.full_clean()
        with refused_in_words(user.full_clean):
            user.save()
        announce(
            action="accounts.create_user", by=by, at=at, target=user, after=facts(user, _SHOWN)
        )
    return user


@transaction.atomic
def update_user(*, user: User, changes: Mapping[str, Any], by: User | None, at: datetime) -> User:
    """Change e-mail, name, telephone, language or whether the account is active.

    Raises ``PermissionDenied`` unless ``by`` is a system administrator, and
    ``ValidationError`` for bad values, for switching off one's own account and for the
    e-mail of another administrator.
    """
    if by is not None:
        require(is_system_administrator, by)
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if by is not None and by.pk == locked.pk and not changes.get("is_active", True):
        raise ValidationError(
            {"is_active": _("You cannot switch off your own account. Ask another administrator.")}
        )
    old_email = locked.email
    cleaned = {k: v.strip() if isinstance(v, str) else v for k, v in changes.items()}
    if "email" in cleaned:
        cleaned["email"] = cleaned["email"].lower()
        _keep_administrators_apart(locked, cleaned["email"], by)
    apply_changes(locked, cleaned, allowed=_CHANGEABLE, action="accounts.update_user", by=by, at=at)
    if locked.email != old_email:
        # django-allauth keeps its own list of addresses; an old one must not reset the password.
        EmailAddress.objects.filter(user=locked).delete()
    return locked


@transaction.atomic
def set_language(*, user: User, language: str, by: User | None, at: datetime) -> User:
    """Keep the interface language of the user; empty follows the browser.

    Raises ``PermissionDenied`` unless it is one's own or ``by`` is a system
    administrator, ``ValidationError`` for a language that is not offered.
    """
    if by is not None:
        require(can_choose_language_of, by, user)
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    apply_changes(
        locked,
        {"language": language},
        allowed=("language",),
        action="accounts.set_language",
        by=by,
        at=at,
    )
    user.language = locked.language
    return locked


def _keep_administrators_apart(user: User, email: str, by: User | None) -> None:
    """Whoever chooses where reset links go could sign in as the other administrator."""
    if by is None or by.pk == user.pk or email == user.email or not is_administrator(user):
        return
    message = _(
        "This person is an administrator: with another e-mail one could take over the role. "
        "Let a security administrator end the role first."
    )
    raise ValidationError({"email": message})


def _give_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise ValidationError({"password": weak.messages}) from None
    user.set_password(password)
