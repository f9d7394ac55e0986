"""Starting a cycle and changing it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.form_words import typed_texts
from accounts.http import DeskRequest, desk_view
from accounts.models import Region
from accounts.queries import active_membership
from accounts.service_errors import add_service_errors
from assessment.cycles import queries
from assessment.cycles.conflicts import StaleCycleError, revision_of
from assessment.cycles.forms import CycleForm, TimetableForm
from assessment.cycles.models import STAGE_LABELS, Cycle
from assessment.cycles.permissions import can_coordinate_cycle
from assessment.cycles.services import create_cycle, save_cycle
from assessment.cycles.steps import possible_steps
from assessment.cycles.trail import cycle_trail, cycles_trail
from assessment.cycles.workflow import NotAllowedNow, Stage


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def cycle_new(request: DeskRequest) -> HttpResponse:
    """Start a cycle in preparation."""
    regions = list(queries.coordinated_regions(request.user))
    if not regions:
        raise PermissionDenied
    region = _chosen_region(request, regions)
    typed = request.POST if request.method == "POST" else None
    form = CycleForm(region, typed=typed)
    if typed is not None and form.is_valid():
        cycle = _create(request, region, form)
        if cycle is not None:
            text = _("“%(name)s” is prepared. Open the collection when everything is right.")
            messages.success(request, text % {"name": cycle.name})
            _warn_of_days_off(request, form)
            return redirect("desk:cycle", cycle.code)
    context = {
        "form": form,
        "region": region,
        "regions": regions,
        "has_versions": queries.offered_versions(region).exists(),
        "breadcrumbs": cycles_trail((_("New cycle"), "")),
    }
    return render(request, "cycles/new.html", context)


def _chosen_region(request: DeskRequest, regions: list[Region]) -> Region:
    """The region asked for, else that of the active role, else the first."""
    wanted = request.POST.get("region") or request.GET.get("region")
    active = active_membership(request.user, request.session.get("membership"))
    for region in regions:
        if region.code == wanted:
            return region
    for region in regions:
        if active is not None and region.pk == active.region_id:
            return region
    return regions[0]


def _create(request: DeskRequest, region: Region, form: CycleForm) -> Cycle | None:
    try:
        return create_cycle(
            region=region,
            **form.changes(),
            localities=form.cleaned_data["localities"],
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        add_service_errors(form, error)
        return None


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def cycle_edit(request: DeskRequest, cycle: str) -> HttpResponse:
    """Everything while the cycle is prepared, the timetable while it runs."""
    found = coordinated_or_404(request, cycle)
    if found.stage in (Stage.PUBLISHED, Stage.ARCHIVED):
        return _closed(request, found)
    typed = request.POST if request.method == "POST" else None
    revision = revision_of(found) if typed is None else _revision_seen(request)
    if typed is None:
        # Read after its revision: nobody's save falls between the two.
        found = coordinated_or_404(request, cycle)
    is_draft = found.stage == Stage.DRAFT
    form = CycleForm(found.region, found, typed) if is_draft else TimetableForm(found, typed)
    kept = [] if typed is None or is_draft else _beyond_timetable(found, typed)
    if kept:
        text = _(
            "The collection was opened meanwhile: of what you typed, only the dates count now."
        )
        form.add_error(None, text)
    if typed is not None and form.is_valid():
        try:
            saved = _save(request, found, form, revision)
        except StaleCycleError as error:
            add_service_errors(form, error)
            # Told what was saved meanwhile, they may send the same words again.
            revision = error.revision
        else:
            if saved is not None:
                messages.success(request, _("The cycle is saved."))
                # Back to the dates where one just set had better be another.
                has_days_off = _warn_of_days_off(request, form)
                return redirect("cycles:edit" if has_days_off else "desk:cycle", saved.code)
    context = {
        "cycle": found,
        "form": form,
        "revision": revision,
        "kept": kept,
        "region": found.region,
        "is_draft": is_draft,
        "steps": possible_steps(found),
        "facts": _facts(found),
        "breadcrumbs": cycle_trail(found, (_("Change"), "")),
    }
    return render(request, "cycles/edit.html", context)


def _closed(request: DeskRequest, cycle: Cycle) -> HttpResponse:
    """Lead away from a cycle that is published; what was typed meanwhile is shown, to be copied."""
    text = _("A published cycle can no longer be changed.")
    if request.method != "POST":
        messages.info(request, text)
        return redirect("desk:cycle", cycle.code)
    context = {
        "cycle": cycle,
        "closed_text": text,
        "kept": typed_texts(TimetableForm(cycle, request.POST))
        + _beyond_timetable(cycle, request.POST),
        "breadcrumbs": cycle_trail(cycle, (_("Change"), "")),
    }
    return render(request, "cycles/edit.html", context, status=409)


def _beyond_timetable(cycle: Cycle, typed: QueryDict) -> list[tuple[str, str]]:
    """What the page of a cycle in preparation sent beside the dates, where it was changed."""
    if typed.get("stage") != Stage.DRAFT:  # a page of the timetable alone
        return []
    form = CycleForm(cycle.region, cycle, typed)
    for name in TimetableForm.dates:
        del form.fields[name]
    return typed_texts(form)


def coordinated_or_404(request: DeskRequest, code: str) -> Cycle:
    """The cycle if the reader may see (404) and coordinate it (403)."""
    found = queries.find_cycle(request.user, code)
    if found is None:
        raise Http404
    if not can_coordinate_cycle(request.user, found):
        raise PermissionDenied
    return found


def _facts(cycle: Cycle) -> list[tuple[str, object]]:
    return [
        (_("Stage"), STAGE_LABELS[Stage(cycle.stage)]),
        (_("Period"), f"{cycle.period_start_date} – {cycle.period_end_date}"),
        (_("Framework"), cycle.framework_version),
        (_("Localities"), cycle.participants.count()),
    ]


def _warn_of_days_off(request: DeskRequest, form: TimetableForm) -> bool:
    """Say which of the last days just set is a day off, or might be; whether there is one."""
    new = [note for note in form.day_notes() if note.name in form.changed_data]
    for note in new:
        text = _("%(date)s: %(note)s") % {"date": note.label, "note": note.text}
        messages.warning(request, text)
    return bool(new)


def _revision_seen(request: DeskRequest) -> int:
    """The revision the page was made of; 0, the untouched cycle, where it names none."""
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def _save(request: DeskRequest, cycle: Cycle, form: TimetableForm, revision: int) -> Cycle | None:
    try:
        return save_cycle(
            cycle=cycle,
            localities=form.cleaned_data["localities"] if isinstance(form, CycleForm) else None,
            revision=revision,
            by=request.user,
            at=timezone.now(),
            **form.changes(),
        )
    except StaleCycleError:
        raise
    except ValidationError as error:
        add_service_errors(form, error)
    except NotAllowedNow:
        text = _("The cycle moved on meanwhile. Open this page again to see what can change.")
        form.add_error(None, text)
    return None
