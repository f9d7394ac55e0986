"""Finding what an address of the verification names, and the way to it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.http import DeskRequest
from accounts.trail import Crumb
from assessment.cycles import queries as cycle_queries
from assessment.cycles.models import Cycle
from assessment.cycles.trail import cycle_trail
from assessment.reviews import permissions
from assessment.submissions import queries as submission_queries
from assessment.submissions.models import Submission


def visible_cycle(request: DeskRequest, code: str) -> Cycle:
    """The cycle; 404 where it is not seen, refused where its forms are not verified."""
    cycle = get_object_or_404(cycle_queries.visible_to(request.user), code=code)
    if not permissions.can_see_reviews(request.user, cycle):
        raise PermissionDenied
    return cycle


def find_form(request: DeskRequest, cycle: str, locality: str) -> Submission:
    """The locality's form in the cycle, with its framework and the request to unlock it."""
    found = visible_cycle(request, cycle)
    forms = submission_queries.visible_to(request.user).select_related(
        "cycle__framework_version__framework", "unlock_request__by"
    )
    return get_object_or_404(forms, cycle=found, locality__code=locality)


def reviews_trail(cycle: Cycle, *more: Crumb) -> list[Crumb]:
    """The way to a page below the list of forms to verify."""
    here = reverse("reviews:list", args=[cycle.code])
    return cycle_trail(cycle, (_("Verification"), here), *more)
