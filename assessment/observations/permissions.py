"""Who reads the observations of a cycle and who records them."""

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
def is_region_reader(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Reads the values of every locality: coordinators, reviewers, auditors of the region."""
    return has_role(user, Role.COORDINATOR, Role.REVIEWER, Role.AUDITOR, region_id=cycle.region_id)


can_view_observations = is_region_reader
can_record_observations = is_coordinator
