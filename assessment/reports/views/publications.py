"""Which cycle and publication a request is about."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.http import DeskRequest
from assessment.cycles.models import Cycle
from assessment.cycles.queries import visible_to as visible_cycles
from assessment.publication.models import Publication
from assessment.reports.permissions import can_list_reports
from assessment.reports.queries import reportable_publications


def asked_cycle(request: DeskRequest, code: str) -> Cycle:
    """The cycle whose reports the reader may list; ``Http404`` or ``PermissionDenied`` else."""
    cycle = get_object_or_404(visible_cycles(request.user), code=code)
    if not can_list_reports(request.user, cycle):
        raise PermissionDenied
    return cycle


def asked_publication(request: DeskRequest, cycle: Cycle) -> Publication:
    """The publication the request names, else the newest; ``Http404`` where there is none."""
    publications = reportable_publications(request.user, cycle)
    number = request.POST.get("publication") or request.GET.get("publication", "")
    publication = chosen_publication(publications, number)
    if publication is None:
        raise Http404
    return publication


def chosen_publication(publications: list[Publication], number: str) -> Publication | None:
    """The one of that number, the first without one; ``Http404`` for a number of none."""
    if not number:
        return publications[0] if publications else None
    found = next((each for each in publications if str(each.number) == number), None)
    if found is None:
        raise Http404
    return found


def list_url(publication: Publication) -> str:
    """The list of the publication's reports."""
    address = reverse("reports:list", args=[publication.cycle.code])
    return f"{address}?publication={publication.number}"
