"""Accounts of people: made and changed by the system administrator."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.announcements import announce, facts
from accounts.authorization import require
from accounts.letters import send_letter
from accounts.models import Membership, User
from accounts.permissions import (
    can_choose_language_of,
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
    wants_email: bool = True,
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
        wants_email=wants_email,
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
    e-mail of another person who holds a role. The old address is told of the new one.
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
        _keep_roles_apart(locked, cleaned["email"], by)
    apply_changes(locked, cleaned, allowed=_CHANGEABLE, action="accounts.update_user", by=by, at=at)
    if locked.email != old_email:
        # django-allauth keeps its own list of addresses; an old one must not reset the password.
        EmailAddress.objects.filter(user=locked).delete()
        _tell_old_address(locked, old_email)
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


@transaction.atomic
def set_email_wish(*, user: User, wants_email: bool, by: User | None, at: datetime) -> User:
    """Keep whether notices come to the user by e-mail, too; those in the interface always do.

    Raises ``PermissionDenied`` unless it is one's own or ``by`` is a system administrator.
    """
    if by is not None:
        require(can_choose_language_of, by, user)
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    apply_changes(
        locked,
        {"wants_email": wants_email},
        allowed=("wants_email",),
        action="accounts.set_email_wish",
        by=by,
        at=at,
    )
    user.wants_email = locked.wants_email
    return locked


def _keep_roles_apart(user: User, email: str, by: User | None) -> None:
    """Whoever chooses where reset links go could sign in as the holder of a role.

    So that no administrator alone makes themselves somebody else, a role is ended and granted
    again by the security administrator, who sees the new address. An account that is switched
    off keeps its roles.
    """
    if by is None or by.pk == user.pk or email == user.email:
        return
    held = Membership.objects.filter(user=user, ended_at__isnull=True)
    first = held.select_related("region", "locality").first()
    if first is None:
        return
    message = _(
        "This person is “%(held)s”: with another e-mail one could act as them. Let a security "
        "administrator end the role, change the e-mail, then let them grant it again."
    )
    raise ValidationError({"email": message % {"held": first.label}})


def _tell_old_address(user: User, old_email: str) -> None:
    """Write to the address an account had, once the change is stored."""
    transaction.on_commit(
        partial(
            send_letter,
            "email_changed",
            to=old_email,
            person=user,
            old_email=old_email,
            new_email=user.email,
        ),
        robust=True,  # the change is stored, whether or not the mail server answers
    )


def _give_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise ValidationError({"password": weak.messages}) from None
    user.set_password(password)
