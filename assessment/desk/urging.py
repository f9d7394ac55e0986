"""One press on the board: whoever a late form waits for is urged."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.http import DeskRequest, desk_view, safe_next
from accounts.moments import time_text
from accounts.text import join_items, join_sentences
from assessment.cycles import queries as cycle_queries
from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.cycles.permissions import can_coordinate_cycle
from assessment.notices.services import Urging, urge_localities
from assessment.submissions.models import Submission
from assessment.submissions.queries import overdue_on

# More names than this tell a coordinator less than their number.
MOST_NAMES = 5


@require_POST
@desk_view
def urge(request: DeskRequest, cycle: str) -> HttpResponse:
    """Urge one locality (``submission``) or all that are overdue (``all=late``)."""
    found = get_object_or_404(cycle_queries.visible_to(request.user), code=cycle)
    if not can_coordinate_cycle(request.user, found):
        raise PermissionDenied
    forms = _chosen(request, found)
    outcome = urge_localities(cycle=found, submissions=forms, by=request.user, at=timezone.now())
    if outcome.urged:
        messages.success(request, told(outcome))
    for form, urged_at in outcome.lately[:MOST_NAMES]:
        text = _(
            "%(locality)s was urged already at %(time)s; again after 24 hours at the earliest."
        )
        words = {"locality": form.locality.name, "time": time_text(urged_at)}
        messages.info(request, text % words)
    if not outcome.urged and not outcome.lately:
        messages.info(request, _("Nobody had to be urged: the forms were handed in meanwhile."))
    board = reverse("submissions:board", args=[found.code])
    return redirect(safe_next(request, board))


def _chosen(request: DeskRequest, cycle: Cycle) -> QuerySet[Submission]:
    forms = cycle.submissions.select_related("cycle", "locality")
    if request.POST.get("all") == "late":
        return forms.filter(overdue_on(local_date(timezone.now())))
    wanted = request.POST.get("submission", "")
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 19):
        raise Http404
    chosen = forms.filter(pk=int(wanted))
    if not chosen:
        raise Http404
    return chosen


def told(outcome: Urging) -> str:
    """Who was urged, some by name, and how many people hear of it."""
    names = join_items(form.locality.name for form in outcome.urged[:MOST_NAMES])
    heard = ngettext(
        "%(count)d person finds it among the notices; by e-mail it goes to %(mailed)d.",
        "%(count)d people find it among their notices; by e-mail it goes to %(mailed)d.",
        outcome.people,
    )
    total = len(outcome.urged)
    if total > MOST_NAMES:
        text = _("%(total)d localities urged, among them %(names)s.")
        said = text % {"names": names, "total": total}
    else:
        said = _("%(names)s urged.") % {"names": names}
    return join_sentences([said, heard % {"count": outcome.people, "mailed": outcome.mailed}])
