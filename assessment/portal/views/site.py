"""Pages of the whole site: lists, verification, objections, accessibility."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.http import client_address
from assessment.engine import framework_schema_text
from assessment.portal.http import allow_caching, public_page, render_page
from assessment.portal.queries import (
    coordinating_bodies,
    is_contestable,
    listed_publications,
    preliminary_publications,
    standing_of,
)
from assessment.portal.report_check import ReportCheck, publication_of_code
from assessment.portal.site_lists import publications_csv, read_publications
from assessment.portal.verification import MAX_BYTES, may_verify, too_large, verify_upload
from assessment.publication.queries import withdrawn_publications

# What a form of one file adds around the file.
_FORM_BYTES = 64 * 1024


@public_page
def publications(request: HttpRequest) -> HttpResponse:
    """Every public publication and every withdrawn one, newest first."""
    listed = read_publications(listed_publications(), request.GET, with_bundles=False)
    if listed.wants_csv:
        return publications_csv(listed.rows)
    context = {
        "list": listed,
        "withdrawn": withdrawn_publications(),
        "breadcrumbs": [(_("Publications"), "")],
    }
    return render_page(request, "portal/publications.html", context, section="publications")


@public_page
def downloads(request: HttpRequest) -> HttpResponse:
    """Bundles and files of every publication, and the open API."""
    listed = read_publications(listed_publications(), request.GET, with_bundles=True)
    if listed.wants_csv:
        return publications_csv(listed.rows)
    context = {"list": listed, "breadcrumbs": [(_("Downloads"), "")]}
    return render_page(request, "portal/downloads.html", context, section="downloads")


@csrf_exempt  # changes nothing and answers without cookies
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """How to verify a bundle, the published hashes, and a check of a file brought along."""
    listed = read_publications(listed_publications(), request.GET, with_bundles=True, export=None)
    context: dict[str, object] = {
        "list": listed,
        "breadcrumbs": [(_("Verify"), "")],
        "max_bytes": MAX_BYTES,
    }
    status = 200
    if request.method == "POST":
        found, status = _checked(request)
        context |= found
    elif "code" in request.GET:
        context |= _looked_up(request.GET["code"])
    response = render_page(request, "portal/verify.html", context, section="verify", status=status)
    allow_caching(request, response)
    return response


def _looked_up(code: str) -> dict[str, object]:
    """The publication of the code printed in a report, or why there is none."""
    context: dict[str, object] = {"code": code}
    try:
        publication = publication_of_code(code)
    except ValidationError as error:
        return context | {"code_errors": error.messages}
    return context | {"coded": publication, "standing": standing_of(publication)}


def _checked(request: HttpRequest) -> tuple[dict[str, object], int]:
    """The report or the errors of an uploaded bundle, with the answer's status."""
    if not may_verify(client_address(request), timezone.now()):
        return {"errors": [_("Too many checks in one minute. Wait a minute and try again.")]}, 429
    # Looked at before the body is read, so that nobody can make the server store it.
    stated = request.META.get("CONTENT_LENGTH") or ""
    size = int(stated) if stated.isdecimal() else 0
    if size > MAX_BYTES + _FORM_BYTES:
        return {"errors": [too_large(size)]}, 413
    try:
        found = verify_upload(request.FILES.get("bundle"))
    except ValidationError as error:
        return {"errors": error.messages}, 400
    return {"pdf" if isinstance(found, ReportCheck) else "report": found}, 200


@public_page
def contest(request: HttpRequest) -> HttpResponse:
    """Whom to tell, until when and what to write when a figure looks wrong."""
    context = {
        "items": [
            (item, is_contestable(item, timezone.now())) for item in preliminary_publications()
        ],
        "published": listed_publications().first(),
        "bodies": coordinating_bodies(),
        "breadcrumbs": [(_("Contest a figure"), "")],
    }
    return render_page(request, "portal/contest.html", context, section="contest")


@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """What works for whom, and where to report a barrier."""
    context = {
        "bodies": coordinating_bodies(),
        "breadcrumbs": [(_("Accessibility statement"), "")],
    }
    return render_page(request, "portal/accessibility.html", context, section="accessibility")


@public_page
def framework_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of framework documents."""
    return HttpResponse(framework_schema_text(), content_type="application/schema+json")
