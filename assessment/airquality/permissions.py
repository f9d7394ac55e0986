"""Who reads annual means, imports them, and derives reductions."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.queries import has_role
from accounts.roles import Role
from assessment.observations.permissions import can_record_observations, can_view_observations

can_view_means = can_view_observations
can_derive_reductions = can_record_observations


@rules.predicate
def can_import_means(user: User | AnonymousUser, region_ids: frozenset[int]) -> bool:
    """Coordinates each of the regions the measured localities belong to."""
    return bool(region_ids) and all(
        has_role(user, Role.COORDINATOR, region_id=region_id) for region_id in region_ids
    )
