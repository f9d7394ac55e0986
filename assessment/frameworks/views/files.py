"""FRAMEWORK.json out and in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.downloads import attachment
from accounts.http import DeskRequest, desk_view
from accounts.service_errors import add_service_errors
from assessment.frameworks.canonical import export_text
from assessment.frameworks.forms.starting import DocumentForm
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.problems import UnusableDocumentError
from assessment.frameworks.services import StaleRevisionError, import_document
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
def export(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """The version as FRAMEWORK.json: the same bytes every time."""
    version = version_or_404(request, code, number)
    response = HttpResponse(
        export_text(version.document), content_type="application/json; charset=utf-8"
    )
    name = f"{version.framework.code}-v{version.number}-framework.json"
    return attachment(response, name)


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def import_file(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """Replace the whole document of a draft by an uploaded file."""
    version = changeable_version(request, code, number)
    if version.state != VersionState.DRAFT:
        messages.error(request, _("This version is frozen. Make a new version and import there."))
        return redirect(version_url(version))
    is_post = request.method == "POST"
    form = DocumentForm(request.POST if is_post else None, request.FILES if is_post else None)
    if is_post and form.is_valid() and _import(request, version, form):
        messages.success(request, _("The file is taken over into the draft."))
        return redirect(version_url(version))
    context = {
        "version": version,
        "version_url": version_url(version),
        "form": form,
        "problems": form.problems,
        "breadcrumbs": crumbs(version, _("Import")),
    }
    return render(request, "frameworks/import.html", context)


def _import(request: DeskRequest, version: FrameworkVersion, form: DocumentForm) -> bool:
    try:
        import_document(
            version=version,
            document=form.cleaned_data["document"],
            revision=shown_revision(request),
            by=request.user,
            at=timezone.now(),
        )
    except UnusableDocumentError as error:
        form.refuse(error)
    except ValidationError as error:
        add_service_errors(form, error)
    except StaleRevisionError as error:
        version.revision = error.version.revision
        form.add_error(
            None, _("Somebody saved this draft meanwhile. Choose the file again to replace it.")
        )
    except NotAllowedNow:
        form.add_error(None, _("This version was frozen meanwhile."))
    return form.is_valid()
