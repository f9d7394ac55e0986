"""The start page and the overview of a cycle."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import DeskRequest, desk_view
from accounts.models import Membership
from accounts.queries import active_membership, memberships_of
from accounts.roles import ADMINISTRATOR_ROLES, LOCALITY_ROLES, Role
from accounts.trail import trail
from assessment.cycles import queries as cycle_queries
from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.cycles.permissions import can_coordinate_cycle
from assessment.cycles.trail import cycle_trail
from assessment.cycles.workflow import NotAllowedNow, Stage
from assessment.desk import queries
from assessment.desk.other_roles import RoleChoice, role_choices, waiting_elsewhere
from assessment.desk.search import LONGEST_QUERY, search
from assessment.desk.tasks_to_do import to_do
from assessment.publication import queries as publication_queries
from assessment.submissions.services import open_collection


@require_safe
@desk_view
def start(request: DeskRequest) -> HttpResponse:
    """What the reader must do next, and the cycles under way."""
    membership = active_membership(request.user, request.session.get("membership"))
    if membership is None:
        raise PermissionDenied
    role = Role(membership.role)
    today = local_date(timezone.now())
    roles = _roles(request, membership, today)
    context = {
        "roles": roles,
        "elsewhere": waiting_elsewhere(roles),
        "membership": membership,
        "role": role,
        "is_administrator": role in ADMINISTRATOR_ROLES,
        "is_audit_administrator": role == Role.AUDIT_ADMINISTRATOR,
        "is_security_administrator": role == Role.SECURITY_ADMINISTRATOR,
        "tasks": to_do(request.user, membership, today),
        "cycles": cycle_queries.visible_to(request.user).order_by("-period_end_date")[:5],
        "latest": publication_queries.public_publications().first(),
        "today": today,
    }
    return render(request, "desk/start.html", context)


@require_safe
@desk_view
def roles(request: DeskRequest) -> HttpResponse:
    """The role switch with what waits in each role, for the menu of the bar.

    It is a part of a page: opened by its address it leads to the start page, which shows the same.
    """
    if request.headers.get("HX-Request") != "true":
        return redirect("desk:start")
    membership = active_membership(request.user, request.session.get("membership"))
    if membership is None:
        raise PermissionDenied
    choices = role_choices(request.user, membership, local_date(timezone.now()))
    return render(request, "components/membership_switch.html", {"roles": choices})


@require_safe
@desk_view
def search_page(request: DeskRequest) -> HttpResponse:
    """What the reader looks for among all they may see, grouped."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    groups = search(request.user, query)
    context = {
        "query": query,
        "groups": groups,
        "total": sum(group.total for group in groups),
        "breadcrumbs": trail((_("Search"), "")),
    }
    return render(request, "desk/search.html", context)


def _roles(request: DeskRequest, membership: Membership, today: date) -> list[RoleChoice]:
    """The reader's roles with their work, where there are several."""
    several = len(memberships_of(request.user)) > 1
    return role_choices(request.user, membership, today) if several else []


@require_safe
@desk_view
def cycle_overview(request: DeskRequest, cycle: str) -> HttpResponse:
    """Where a cycle stands: stage, timetable, forms, values, next step."""
    found = get_object_or_404(
        cycle_queries.visible_to(request.user).select_related(
            "framework_version__framework", "region", "previous"
        ),
        code=cycle,
    )
    membership = active_membership(request.user, request.session.get("membership"))
    counts = queries.form_counts(found, local_date(timezone.now()))
    can_coordinate = can_coordinate_cycle(request.user, found)
    context = {
        "cycle": found,
        "steps": queries.stage_steps(found),
        "counts": counts,
        "figures": queries.form_figures(found, counts),
        "values": queries.value_counts(found),
        "participants": found.participants.count(),
        "can_edit": can_coordinate and found.stage not in (Stage.PUBLISHED, Stage.ARCHIVED),
        "own_forms": queries.own_forms(request.user, found),
        "is_in_locality": membership is not None and membership.role in LOCALITY_ROLES,
        "facts": _facts(found),
        "next_step": queries.next_step(found, counts) if can_coordinate else None,
        "breadcrumbs": cycle_trail(found),
    }
    return render(request, "desk/cycle.html", context)


def _facts(cycle: Cycle) -> list[tuple[str, object]]:
    def days(first: object, last: object) -> str:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}

    version = cycle.framework_version
    return [
        (_("Period assessed"), days(cycle.period_start_date, cycle.period_end_date)),
        (_("Framework"), str(version)),
        (_("Forms"), days(cycle.collection_start_date, cycle.collection_end_date)),
        (_("Review until"), cycle.review_end_date.isoformat()),
        (_("Objections until"), cycle.objection_end_date.isoformat()),
        (_("Previous cycle"), str(cycle.previous) if cycle.previous else _("None")),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def open_cycle(request: DeskRequest, cycle: str) -> HttpResponse:
    """Open the collection: every participant gets its form; by GET, ask first."""
    found = get_object_or_404(cycle_queries.visible_to(request.user), code=cycle)
    if not can_coordinate_cycle(request.user, found):
        raise PermissionDenied
    if request.method != "POST" and found.stage == Stage.DRAFT:
        context = {
            "cycle": found,
            "cycle_url": reverse("desk:cycle", args=[found.code]),
            "step": queries.OPENING,
            "action_url": reverse("desk:open-collection", args=[found.code]),
            "breadcrumbs": cycle_trail(found, (str(queries.OPENING.label), "")),
        }
        return render(request, "cycles/stage.html", context)
    if request.method != "POST":
        messages.info(request, _("The collection is open already."))
        return redirect("desk:cycle", found.code)
    try:
        open_collection(cycle=found, by=request.user, at=timezone.now())
    except NotAllowedNow:
        messages.error(request, _("The collection is open already."))
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    else:
        messages.success(request, str(queries.OPENING.done))
    return redirect("desk:cycle", found.code)
