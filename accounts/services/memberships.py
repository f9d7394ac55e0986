"""Roles: granted and ended by the security administrator."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.announcements import announce, facts
from accounts.authorization import require
from accounts.membership_rules import membership_problems
from accounts.models import Department, Locality, Membership, Region, User
from accounts.permissions import is_security_administrator
from accounts.queries import forget_memberships
from accounts.roles import Role
from accounts.services.locking import lock_regions


@transaction.atomic
def grant_membership(
    *,
    user: User,
    role: Role | str,
    region: Region | None = None,
    locality: Locality | None = None,
    department: Department | None = None,
    by: User | None,
    at: datetime,
) -> Membership:
    """Give the user a role in a place.

    Regions and the user's row are locked while the rules are asked, so that neither two
    grants at once nor a locality that joins a region meanwhile bring roles together that
    exclude each other. Raises ``PermissionDenied`` unless
    ``by`` is a security administrator, ``ValidationError`` (field → messages) where
    the place does not fit the role, the role is held already, the three
    administrator roles and the assessing roles would meet in one person, or one who
    judges a region would also report in it or audit it.
    """
    if by is not None:
        require(is_security_administrator, by)
    lock_regions()
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    problems = membership_problems(
        user=locked, role=role, region=region, locality=locality, department=department
    )
    if problems:
        raise ValidationError(problems)
    membership = Membership.objects.create(
        user=locked,
        role=role,
        region=region,
        locality=locality,
        department=department,
        created_at=at,
    )
    forget_memberships(user)
    announce(
        action="accounts.grant_membership",
        by=by,
        at=at,
        target=membership,
        after=_facts(membership),
    )
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: User | None, at: datetime) -> Membership:
    """End a role; ending one that has ended already changes nothing.

    Raises ``PermissionDenied`` unless ``by`` is a security administrator, and
    ``ValidationError`` for one's own role, so that one always remains.
    """
    # All security administrators' roles are locked with it, in one order: of two who end
    # each other's role at once, the second no longer holds theirs.
    concerned = Q(pk=membership.pk) | Q(role=Role.SECURITY_ADMINISTRATOR)
    rows = Membership.objects.select_for_update(no_key=True).filter(concerned).order_by("pk")
    locked = next(row for row in rows if row.pk == membership.pk)
    if by is not None:
        forget_memberships(by)
        require(is_security_administrator, by)
    if locked.ended_at is not None:
        return locked
    if by is not None and locked.user_id == by.pk:
        raise ValidationError(
            {"user": _("You cannot end your own role. Ask another security administrator.")}
        )
    locked.ended_at = at
    locked.save(update_fields=["ended_at"])
    forget_memberships(locked.user)
    forget_memberships(membership.user)
    announce(
        action="accounts.end_membership",
        by=by,
        at=at,
        target=locked,
        before=_facts(locked) | {"ended_at": None},
        after={"ended_at": at},
    )
    return locked


def _facts(membership: Membership) -> dict[str, Any]:
    """The membership in words and codes that can be read without the tables."""
    return {
        "user": membership.user.username,
        **facts(membership, ["role"]),
        "region": membership.region.code if membership.region else None,
        "locality": membership.locality.code if membership.locality else None,
        "department": membership.department.code if membership.department else None,
    }
