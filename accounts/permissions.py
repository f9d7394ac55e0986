"""Predicates about people alone; the rooms build theirs on them."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import ApiToken, User
from accounts.queries import has_role
from accounts.roles import ADMINISTRATOR_ROLES, SYSTEM_ROLES, Role


@rules.predicate
def is_administrator(user: User | AnonymousUser) -> bool:
    """Holds one of the three administrator roles."""
    return has_role(user, *ADMINISTRATOR_ROLES)


@rules.predicate
def is_system_administrator(user: User | AnonymousUser) -> bool:
    """Accounts and configuration."""
    return has_role(user, Role.SYSTEM_ADMINISTRATOR)


@rules.predicate
def is_security_administrator(user: User | AnonymousUser) -> bool:
    """Roles and permissions."""
    return has_role(user, Role.SECURITY_ADMINISTRATOR)


@rules.predicate
def is_audit_administrator(user: User | AnonymousUser) -> bool:
    """The audit log."""
    return has_role(user, Role.AUDIT_ADMINISTRATOR)


@rules.predicate
def is_system(user: User | AnonymousUser) -> bool:
    """Is the account of a system, which works through the API alone."""
    return has_role(user, *SYSTEM_ROLES)


@rules.predicate
def can_list_tokens(user: User | AnonymousUser) -> bool:
    """Issues tokens, or answers for a place systems may act for."""
    return has_role(user, Role.SECURITY_ADMINISTRATOR, Role.APPROVER, Role.COORDINATOR)


@rules.predicate
def can_revoke_token(user: User | AnonymousUser, token: ApiToken) -> bool:
    """Issues tokens, or answers for the place of this one."""
    place = token.membership
    if place.locality_id is not None and has_role(
        user, Role.APPROVER, locality_id=place.locality_id
    ):
        return True
    if place.region_id is not None and has_role(user, Role.COORDINATOR, region_id=place.region_id):
        return True
    return is_security_administrator(user)


@rules.predicate
def can_choose_language_of(user: User | AnonymousUser, person: User) -> bool:
    """One's own language; the system administrator everybody's."""
    return user.pk == person.pk or is_system_administrator(user)
