"""The matrix of a cycle, where each value comes from, export and import."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.downloads import CSV_TYPE, attachment
from accounts.http import DeskRequest, desk_view
from accounts.text import join_sentences
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import Cycle
from assessment.cycles.queries import visible_to
from assessment.cycles.trail import cycle_trail
from assessment.cycles.workflow import NotAllowedNow
from assessment.engine.figures import plain_number, typographic
from assessment.observations import queries
from assessment.observations.forms import CheckedFileForm, ImportForm, opened_file, seal
from assessment.observations.matrix_page import matrix_page, shown_value
from assessment.observations.models import Observation
from assessment.observations.permissions import can_record_observations, can_view_observations
from assessment.observations.provenance import provenance_facts, source_label
from assessment.observations.services import import_csv
from assessment.observations.statuses import Status
from assessment.observations.workflow import is_recording_stage

SHOWN_CHANGES = 200


@require_GET
@desk_view
def matrix(request: DeskRequest, cycle: str) -> HttpResponse:
    """Localities × indicators with status marks."""
    found = _visible_cycle(request, cycle)
    whole = queries.matrix(found)
    framework = found.framework_version.parsed
    context = {
        "cycle": found,
        "list": matrix_page(
            whole,
            framework,
            request.GET,
            export=reverse("observations:export", args=[found.code]),
        ).listed,
        "can_import": _can_import(request, found),
        "has_derived": any(node.source == "airquality" for node in whole.nodes),
        "breadcrumbs": _breadcrumbs(found),
    }
    return render(request, "observations/matrix.html", context)


@require_GET
@desk_view
def detail(request: DeskRequest, cycle: str, locality: str, indicator: str) -> HttpResponse:
    """One value: what it is, where it comes from, what the framework asks."""
    found = _visible_cycle(request, cycle)
    cell = next(
        (
            cell
            for cell in queries.matrix(found).cells
            if (cell.locality.code, cell.node.code) == (locality, indicator)
        ),
        None,
    )
    if cell is None:
        raise Http404
    observation = cell.observation
    context = {
        "cycle": found,
        "cell": cell,
        "shown": shown_value(cell),
        "exact": "" if cell.value is None else typographic(plain_number(cell.value)),
        "source": source_label(observation.source) if observation else "",
        "facts": provenance_facts(observation.provenance) if observation else [],
        "left_out": _left_out(observation),
        "breadcrumbs": [
            *_breadcrumbs(found, is_last=False),
            (f"{cell.locality.name} · {cell.node.code}", ""),
        ],
    }
    return render(request, "observations/detail.html", context)


def _left_out(observation: Observation | None) -> str:
    """What was signed, monitored or judged and is excluded at present, with its source."""
    if observation is None or observation.left_out is None or observation.settled is None:
        return ""
    settled = observation.settled
    status = str(Status(settled.status).label)
    value = status if settled.value is None else typographic(plain_number(settled.value))
    return _("%(value)s (%(source)s)") % {
        "value": value,
        "source": source_label(settled.source),
    }


@require_GET
@desk_view
def export(request: DeskRequest, cycle: str) -> HttpResponse:
    """The observations shown as OBSERVATIONS.csv, ready to be edited and imported again."""
    found = _visible_cycle(request, cycle)
    page = matrix_page(queries.matrix(found), found.framework_version.parsed, request.GET)
    content = queries.cells_csv(page.cells, notice=notice_of(found))
    response = HttpResponse(content, content_type=CSV_TYPE)
    return attachment(response, f"observations-{found.code}.csv")


@require_http_methods(["GET", "POST"])
@desk_view
def import_page(request: DeskRequest, cycle: str) -> HttpResponse:
    """Check a file and show what it would do; nothing is written yet."""
    found = _importing_cycle(request, cycle)
    if not is_recording_stage(found.stage):
        messages.error(request, _("Observations of this cycle are closed."))
        return redirect("observations:matrix", found.code)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["upload"]
        return _checked(request, found, upload.name, upload.read())
    status = 422 if form.errors else 200
    return _import_form(request, found, form, status)


@require_http_methods(["POST"])
@desk_view
def confirm_import(request: DeskRequest, cycle: str) -> HttpResponse:
    """Import the file that was checked, if the observations are still the same."""
    found = _importing_cycle(request, cycle)
    sealed = CheckedFileForm(request.POST)
    if not sealed.is_valid() or sealed.cleaned_data["sealed"]["cycle"] != found.pk:
        messages.error(request, _("The checked file is no longer at hand. Choose it again."))
        return redirect("observations:import", found.code)
    opened = sealed.cleaned_data["sealed"]
    upload = opened_file(opened)
    try:
        outcome = import_csv(
            cycle=found,
            upload=upload,
            by=request.user,
            at=timezone.now(),
            expected_state=opened["state"],
        )
    except ValidationError as error:
        messages.error(request, join_sentences(error.messages))
        upload.seek(0)
        return _checked(request, found, opened["name"], upload.read())
    except NotAllowedNow:
        messages.error(request, _("Observations of this cycle are closed."))
        return redirect("observations:matrix", found.code)
    messages.success(
        request,
        _("Imported: %(created)s new, %(changed)s changed, %(unchanged)s unchanged.")
        % {
            "created": outcome.created,
            "changed": outcome.changed,
            "unchanged": outcome.unchanged,
        },
    )
    return redirect("observations:matrix", found.code)


def _checked(request: DeskRequest, cycle: Cycle, name: str, content: bytes) -> HttpResponse:
    checked = queries.check_import(cycle, content)
    if checked.problems:
        form = ImportForm()
        return _import_form(request, cycle, form, 422, problems=checked.problems, name=name)
    sealed = seal(cycle_id=cycle.pk, name=name, content=content, state=checked.state)
    context = {
        "cycle": cycle,
        "name": name,
        "checked": checked,
        "shown": checked.changes[:SHOWN_CHANGES],
        "new_count": sum(change.is_new for change in checked.changes),
        "changed_count": sum(not change.is_new for change in checked.changes),
        "sealed": CheckedFileForm(initial={"sealed": sealed}),
        "breadcrumbs": _import_breadcrumbs(cycle),
    }
    return render(request, "observations/import_checked.html", context)


def _import_form(
    request: DeskRequest, cycle: Cycle, form: ImportForm, status: int, **more: object
) -> HttpResponse:
    context = {
        "cycle": cycle,
        "form": form,
        "breadcrumbs": _import_breadcrumbs(cycle),
        **more,
    }
    return render(request, "observations/import.html", context, status=status)


def _visible_cycle(request: DeskRequest, code: str) -> Cycle:
    cycle = get_object_or_404(visible_to(request.user), code=code)
    if not can_view_observations(request.user, cycle):
        raise PermissionDenied
    return cycle


def _importing_cycle(request: DeskRequest, code: str) -> Cycle:
    cycle = _visible_cycle(request, code)
    if not can_record_observations(request.user, cycle):
        raise PermissionDenied
    return cycle


def _can_import(request: DeskRequest, cycle: Cycle) -> bool:
    allowed = can_record_observations(request.user, cycle)
    return bool(allowed) and is_recording_stage(cycle.stage)


def _breadcrumbs(cycle: Cycle, *, is_last: bool = True) -> list[tuple[str, str]]:
    here = "" if is_last else reverse("observations:matrix", args=[cycle.code])
    return cycle_trail(cycle, (_("Observations"), here))


def _import_breadcrumbs(cycle: Cycle) -> list[tuple[str, str]]:
    return [*_breadcrumbs(cycle, is_last=False), (_("Import"), "")]
