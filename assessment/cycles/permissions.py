"""Who may see a cycle and what they are to it."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import Region, User
from accounts.queries import has_role, locality_ids, region_ids
from accounts.roles import LOCALITY_ROLES, REGION_ROLES, SYSTEM_ROLES, Role
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage


@rules.predicate
def can_list_cycles(user: User | AnonymousUser) -> bool:
    """Holds a role of a region or of a locality; administrators assess nothing."""
    roles = REGION_ROLES | LOCALITY_ROLES | SYSTEM_ROLES
    return bool(region_ids(user, roles) or locality_ids(user, roles))


@rules.predicate
def can_start_cycle(user: User | AnonymousUser, region: Region) -> bool:
    """Coordinates the region."""
    return has_role(user, Role.COORDINATOR, region_id=region.pk)


@rules.predicate
def can_coordinate_cycle(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Coordinates the cycle's region."""
    return has_role(user, Role.COORDINATOR, region_id=cycle.region_id)


@rules.predicate
def is_auditor_of(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Audits the cycle's region."""
    return has_role(user, Role.AUDITOR, region_id=cycle.region_id)


@rules.predicate
def is_system_of(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Is a system of the cycle's region."""
    return has_role(user, Role.INTEGRATOR, region_id=cycle.region_id)


@rules.predicate
def is_reviewer_of(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Judges for the cycle's region."""
    return has_role(user, Role.REVIEWER, region_id=cycle.region_id)


@rules.predicate
def is_participant_of(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Reports for a locality that takes part, once the cycle is out of preparation."""
    own = locality_ids(user, LOCALITY_ROLES)
    if not own or cycle.stage == Stage.DRAFT:
        return False
    return cycle.participants.filter(locality__in=own).exists()


@rules.predicate
def can_enter_holidays(user: User | AnonymousUser) -> bool:
    """Sets dates somewhere, or configures the installation, for which holidays are the same."""
    return has_role(user, Role.COORDINATOR, Role.SYSTEM_ADMINISTRATOR)


can_view_cycle = can_coordinate_cycle | is_auditor_of | is_reviewer_of | is_participant_of
