"""Pages on which experts score rubrics and coordinators settle them."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.form_words import typed_texts
from accounts.http import DeskRequest, desk_view
from accounts.models import Locality
from accounts.queries import has_role
from accounts.roles import Role
from accounts.service_errors import add_service_errors
from accounts.text import join_sentences
from accounts.trail import Crumb, trail
from assessment.audit.staleness import seen_in
from assessment.cycles import queries as cycle_queries
from assessment.cycles.models import Cycle
from assessment.cycles.permissions import is_reviewer_of
from assessment.cycles.trail import cycle_trail
from assessment.cycles.wording import stage_refusal
from assessment.cycles.workflow import NotAllowedNow
from assessment.engine.document import Node
from assessment.reviews import permissions, queries
from assessment.reviews.conflicts import last_judgement
from assessment.reviews.forms import RubricForm
from assessment.reviews.queries import RubricRow, settled_level
from assessment.reviews.rubric_list import read_rubric, rubric_csv
from assessment.reviews.services import save_rubric_score, settle_rubric
from assessment.reviews.signed_work import signed_work
from assessment.reviews.workflow import RUBRIC_STAGES


@require_safe
@desk_view
def mine(request: DeskRequest) -> HttpResponse:
    """The cycles a reviewer scores, with how far they are."""
    if not has_role(request.user, Role.REVIEWER):
        raise PermissionDenied
    cycles = [
        {
            "cycle": cycle,
            "rows": rows,
            "done": sum(r.done for r in rows),
            "total": sum(r.total for r in rows),
            "is_open": permissions.is_open_for_rubric(request.user, cycle),
        }
        for cycle, rows in queries.cycles_to_score(request.user)
    ]
    return render(
        request,
        "reviews/mine.html",
        {
            "cycles": cycles,
            "breadcrumbs": trail((_("My reviews"), "")),
        },
    )


@require_safe
@desk_view
def overview(request: DeskRequest, cycle: str) -> HttpResponse:
    """All localities of a cycle with the reader's own scores, or everybody's."""
    found = _visible_cycle(request, cycle)
    # Read before the scores: nobody's score falls between the two.
    seen = last_judgement(found)
    experts = queries.experts_seen(request.user, found)
    rows = queries.rubric_rows(found, queries.visible_to(request.user), experts=experts)
    indicators = queries.rubric_indicators(found)
    listed = read_rubric(rows, indicators, request.GET)
    if listed.wants_csv:
        return rubric_csv(found, listed.rows)
    context = {
        "cycle": found,
        "list": listed,
        "rows": listed.page.object_list,
        "indicators": indicators,
        "is_reviewer": is_reviewer_of(request.user, found),
        "can_score": permissions.can_score_rubric(request.user, found),
        "can_settle": permissions.can_settle_rubric(request.user, found),
        "seen": seen,
        "done": sum(row.done for row in rows),
        "total": sum(row.total for row in rows),
        "consequences": _missing_told(rows, indicators),
        "breadcrumbs": _breadcrumbs(found),
    }
    return render(request, "reviews/rubric.html", context)


def _missing_told(rows: Sequence[RubricRow], indicators: Sequence[Node]) -> list[str]:
    """What settling now leaves out: scores not given yet, values nobody gave a level for."""
    missing = sum(row.total - row.done for row in rows)
    empty = sum(
        settled_level(row.scores.get(node.code, [])) is None for row in rows for node in indicators
    )
    told = []
    if missing:
        text = ngettext(
            "%(count)d of %(total)d scores is missing.",
            "%(count)d of %(total)d scores are missing.",
            missing,
        )
        told.append(text % {"count": missing, "total": sum(row.total for row in rows)})
    if empty:
        text = ngettext(
            "%(count)d value stays missing: no expert gave a level for it.",
            "%(count)d values stay missing: no expert gave a level for them.",
            empty,
        )
        told.append(text % {"count": empty})
    return told


@require_http_methods(["GET", "HEAD", "POST"])
@desk_view
def score(request: DeskRequest, cycle: str, locality: str) -> HttpResponse:
    """One locality's rubric indicators as a form for the expert."""
    found = _visible_cycle(request, cycle)
    if not is_reviewer_of(request.user, found):
        raise PermissionDenied
    place = get_object_or_404(Locality, code=locality, participations__cycle=found)
    forms = _forms(request, found, place)
    kept: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            if _save(request, found, place, forms):
                text = _("Scores of %(locality)s saved.")
                messages.success(request, text % {"locality": place.name})
                return redirect(_next_address(request, found, place))
        except NotAllowedNow:
            # What is stored is shown; what was typed stands beside it, to be copied.
            found, kept = _visible_cycle(request, cycle), _typed(forms)
            forms = _forms(request, found, place, is_sent=False)
    context = {
        "cycle": found,
        "locality": place,
        "forms": forms,
        "work": signed_work(request.user, found, place, [form.node for form in forms]),
        "kept": kept,
        "closed_text": stage_refusal(found.stage, RUBRIC_STAGES)
        if found.stage not in RUBRIC_STAGES
        else "",
        "skip_url": _skip_address(request, found, place),
        "refused": [form for form in forms if form.errors],
        "can_score": permissions.can_score_rubric(request.user, found),
        "breadcrumbs": _breadcrumbs(found, (place.name, "")),
    }
    status = 409 if kept else 200
    return render(request, "reviews/rubric_locality.html", context, status=status)


@require_POST
@desk_view
def settle(request: DeskRequest, cycle: str) -> HttpResponse:
    """Turn the experts' levels into observations."""
    found = _visible_cycle(request, cycle)
    try:
        written = settle_rubric(
            cycle=found,
            seen=seen_in(request.POST.get("seen", "")),
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        messages.error(request, join_sentences(error.messages))
        return redirect("reviews:rubric", found.code)
    except NotAllowedNow as error:
        messages.error(request, stage_refusal(error.state, RUBRIC_STAGES))
        return redirect("reviews:rubric", found.code)
    text = ngettext(
        "%(count)d value written to the observations.",
        "%(count)d values written to the observations.",
        written,
    )
    messages.success(request, text % {"count": written})
    return redirect("reviews:rubric", found.code)


def _visible_cycle(request: DeskRequest, code: str) -> Cycle:
    cycle = get_object_or_404(cycle_queries.visible_to(request.user), code=code)
    if not permissions.can_see_rubric(request.user, cycle):
        raise PermissionDenied
    return cycle


def _breadcrumbs(cycle: Cycle, *more: Crumb) -> list[Crumb]:
    here = reverse("reviews:rubric", args=[cycle.code])
    return cycle_trail(cycle, (_("Depth of cooperation"), here), *more)


def _forms(
    request: DeskRequest, cycle: Cycle, locality: Locality, *, is_sent: bool = True
) -> list[RubricForm]:
    given = queries.own_scores(request.user, cycle, locality)
    data = (request.POST or None) if is_sent else None
    return [
        RubricForm(data, node=node, score=given.get(node.code))
        for node in queries.rubric_indicators(cycle)
    ]


def _typed(forms: list[RubricForm]) -> list[tuple[str, str]]:
    """What was chosen and written, each with its indicator."""
    language = get_language() or "zh-hans"
    return [
        (f"{form.node.title.text(language)} · {label}", text)
        for form in forms
        for label, text in typed_texts(form)
    ]


def _next_address(request: DeskRequest, cycle: Cycle, after: Locality) -> str:
    """The page of the next locality to score; that of all where no other one waits."""
    other = _skip_address(request, cycle, after)
    return other or reverse("reviews:rubric", args=[cycle.code])


def _skip_address(request: DeskRequest, cycle: Cycle, after: Locality) -> str:
    """The page of the next other locality to score; empty where none waits."""
    following = _next_open(request, cycle, after)
    if following is None:
        return ""
    return reverse("reviews:rubric-locality", args=[cycle.code, following.code])


def _save(request: DeskRequest, cycle: Cycle, locality: Locality, forms: list[RubricForm]) -> bool:
    """Save every form that was filled in; put each problem, a missing choice too, at its field."""
    for form in forms:
        if not form.is_valid():
            continue
        if form.is_untouched:
            form.add_error("level", _("Choose one of the levels, or abstain."))
            continue
        try:
            save_rubric_score(
                cycle=cycle,
                locality=locality,
                indicator=form.node.code,
                level=form.level_given,
                has_abstained=form.has_abstained,
                comment=form.cleaned_data["comment"],
                by=request.user,
                at=timezone.now(),
            )
        except ValidationError as error:
            add_service_errors(form, error)
    return all(not form.errors for form in forms)


def _next_open(request: DeskRequest, cycle: Cycle, after: Locality) -> Locality | None:
    """The next other locality the expert has not scored yet, in the order of codes."""
    rows = queries.rubric_rows(
        cycle, queries.visible_to(request.user).filter(reviewer=request.user)
    )
    waiting = [row.locality for row in rows if not row.is_complete and row.locality != after]
    following = [place for place in waiting if place.code > after.code]
    return next(iter(following or waiting), None)
