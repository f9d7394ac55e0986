"""The list of frameworks, and starting a new one."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.addresses import query_url
from accounts.downloads import csv_download
from accounts.http import DeskRequest, desk_view
from accounts.service_errors import add_service_errors
from accounts.trail import trail
from assessment.frameworks import queries
from assessment.frameworks.forms.starting import TemplateForm, UploadForm
from assessment.frameworks.library import list_templates
from assessment.frameworks.models import STATE_LABELS, FrameworkVersion
from assessment.frameworks.permissions import can_list_frameworks
from assessment.frameworks.problems import UnusableDocumentError
from assessment.frameworks.services import create_framework, create_from_library
from assessment.frameworks.views.lookup import version_url

PAGE_SIZE = 50
_SORTS = {
    "code": ("framework__code", "-number"),
    "-code": ("-framework__code", "-number"),
    "saved": ("updated_at", "pk"),
    "-saved": ("-updated_at", "-pk"),
    "cycles": ("cycle_count", "framework__code", "-number"),
    "-cycles": ("-cycle_count", "framework__code", "-number"),
}


@desk_view
@require_safe
def framework_list(request: DeskRequest) -> HttpResponse:
    """Every version the reader may see, searched, filtered by state, sorted, paged."""
    if not can_list_frameworks(request.user):
        raise PermissionDenied
    state, words = request.GET.get("state", ""), request.GET.get("q", "").strip()
    sort = request.GET.get("sort", "code")
    sort = sort if sort in _SORTS else "code"
    found = _searched(queries.listed_versions(request.user), words)
    shown = found.filter(state=state) if state in STATE_LABELS else found
    shown = shown.order_by(*_SORTS[sort])
    if request.GET.get("format") == "csv":
        return _csv(shown)
    page = Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "sort": sort,
        "chips": _chips(request, found, state),
        "is_filtered": bool(words or state),
        "can_start": queries.coordinated_regions(request.user).exists(),
        "breadcrumbs": trail((_("Frameworks"), "")),
    }
    return render(request, "frameworks/list.html", context)


def _searched(found: QuerySet[FrameworkVersion], words: str) -> QuerySet[FrameworkVersion]:
    for word in words.split():
        found = found.filter(
            Q(framework__name_zh__icontains=word)
            | Q(framework__name_en__icontains=word)
            | Q(framework__code__icontains=word)
        )
    return found


def _chips(
    request: DeskRequest, found: QuerySet[FrameworkVersion], current: str
) -> list[dict[str, object]]:
    counts: dict[str, int] = {}
    for state in found.order_by().values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    entries: list[tuple[str, object, int]] = [("", _("All"), sum(counts.values()))]
    entries += [(state, label, counts.get(state, 0)) for state, label in STATE_LABELS.items()]
    chips = []
    for state, label, count in entries:
        url = query_url(request.GET, state=state)
        chips.append({"label": label, "url": url, "is_current": state == current, "count": count})
    return chips


def _csv(versions: QuerySet[FrameworkVersion]) -> HttpResponse:
    rows = [
        [
            version.framework.code,
            version.number,
            version.framework.name_zh,
            version.framework.name_en,
            version.state,
            cast(Any, version).cycle_count,
            timezone.localtime(version.updated_at).isoformat(timespec="seconds"),
        ]
        for version in versions
    ]
    head = ("framework", "version", "name_zh", "name_en", "state", "cycles", "saved_at")
    return csv_download("frameworks.csv", head, rows)


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def framework_new(request: DeskRequest) -> HttpResponse:
    """Start a framework from a built-in one or from a file."""
    regions = queries.coordinated_regions(request.user)
    if not regions:
        raise PermissionDenied
    start = request.POST.get("start")
    template_data = request.POST if start == "template" else None
    from_template = TemplateForm(regions, template_data, prefix="template")
    upload_data, files = (request.POST, request.FILES) if start == "file" else (None, None)
    from_file = UploadForm(regions, upload_data, files, prefix="file")
    version = _start(request, start, from_template, from_file)
    if version is not None:
        text = _("“%(name)s” is started as a draft. Look through it, then freeze it.")
        messages.success(request, text % {"name": version.framework.name})
        return redirect(version_url(version))
    context = {
        "from_template": from_template,
        "from_file": from_file,
        "templates": list_templates(),
        "problems": from_file.problems,
        "breadcrumbs": trail(
            (_("Frameworks"), reverse("frameworks:list")), (_("New framework"), "")
        ),
    }
    return render(request, "frameworks/new.html", context)


def _start(
    request: DeskRequest, start: str | None, from_template: TemplateForm, from_file: UploadForm
) -> FrameworkVersion | None:
    try:
        if start == "template" and from_template.is_valid():
            return create_from_library(
                **from_template.cleaned_data, by=request.user, at=timezone.now()
            )
        if start == "file" and from_file.is_valid():
            return create_framework(
                region=from_file.cleaned_data["region"],
                document=from_file.cleaned_data["document"],
                **from_file.identity(),
                by=request.user,
                at=timezone.now(),
            )
    except UnusableDocumentError as error:
        from_file.refuse(error)
    except ValidationError as error:
        add_service_errors(from_template if start == "template" else from_file, error)
    return None
