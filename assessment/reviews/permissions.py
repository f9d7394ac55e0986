"""Who scores rubrics, who verifies forms, who writes remarks."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.queries import has_role
from accounts.roles import Role
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage


@rules.predicate
def is_open_for_rubric(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Experts score while forms come in and while they are reviewed."""
    return cycle.stage in {Stage.COLLECTING, Stage.REVIEWING}


@rules.predicate
def is_reviewer(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Reviews for the cycle's region."""
    return has_role(user, Role.REVIEWER, region_id=cycle.region_id)


@rules.predicate
def is_coordinator(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Coordinates the cycle's region."""
    return has_role(user, Role.COORDINATOR, region_id=cycle.region_id)


@rules.predicate
def is_auditor(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Audits the cycle's region."""
    return has_role(user, Role.AUDITOR, region_id=cycle.region_id)


can_score_rubric = is_reviewer & is_open_for_rubric
can_settle_rubric = is_coordinator & is_open_for_rubric
can_write_remark = is_coordinator
can_see_reviews = is_coordinator | is_auditor
can_see_rubric = is_reviewer | can_see_reviews
