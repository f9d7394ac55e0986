"""Who reads the log."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.permissions import is_audit_administrator
from accounts.queries import has_role
from accounts.roles import Role


@rules.predicate
def is_auditor(user: User | AnonymousUser) -> bool:
    """Audits a region."""
    return has_role(user, Role.AUDITOR)


can_read_events = is_auditor | is_audit_administrator
