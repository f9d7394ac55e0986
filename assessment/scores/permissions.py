"""Who reads runs, computes them and adjusts scores."""

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


can_view_runs = is_coordinator | is_auditor
can_compute_scores = is_coordinator
can_adjust_scores = is_coordinator
