"""The list of frameworks, and starting a new one."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import DeskRequest, desk_view
from accounts.lists import Column, Filter, Search, field_choices, list_csv, read_stored
from accounts.service_errors import add_service_errors
from accounts.trail import trail
from assessment.frameworks import queries
from assessment.frameworks.forms.starting import MinimalForm, TemplateForm, UploadForm
from assessment.frameworks.library import list_templates
from assessment.frameworks.minimal import minimal_document
from assessment.frameworks.models import STATE_LABELS, FrameworkVersion
from assessment.frameworks.permissions import can_list_frameworks
from assessment.frameworks.problems import UnusableDocumentError
from assessment.frameworks.services import create_framework, create_from_library
from assessment.frameworks.views.lookup import version_url

CSV: Mapping[str, Callable[[FrameworkVersion], object]] = {
    "framework": lambda version: version.framework.code,
    "version": lambda version: version.number,
    "name_zh": lambda version: version.framework.name_zh,
    "name_en": lambda version: version.framework.name_en,
    "state": lambda version: version.state,
    "cycles": lambda version: cast(Any, version).cycle_count,
    "saved_at": lambda version: timezone.localtime(version.updated_at).isoformat(
        timespec="seconds"
    ),
}


@desk_view
@require_safe
def framework_list(request: DeskRequest) -> HttpResponse:
    """Every version the reader may see, searched, filtered by state, sorted, paged."""
    if not can_list_frameworks(request.user):
        raise PermissionDenied
    listed = read_stored(
        queries.listed_versions(request.user),
        request.GET,
        columns=_columns(),
        sort="code",
        ties=("framework__code", "-number"),
        search=Search(
            _("Search frameworks"),
            ("framework__name_zh", "framework__name_en", "framework__code"),
        ),
        filters=[Filter("state", _("State"), field_choices("state", STATE_LABELS))],
    )
    if listed.wants_csv:
        return list_csv("frameworks.csv", listed.rows, CSV)
    context = {
        "list": listed,
        "can_start": queries.coordinated_regions(request.user).exists(),
        "breadcrumbs": trail((_("Frameworks"), "")),
    }
    return render(request, "frameworks/list.html", context)


def _columns() -> list[Column[FrameworkVersion]]:
    return [
        Column(_("Framework"), "code", ("framework__code",)),
        Column(_("Version"), "version", ("number",), is_numeric=True, descending_first=True),
        Column(_("State"), "state", ("state",)),
        Column(_("Cycles"), "cycles", ("cycle_count",), is_numeric=True, descending_first=True),
        Column(_("Last saved"), "saved", ("updated_at",), descending_first=True),
    ]


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def framework_new(request: DeskRequest) -> HttpResponse:
    """Start a framework from a built-in one, from a file, or from the smallest one there is."""
    regions = queries.coordinated_regions(request.user)
    if not regions:
        raise PermissionDenied
    start = request.POST.get("start")
    template_data = request.POST if start == "template" else None
    from_template = TemplateForm(regions, template_data, prefix="template")
    upload_data, files = (request.POST, request.FILES) if start == "file" else (None, None)
    from_file = UploadForm(regions, upload_data, files, prefix="file")
    minimal_data = request.POST if start == "minimal" else None
    minimal = MinimalForm(regions, minimal_data, prefix="minimal")
    version = _start(request, start, from_template, from_file, minimal)
    if version is not None:
        text = _("“%(name)s” is started as a draft. Look through it, then freeze it.")
        messages.success(request, text % {"name": version.framework.name})
        return redirect(version_url(version))
    context = {
        "from_template": from_template,
        "from_file": from_file,
        "minimal": minimal,
        "templates": list_templates(),
        "problems": from_file.problems,
        "breadcrumbs": trail(
            (_("Frameworks"), reverse("frameworks:list")), (_("New framework"), "")
        ),
    }
    return render(request, "frameworks/new.html", context)


def _start(
    request: DeskRequest,
    start: str | None,
    from_template: TemplateForm,
    from_file: UploadForm,
    minimal: MinimalForm,
) -> FrameworkVersion | None:
    chosen: forms.Form = {"template": from_template, "minimal": minimal}.get(start or "", from_file)
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
        if start == "minimal" and minimal.is_valid():
            names = {name: minimal.cleaned_data[name] for name in ("name_zh", "name_en")}
            return create_framework(
                **minimal.cleaned_data,
                document=minimal_document(**names),
                by=request.user,
                at=timezone.now(),
            )
    except UnusableDocumentError as error:
        from_file.refuse(error)
    except ValidationError as error:
        add_service_errors(chosen, error)
    return None
