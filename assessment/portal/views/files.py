"""Downloads: tables and documents made of frozen results, bundles and reports as stored."""

from datetime import datetime

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.downloads import stored_file
from assessment.portal.files import FILE_KINDS
from assessment.portal.http import (
    allow_caching,
    frozen_file,
    of_publication,
    publication_page,
)
from assessment.portal.queries import find_document, find_report
from assessment.publication.models import Publication
from assessment.reports.file_names import document_name, download_name


@publication_page
def download(request: HttpRequest, publication: Publication, kind: str) -> HttpResponse:
    """One text file of the publication."""
    found = FILE_KINDS.get(kind)
    if found is None:
        raise Http404
    name = found.file_name(publication)
    return frozen_file(publication, found.write(publication), name, found.content_type)


@require_safe
@of_publication
def bundle(request: HttpRequest, publication: Publication) -> HttpResponseBase:
    """The bundle as it was stored; its ETag is its SHA-256."""
    return _stored(
        request,
        publication.bundle,
        publication.file_name,
        "application/zip",
        publication.bundle_sha256,
        publication.published_at,
    )


@require_safe
@of_publication
def report(
    request: HttpRequest, publication: Publication, code: str, language: str
) -> HttpResponseBase:
    """The evaluation report of a locality in one language."""
    found = find_report(publication, code, language)
    if found is None:
        raise Http404
    name = download_name(found)
    return _stored(request, found.file, name, "application/pdf", found.sha256, found.rendered_at)


@require_safe
@of_publication
def document(
    request: HttpRequest, publication: Publication, kind: str, language: str
) -> HttpResponseBase:
    """The regional summary or the commendation in one language."""
    found = find_document(publication, kind, language)
    if found is None:
        raise Http404
    name = document_name(found)
    return _stored(request, found.file, name, "application/pdf", found.sha256, found.rendered_at)


def _stored(
    request: HttpRequest,
    file: FieldFile,
    name: str,
    content_type: str,
    sha256: str,
    changed_at: datetime | None,
) -> HttpResponseBase:
    response = stored_file(request, file, name, content_type, sha256=sha256, changed_at=changed_at)
    allow_caching(request, response)
    return response
