"""Who sees a form, who fills it, who signs it, who decides on it."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.queries import has_role
from accounts.roles import LOCALITY_ROLES, Role
from assessment.cycles.permissions import can_coordinate_cycle, is_auditor_of
from assessment.submissions.models import Submission

# Of a cycle: who sees the board of all its localities.
can_view_board = can_coordinate_cycle | is_auditor_of


@rules.predicate
def is_contributor(user: User | AnonymousUser, submission: Submission) -> bool:
    """Fills forms of the locality."""
    return has_role(user, Role.CONTRIBUTOR, locality_id=submission.locality_id)


@rules.predicate
def is_integrator(user: User | AnonymousUser, submission: Submission) -> bool:
    """Is a system of the locality: it fills in drafts, and never signs."""
    return has_role(user, Role.INTEGRATOR, locality_id=submission.locality_id)


@rules.predicate
def is_approver(user: User | AnonymousUser, submission: Submission) -> bool:
    """Signs off for the locality."""
    return has_role(user, Role.APPROVER, locality_id=submission.locality_id)


@rules.predicate
def is_of_locality(user: User | AnonymousUser, submission: Submission) -> bool:
    """Works for the locality in any role."""
    return has_role(user, *LOCALITY_ROLES, locality_id=submission.locality_id)


@rules.predicate
def is_lead(user: User | AnonymousUser, submission: Submission) -> bool:
    """Contributes to the locality and was asked to divide the work."""
    return user.pk == submission.lead_id and bool(is_contributor(user, submission))


@rules.predicate
def is_coordinator(user: User | AnonymousUser, submission: Submission) -> bool:
    """Coordinates the region of the form's cycle."""
    return bool(can_coordinate_cycle(user, submission.cycle))


@rules.predicate
def oversees(user: User | AnonymousUser, submission: Submission) -> bool:
    """Coordinates or audits the region of the form's cycle."""
    return bool(can_view_board(user, submission.cycle))


can_edit_submission = is_contributor | is_integrator
can_sign_submission = is_approver
# Who signed for the locality takes back for it; to ask for it is anybody's of the locality.
can_withdraw_submission = is_approver
can_ask_unlock = is_of_locality
# Remarks on answers stand between the locality and the coordinating body; experts read none.
can_read_remarks = is_of_locality | is_integrator | oversees
can_answer_remark = is_of_locality | is_integrator
can_pin_remark = is_coordinator
can_decide_submission = is_coordinator
can_divide_submission = is_approver | is_lead
# Of a signed form: the locality asks for what confirms it, and so may who received it.
can_have_receipt = is_of_locality | is_coordinator
# The blank form: for those who will fill it in, and those who send it out.
can_print_form = is_of_locality | is_coordinator
# What the people of a locality say to one another is nobody else's.
can_comment_internally = is_of_locality
