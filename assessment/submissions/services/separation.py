"""Nobody decides on what they reported, whatever roles they came to hold since."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from accounts.models import User
from assessment.submissions.authorship import has_worked_on
from assessment.submissions.models import Submission


class OwnWorkError(PermissionDenied):
    """Who would decide on the form once filled or signed it."""


def require_not_own(submissions: QuerySet[Submission], by: User | None) -> None:
    """Raise ``OwnWorkError`` where the person filled, proved or signed one of the forms.

    Roles that exclude each other are never granted together; this holds for roles held one
    after the other.
    """
    if by is not None and has_worked_on(submissions, by):
        raise OwnWorkError
