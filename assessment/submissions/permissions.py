"""Who sees a form, who fills it, who signs it, who decides on it."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.queries import has_role
from accounts.roles import LOCALITY_ROLES, Role
from assessment.cycles.models import Cycle
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.workflow import SubmissionState


@rules.predicate
def is_contributor(user: User | AnonymousUser, submission: Submission) -> bool:
    """Fills forms of the locality."""
    return has_role(user, Role.CONTRIBUTOR, locality_id=submission.locality_id)


@rules.predicate
def is_approver(user: User | AnonymousUser, submission: Submission) -> bool:
    """Signs off for the locality."""
    return has_role(user, Role.APPROVER, locality_id=submission.locality_id)


@rules.predicate
def is_of_locality(user: User | AnonymousUser, submission: Submission) -> bool:
    """Works for the locality in any role."""
    return has_role(user, *LOCALITY_ROLES, locality_id=submission.locality_id)


@rules.predicate
def is_coordinator(user: User | AnonymousUser, submission: Submission) -> bool:
    """Coordinates the region of the form's cycle."""
    return has_role(user, Role.COORDINATOR, region_id=submission.cycle.region_id)


@rules.predicate
def oversees(user: User | AnonymousUser, submission: Submission) -> bool:
    """Coordinates or audits the region of the form's cycle."""
    return has_role(user, Role.COORDINATOR, Role.AUDITOR, region_id=submission.cycle.region_id)


@rules.predicate
def reviews_what_was_signed(user: User | AnonymousUser, submission: Submission) -> bool:
    """Reviews for the region, and the form has left its first draft."""
    is_reviewer = has_role(user, Role.REVIEWER, region_id=submission.cycle.region_id)
    return is_reviewer and submission.state != SubmissionState.DRAFT


@rules.predicate
def oversees_cycle(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Coordinates or audits the cycle's region: sees the board of all localities."""
    return has_role(user, Role.COORDINATOR, Role.AUDITOR, region_id=cycle.region_id)


@rules.predicate
def coordinates_cycle(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Coordinates the cycle's region: may give its localities more time."""
    return has_role(user, Role.COORDINATOR, region_id=cycle.region_id)


can_view_submission = is_of_locality | oversees | reviews_what_was_signed
can_edit_submission = is_contributor
can_sign_submission = is_approver
can_decide_submission = is_coordinator
can_view_board = oversees_cycle


@rules.predicate
def can_view_evidence(user: User | AnonymousUser, evidence: Evidence) -> bool:
    """Whoever sees the form sees its files, removed ones included: they are its history."""
    return bool(can_view_submission(user, evidence.submission))
