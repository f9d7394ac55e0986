"""Predicates about people alone; the rooms build theirs on them."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.queries import has_role
from accounts.roles import ADMINISTRATOR_ROLES, Role


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
def can_choose_language_of(user: User | AnonymousUser, person: User) -> bool:
    """One's own language; the system administrator everybody's."""
    return user.pk == person.pk or is_system_administrator(user)
