"""Who may see and who may change frameworks."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import Region, User
from accounts.queries import has_role, locality_ids, region_ids
from accounts.roles import LOCALITY_ROLES, REGION_ROLES, Role
from assessment.frameworks.models import Framework, FrameworkVersion


@rules.predicate
def can_list_frameworks(user: User | AnonymousUser) -> bool:
    """Holds a role of a region or of a locality; administrators assess nothing."""
    return bool(region_ids(user, REGION_ROLES) or locality_ids(user, LOCALITY_ROLES))


@rules.predicate
def can_start_framework(user: User | AnonymousUser, region: Region) -> bool:
    """Coordinates the region."""
    return has_role(user, Role.COORDINATOR, region_id=region.pk)


@rules.predicate
def can_change_framework(user: User | AnonymousUser, framework: Framework) -> bool:
    """Coordinates the region that owns the framework."""
    return has_role(user, Role.COORDINATOR, region_id=framework.region_id)


@rules.predicate
def can_change_version(user: User | AnonymousUser, version: FrameworkVersion) -> bool:
    """Coordinates the region that owns the version; its state is asked of the workflow."""
    return has_role(user, Role.COORDINATOR, region_id=version.framework.region_id)
