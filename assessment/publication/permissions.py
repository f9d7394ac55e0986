"""Who sees the publication desk of a cycle and who publishes."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.queries import has_role
from accounts.roles import Role
from assessment.cycles.models import Cycle


@rules.predicate
def is_coordinator(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Coordinates the cycle's region."""
    return has_role(user, Role.COORDINATOR, region_id=cycle.region_id)


@rules.predicate
def is_auditor(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Audits the cycle's region."""
    return has_role(user, Role.AUDITOR, region_id=cycle.region_id)


can_view_publications = is_coordinator | is_auditor
can_publish = is_coordinator
