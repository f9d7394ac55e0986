"""The designer's page of one version, its freezing and its successor."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import DeskRequest, desk_view
from accounts.moments import time_text
from assessment.frameworks import wording
from assessment.frameworks.design import Design, design_of
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.permissions import can_change_version
from assessment.frameworks.problems import UnusableDocumentError
from assessment.frameworks.queries import visible_to
from assessment.frameworks.services import StaleRevisionError, create_version, freeze_version
from assessment.frameworks.views.lookup import (
    changeable_version,
    crumbs,
    shown_revision,
    version_or_404,
    version_url,
)
from assessment.frameworks.workflow import NotAllowedNow, VersionState


@desk_view
@require_safe
def version_page(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """The tree with weights, sources and scoring in words; rules, grades, what is left to do."""
    version = version_or_404(request, code, number)
    design = design_of(version)
    may_change = can_change_version(request.user, version)
    context = {
        "version": version,
        "design": design,
        "facts": _facts(version, design),
        "others": visible_to(request.user)
        .filter(framework=version.framework)
        .exclude(pk=version.pk)
        .defer("document")
        .order_by("-number"),
        "cycles": _cycle_names(version),
        "is_editable": may_change and version.state == VersionState.DRAFT,
        "may_change": may_change,
        "breadcrumbs": crumbs(version),
    }
    return render(request, "frameworks/version.html", context)


def _facts(version: FrameworkVersion, design: Design) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("Code"), version.framework.code),
        (_("Region"), version.framework.region.name),
        (_("Indicators"), design.indicator_count),
        (_("Last saved"), time_text(version.updated_at)),
        (_("Started by"), version.created_by or _("the system")),
    ]
    if version.frozen_at is not None:
        frozen_at = time_text(version.frozen_at)
        facts.append((_("Frozen"), f"{frozen_at} · {version.frozen_by or _('the system')}"))
    if design.nodes:
        scale = design.raw["scale"]
        low, high = wording.plain_number(scale["min"]), wording.plain_number(scale["max"])
        facts.append((_("Scale"), f"{low}–{high}"))
        facts.append((_("Decimals published"), design.raw["decimals"]))
    return facts


def _cycle_names(version: FrameworkVersion) -> Sequence[object]:
    return list(version.cycles.order_by("-period_end_date"))


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def freeze(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """Ask whether the draft is to be frozen, and freeze it."""
    version = changeable_version(request, code, number)
    if request.method == "POST":
        return _freeze(request, version)
    if version.state != VersionState.DRAFT:
        messages.info(request, _("This version is frozen already."))
        return redirect(version_url(version))
    context = {
        "version": version,
        "design": design_of(version),
        "version_url": version_url(version),
        "consequences": [
            _("Nothing in this version can be changed afterwards, not even by an administrator."),
            _("Later changes are made in a new version."),
        ],
        "breadcrumbs": crumbs(version, _("Freeze")),
    }
    return render(request, "frameworks/freeze.html", context)


def _freeze(request: DeskRequest, version: FrameworkVersion) -> HttpResponse:
    try:
        freeze_version(
            version=version, by=request.user, at=timezone.now(), revision=shown_revision(request)
        )
    except UnusableDocumentError as error:
        text = ngettext(
            "Not frozen: %(count)s problem is left. It is listed below.",
            "Not frozen: %(count)s problems are left. They are listed below.",
            len(error.problems),
        )
        messages.error(request, text % {"count": len(error.problems)})
    except StaleRevisionError:
        text = _("Not frozen: somebody saved this version meanwhile. Look through it again.")
        messages.error(request, text)
    except NotAllowedNow:
        messages.info(request, _("This version is frozen already."))
    else:
        messages.success(request, _("The version is frozen. Cycles can be based on it."))
    return redirect(version_url(version))


@desk_view
@require_POST
def new_version(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """Copy this version into a draft with the next number."""
    based_on = changeable_version(request, code, number)
    version = create_version(
        framework=based_on.framework, based_on=based_on, by=request.user, at=timezone.now()
    )
    text = _("Version %(number)s is a copy of version %(based_on)s and can be changed.")
    messages.success(request, text % {"number": version.number, "based_on": based_on.number})
    return redirect(version_url(version))
