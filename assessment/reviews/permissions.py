"""Who scores rubrics, who verifies forms, who writes remarks."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from assessment.cycles.models import Cycle
from assessment.cycles.permissions import can_coordinate_cycle, is_auditor_of, is_reviewer_of
from assessment.reviews.workflow import REMARK_STAGES, RUBRIC_STAGES


@rules.predicate
def is_open_for_rubric(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Experts score while forms come in and while they are reviewed."""
    return cycle.stage in RUBRIC_STAGES


@rules.predicate
def is_open_for_remarks(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Remarks are written until the result is final: reports print what stood by then."""
    return cycle.stage in REMARK_STAGES


can_score_rubric = is_reviewer_of & is_open_for_rubric
can_settle_rubric = can_coordinate_cycle & is_open_for_rubric
can_write_remark = can_coordinate_cycle
can_see_reviews = can_coordinate_cycle | is_auditor_of
can_see_rubric = is_reviewer_of | can_see_reviews
