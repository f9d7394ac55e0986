"""The publication desk of a cycle: where it stands, the next step, earlier publications."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.downloads import stored_file
from accounts.http import DeskRequest, desk_view
from accounts.text import join_sentences
from assessment.audit.staleness import seen_in
from assessment.cycles.models import Cycle
from assessment.cycles.queries import visible_to
from assessment.cycles.trail import cycle_trail
from assessment.cycles.wording import stage_refusal
from assessment.cycles.workflow import NotAllowedNow, Stage
from assessment.engine.texts import LocalizedText
from assessment.publication import queries, services
from assessment.publication.caveats import Confirmation, caveats_of, digest_of, warnings_of
from assessment.publication.conflicts import last_step, require_last_step
from assessment.publication.models import Publication
from assessment.publication.permissions import can_publish, can_view_publications
from assessment.publication.preconditions import Obstacle, obstacles, unlock_requests
from assessment.publication.steps import FINALISE, PRELIMINARY, STEPS, Step, steps_at
from assessment.publication.wording import Caveat
from assessment.scores.models import ScoreRun
from assessment.scores.queries import latest_run

# The fields of a reason that the public reads, in the order of LocalizedText.
REASONS: Mapping[str, Promise] = {
    "reason_zh": gettext_lazy("Reason (Chinese)"),
    "reason_en": gettext_lazy("Reason (English)"),
}


@require_GET
@desk_view
def detail(request: DeskRequest, cycle: str) -> HttpResponse:
    """The desk: current and earlier publications, the next step and what stands in its way."""
    found = _visible_cycle(request, cycle)
    publications = list(queries.history_of(found))
    steps = steps_at(found.stage) if can_publish(request.user, found) else []
    run = latest_run(found) if any(step.needs_run for step in steps) else None
    caveats = _caveats(found, steps[0], run) if steps else []
    in_the_way = obstacles(found, run) if any(step.needs_run for step in steps) else []
    context = {
        "cycle": found,
        "steps": steps,
        "run": run,
        "obstacles": in_the_way,
        "is_outdated": any(each.is_outdated_run for each in in_the_way),
        "unlock_requests": unlock_requests(found) if PRELIMINARY in steps else (),
        "warnings": warnings_of(found, run, caveats) if run else [],
        "publications": publications,
        "is_superseded": any(
            p.kind == Publication.Kind.FINAL and p.published_at for p in publications
        ),
        "timeline": _timeline(publications, queries.published_by(found)),
        "breadcrumbs": _breadcrumbs(found),
    }
    return render(request, "publication/detail.html", context)


@require_http_methods(["GET", "POST"])
@desk_view
def step(request: DeskRequest, cycle: str, code: str) -> HttpResponse:
    """Ask before a step, and take it."""
    found = _visible_cycle(request, cycle)
    if not can_publish(request.user, found):
        raise PermissionDenied
    chosen = STEPS[code]
    if chosen not in steps_at(found.stage):
        return _not_now(request, found, chosen)
    seen = last_step(found)
    run = latest_run(found) if chosen.needs_run else None
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        errors = _taken(request, found, chosen, run)
        if not errors:
            return redirect("publication:detail", found.code)
        found = _visible_cycle(request, cycle)
        if chosen not in steps_at(found.stage):
            return _not_now(request, found, chosen)
    caveats = _caveats(found, chosen, run)
    warnings = warnings_of(found, run, caveats) if run else []
    context = {
        "cycle": found,
        "step": chosen,
        "run": run,
        "seen": seen,
        # Told of what they had not seen, they may send the same words again.
        "changed_meanwhile": join_sentences(errors.get("seen", [])),
        "obstacles": _obstacles(found, chosen, run, errors),
        "warnings": warnings,
        "unlock_requests": unlock_requests(found) if chosen is PRELIMINARY else (),
        "digest": digest_of(caveats),
        "reasons": _reason_fields(request, errors) if warnings or chosen.reason_help else [],
        "confirmed_error": join_sentences(errors.get("confirmed", [])),
        "open_until": next((c.code for c in caveats if c.kind == "objections_open"), ""),
        "breadcrumbs": [*_breadcrumbs(found, is_last=False), (str(chosen.label), "")],
    }
    return render(request, "publication/step.html", context, status=422 if errors else 200)


@require_GET
@desk_view
def bundle(request: DeskRequest, cycle: str, number: int) -> HttpResponseBase:
    """Download the bundle of any publication of the cycle, withdrawn ones too."""
    found = _visible_cycle(request, cycle)
    publication = get_object_or_404(queries.visible_to(request.user), cycle=found, number=number)
    return stored_file(
        request,
        publication.bundle,
        publication.file_name,
        "application/zip",
        sha256=publication.bundle_sha256,
    )


def _not_now(request: DeskRequest, cycle: Cycle, chosen: Step) -> HttpResponse:
    """Why the step is not possible; with a reason typed for it, on a page that keeps it."""
    closed = stage_refusal(cycle.stage, [stage for stage in Stage if chosen in steps_at(stage)])
    kept = [(str(label), text) for label, _name, text in _reasons_typed(request) if text.strip()]
    if not kept:
        messages.error(request, closed)
        return redirect("publication:detail", cycle.code)
    context = {
        "cycle": cycle,
        "step": chosen,
        "closed_text": closed,
        "changed_meanwhile": _changed_since(cycle, seen_in(request.POST.get("seen", ""))),
        "kept": kept,
        "breadcrumbs": [*_breadcrumbs(cycle, is_last=False), (str(chosen.label), "")],
    }
    return render(request, "publication/step.html", context, status=409)


def _reasons_typed(request: DeskRequest) -> list[tuple[Promise, str, str]]:
    """Label, field and what was typed of the reason in either language."""
    return [(label, name, request.POST.get(name, "")) for name, label in REASONS.items()]


def _reason_fields(
    request: DeskRequest, errors: Mapping[str, list[str]]
) -> list[dict[str, str | Promise]]:
    """The fields of the reason for ``components/confirm_form.html``."""
    return [
        {"name": name, "label": label, "value": text, "error": join_sentences(errors.get(name, []))}
        for label, name, text in _reasons_typed(request)
    ]


def _changed_since(cycle: Cycle, seen: int) -> str:
    try:
        require_last_step(cycle, seen)
    except ValidationError as error:
        return join_sentences(error.messages)
    return ""


def _taken(
    request: DeskRequest, cycle: Cycle, chosen: Step, run: ScoreRun | None
) -> dict[str, list[str]]:
    """Take the step; the sentences that refuse it by field, none when it is done."""
    shown = request.POST.get("run", "")
    if run is not None and shown != str(run.number):
        return {"run": [_("A newer run was computed meanwhile. Look at the results again.")]}
    try:
        _take(request, cycle, chosen, run)
    except ValidationError as error:
        return error.message_dict
    except NotAllowedNow as error:
        return {"run": [str(error)]}  # The page made next says it in words.
    messages.success(request, _done(chosen))
    return {}


def _take(request: DeskRequest, cycle: Cycle, chosen: Step, run: ScoreRun | None) -> None:
    at, by = timezone.now(), request.user
    reason = LocalizedText(*(text for _label, _name, text in _reasons_typed(request)))
    seen = seen_in(request.POST.get("seen", ""))
    given = Confirmation(request.POST.get("confirmed", ""), reason)
    if chosen.needs_run and run is None:
        raise ValidationError({"run": [str(each) for each in obstacles(cycle, None)]})
    if chosen.code == "preliminary" and run is not None:
        services.publish_preliminary(
            cycle=cycle, run=run, by=by, at=at, confirmation=given, seen=seen
        )
    elif chosen.code == "finalise" and run is not None:
        services.finalise(cycle=cycle, run=run, by=by, at=at, confirmation=given, seen=seen)
    elif chosen.code == "withdraw":
        services.withdraw_preliminary(cycle=cycle, reason=reason, by=by, at=at, seen=seen)
    elif chosen.code == "reopen":
        services.reopen_preliminary(cycle=cycle, reason=reason, by=by, at=at, seen=seen)
    else:
        services.publish(cycle=cycle, by=by, at=at, seen=seen)


def _done(chosen: Step) -> str:
    return {
        "preliminary": _("The preliminary results are public. The bundle verifies."),
        "withdraw": _("The preliminary results are withdrawn. The cycle is in review again."),
        "reopen": _("The final results are taken back. The preliminary ones stand."),
        "finalise": _("The results are final. The bundle verifies."),
        "publish": _("The final results are public."),
    }[chosen.code]


def _obstacles(
    cycle: Cycle, chosen: Step, run: ScoreRun | None, errors: Mapping[str, list[str]]
) -> list[Obstacle]:
    """What stands in the way now with its remedies; what else refused the step, in words."""
    found = obstacles(cycle, run) if chosen.needs_run else []
    if found:
        return found
    return [
        Obstacle(sentence)
        for field, sentences in errors.items()
        if field not in (*REASONS, "confirmed", "seen")
        for sentence in sentences
    ]


def _caveats(cycle: Cycle, chosen: Step, run: ScoreRun | None) -> list[Caveat]:
    if run is None or not chosen.needs_run:
        return []
    is_final = chosen is FINALISE
    kind = Publication.Kind.FINAL if is_final else Publication.Kind.PRELIMINARY
    return caveats_of(cycle, run, kind, timezone.now())


def _timeline(
    publications: Iterable[Publication], published_by: Mapping[int, str]
) -> list[dict[str, Any]]:
    events = []
    for publication in publications:
        named = {"number": publication.number, "run": publication.run.number}
        is_final = publication.kind == Publication.Kind.FINAL
        if publication.withdrawn_at:
            events.append(
                _event(
                    publication.withdrawn_at,
                    _("Publication %(number)s withdrawn") % named,
                    publication.withdrawn_by,
                    publication.withdrawal_reason,
                    "danger",
                )
            )
        if is_final:
            heading = _("Results fixed as final from run %(run)s") % named
            events.append(_event(publication.made_at, heading, publication.made_by, "", "info"))
        if publication.published_at:
            heading = (
                _("Final results published (publication %(number)s)")
                if is_final
                else _("Preliminary results published (publication %(number)s, run %(run)s)")
            )
            # The preliminary results are public as soon as they are made, by whoever makes them.
            by = published_by.get(publication.pk) if is_final else publication.made_by
            events.append(_event(publication.published_at, heading % named, by, "", "success"))
    return sorted(events, key=lambda event: event["at"], reverse=True)


def _event(at: object, heading: str, by: object, text: str, tone: str) -> dict[str, Any]:
    return {"at": at, "heading": heading, "by": by, "text": text, "tone": tone}


def _visible_cycle(request: DeskRequest, code: str) -> Cycle:
    cycle = get_object_or_404(visible_to(request.user), code=code)
    if not can_view_publications(request.user, cycle):
        raise PermissionDenied
    return cycle


def _breadcrumbs(cycle: Cycle, *, is_last: bool = True) -> list[tuple[str, str]]:
    here = "" if is_last else reverse("publication:detail", args=[cycle.code])
    return cycle_trail(cycle, (_("Publication"), here))
