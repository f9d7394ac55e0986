"""Tokens of systems: issued by the security administrator, revoked also by who answers for it.

A token lets its holder use a role, and roles are the security administrator's
(docs/adr/0010-tokens-are-permissions.md).
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.announcements import announce
from accounts.authorization import require
from accounts.models import ApiToken, Membership, User
from accounts.permissions import can_revoke_token, is_security_administrator
from accounts.roles import Role
from accounts.uniqueness import refused_in_words

PREFIX = "lp_"
LONGEST = timedelta(days=366)
# How often the use of a token is written down at most: reading must not write each time.
NOTED_EVERY = timedelta(minutes=1)


@transaction.atomic
def create_token(
    *, membership: Membership, name: str, expires_at: datetime, by: User | None, at: datetime
) -> tuple[ApiToken, str]:
    """Make a token of the integrator and return it with its secret, which is kept nowhere.

    ``PermissionDenied`` unless ``by`` is a security administrator; ``ValidationError`` (field →
    messages) for a role that is no running integrator's, a name taken by another token of the
    system, and an end that has passed or is more than a year away.
    """
    if by is not None:
        require(is_security_administrator, by)
    membership = Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    if membership.role != Role.INTEGRATOR or membership.ended_at is not None:
        message = _("Tokens are for systems: choose one that holds the role of integrator.")
        raise ValidationError({"membership": [message]})
    if not at < expires_at <= at + LONGEST:
        message = _("A token ends within a year. Choose a day between tomorrow and then.")
        raise ValidationError({"expires_at": [message]})
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        membership=membership,
        name=name.strip(),
        digest=digest_of(secret),
        beginning=secret[:8],
        created_by=by,
        created_at=at,
        expires_at=expires_at,
    )
    token.full_clean()
    with refused_in_words(token.full_clean):
        token.save()
    announce(
        action="accounts.create_token",
        by=by,
        at=at,
        target=token,
        after={
            "system": membership.user.username,
            "name": token.name,
            "begins_with": token.beginning,
            "expires_at": expires_at,
        },
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User | None, at: datetime) -> ApiToken:
    """Let the token open nothing any more; a second time changes nothing.

    ``PermissionDenied`` unless ``by`` is a security administrator, an approver of the token's
    locality or a coordinator of its region.
    """
    locked = (
        ApiToken.objects.select_for_update(of=("self",), no_key=True)
        .select_related("membership__user")
        .get(pk=token.pk)
    )
    if by is not None:
        require(can_revoke_token, by, locked)
    if locked.revoked_at is not None:
        return locked
    locked.revoked_by, locked.revoked_at = by, at
    locked.save(update_fields=["revoked_by", "revoked_at"])
    announce(
        action="accounts.revoke_token",
        by=by,
        at=at,
        target=locked,
        before={"system": locked.membership.user.username, "revoked_at": None},
        after={"revoked_at": at},
    )
    return locked


def note_use(*, token: ApiToken, at: datetime) -> None:
    """Remember that the token was used; it is no event, and written once a minute at most."""
    if token.last_used_at is None or at - token.last_used_at >= NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)


def digest_of(secret: str) -> str:
    """What is kept of a secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
