"""Pages of single nodes: read, edit, add, remove."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import DeskRequest, desk_view
from accounts.service_errors import add_service_errors
from accounts.text import join_sentences, labelled
from assessment.engine.texts import inner_quotes
from assessment.frameworks.conflicts import kept_and_taken_over, saves_since, typed_differences
from assessment.frameworks.design import Design, DesignNode, design_of
from assessment.frameworks.forms.adding import AddNodeForm
from assessment.frameworks.forms.node import NodeForm
from assessment.frameworks.forms.texts import PART_LABELS
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.permissions import can_change_version
from assessment.frameworks.services import (
    StaleRevisionError,
    add_node,
    remove_node,
    update_node,
)
from assessment.frameworks.services.nodes import branch_codes, rules_naming, validation_naming
from assessment.frameworks.views.lookup import (
    changeable_version,
    crumbs,
    shown_revision,
    version_or_404,
    version_url,
)
from assessment.frameworks.wording import reader_text
from assessment.frameworks.workflow import NotAllowedNow, VersionState

_TEXT_PARTS = ("title", "description", "definition", "unit", "formula", "guidance", "article")
_FORM_FIELDS = {part: f"{part}_zh" for part in (*_TEXT_PARTS, "evidence")} | {
    "missing": "missing_policy",
    "value": "value_max",
}


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def node_page(request: DeskRequest, code: str, number: int, node: str) -> HttpResponse:
    """A node in both languages; on a draft, the coordinator's form."""
    version = version_or_404(request, code, number)
    design = design_of(version)
    found = _node_or_404(design, node)
    may_edit = can_change_version(request.user, version) and version.state == VersionState.DRAFT
    context = _node_context(version, design, found, may_edit=may_edit)
    if request.method == "POST":
        if not can_change_version(request.user, version):
            raise PermissionDenied
        return _save_node(request, version, found, context)
    if may_edit:
        context["form"] = NodeForm(found.raw)
    return render(request, "frameworks/node.html", context)


def _node_or_404(design: Design, code: str) -> DesignNode:
    found = design.by_code.get(code)
    if found is None:
        raise Http404
    return found


def _node_context(
    version: FrameworkVersion, design: Design, found: DesignNode, *, may_edit: bool
) -> dict[str, Any]:
    parent = design.by_code.get(found.raw["parent"] or "")
    title = reader_text(found.raw["title"])
    return {
        "version": version,
        "version_url": version_url(version),
        "node": found,
        "parent": parent,
        "may_edit": may_edit,
        "texts": _texts(found.raw),
        "rules": [
            rule
            for rule in design.rules
            if found.code in (rule.raw["node"], rule.raw.get("indicator"))
        ],
        "breadcrumbs": crumbs(version, title),
    }


def _texts(raw: Mapping[str, Any]) -> list[tuple[object, object]]:
    texts: list[tuple[object, object]] = [
        (PART_LABELS[part], raw[part]) for part in _TEXT_PARTS if part in raw
    ]
    if "evidence" in raw:
        texts.append((PART_LABELS["evidence"], raw["evidence"]["text"]))
    return texts


def _save_node(
    request: DeskRequest, version: FrameworkVersion, found: DesignNode, context: dict[str, Any]
) -> HttpResponse:
    form = NodeForm(found.raw, request.POST)
    seen = shown_revision(request)
    context |= {"form": form, "may_edit": True}
    if not form.is_valid():
        # What others saved meanwhile is told when the form can be saved, against this revision.
        context["seen_revision"] = seen
        return render(request, "frameworks/node.html", context)
    try:
        saved = update_node(
            version=version,
            code=found.code,
            changes=form.changes(),
            revision=seen,
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        add_service_errors(form, error, _FORM_FIELDS)
        context["seen_revision"] = seen
    except NotAllowedNow:
        form.add_error(None, _("This version was frozen meanwhile and cannot be changed."))
    except StaleRevisionError as error:
        return _show_conflict(request, error.version, found.code, form, seen)
    else:
        title = inner_quotes(reader_text(form.changes()["title"]))
        text = _("“%(title)s” is saved.") % {"title": title}
        if saved.revision == version.revision:
            text = _("Nothing was changed.")
        messages.success(request, text)
        return redirect(f"{version_url(version)}#node-{found.code}")
    return render(request, "frameworks/node.html", context)


def _show_conflict(
    request: DeskRequest, current: FrameworkVersion, code: str, form: NodeForm, seen: int
) -> HttpResponse:
    """Keep what was typed, say who saved what, and let the reader save against that."""
    design = design_of(current)
    node = design.by_code.get(code)
    if node is None:
        messages.error(request, _("Somebody removed this node meanwhile."))
        return redirect(version_url(current))
    kept = kept_and_taken_over(form, current, seen, node.raw)
    context = _node_context(current, design, node, may_edit=True)
    context |= {
        "form": kept,
        "saves": saves_since(current, seen),
        "differences": typed_differences(kept, node.raw),
    }
    return render(request, "frameworks/node.html", context, status=409)


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def node_add(request: DeskRequest, code: str, number: int, kind: str) -> HttpResponse:
    """Add a dimension or an indicator to a draft."""
    version = changeable_version(request, code, number)
    design = design_of(version)
    if version.state != VersionState.DRAFT or not design.nodes:
        messages.error(request, _("Nodes can only be added to a draft whose tree can be read."))
        return redirect(version_url(version))
    parents = [
        (node.code, f"{'— ' * node.depth}{reader_text(node.raw['title'])} · {node.code}")
        for node in design.nodes
        if not node.is_leaf
    ]
    typed = request.POST if request.method == "POST" else None
    initial = {"parent": request.GET.get("parent", "")}
    form = AddNodeForm(kind, parents, design.raw["scale"], typed, initial=initial)
    if typed is not None and form.is_valid() and _add(request, version, form):
        messages.success(request, _("Added. Complete its texts and its scoring."))
        return redirect(
            "frameworks:node", version.framework.code, version.number, form.cleaned_data["code"]
        )
    context = {
        "version": version,
        "version_url": version_url(version),
        "form": form,
        "kind": kind,
        "breadcrumbs": crumbs(version, _add_title(kind)),
    }
    return render(request, "frameworks/add.html", context)


def _add_title(kind: str) -> str:
    return _("Add indicator") if kind == "indicator" else _("Add dimension")


def _add(request: DeskRequest, version: FrameworkVersion, form: AddNodeForm) -> bool:
    try:
        add_node(
            version=version,
            node=form.node(),
            revision=shown_revision(request),
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        add_service_errors(form, error, _FORM_FIELDS)
    except StaleRevisionError as error:
        version.revision = error.version.revision
        text = _("Somebody saved this draft meanwhile. What you typed is kept; add it again.")
        form.add_error(None, text)
    except NotAllowedNow:
        form.add_error(None, _("This version was frozen meanwhile and cannot be changed."))
    return form.is_valid()


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def node_remove(request: DeskRequest, code: str, number: int, node: str) -> HttpResponse:
    """Ask whether a node is to go, with everything below it, and remove it."""
    version = changeable_version(request, code, number)
    design = design_of(version)
    found = _node_or_404(design, node)
    if request.method == "POST":
        return _remove(request, version, found)
    branch = branch_codes(design.raw, found.code)
    below = [one for one in design.nodes if one.code in branch and one.code != found.code]
    rules = rules_naming(design.raw, branch)
    validation = validation_naming(design.raw, branch)
    context = {
        "version": version,
        "version_url": version_url(version),
        "node": found,
        "consequences": [
            *(f"{one.code} {reader_text(one.raw['title'])}" for one in below),
            *(labelled(f"{_('Rule')} {rule['id']}", reader_text(rule["text"])) for rule in rules),
            *(_("Validation rule %(id)s") % {"id": rule["id"]} for rule in validation),
        ],
        "breadcrumbs": crumbs(version, _("Remove")),
    }
    return render(request, "frameworks/remove.html", context)


def _remove(request: DeskRequest, version: FrameworkVersion, found: DesignNode) -> HttpResponse:
    try:
        remove_node(
            version=version,
            code=found.code,
            revision=shown_revision(request),
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        messages.error(request, join_sentences(error.messages))
    except StaleRevisionError:
        text = _("Not removed: somebody saved this draft meanwhile. Look through it again.")
        messages.error(request, text)
    except NotAllowedNow:
        messages.error(request, _("This version is frozen and cannot be changed."))
    else:
        messages.success(request, _("“%(code)s” is removed.") % {"code": found.code})
    return redirect(version_url(version))
