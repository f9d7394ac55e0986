"""Pages of reports: the list with live progress, asking for reports, downloads."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.addresses import query_url
from accounts.downloads import attachment, stored_file
from accounts.http import DeskRequest, desk_view
from accounts.models import Locality
from accounts.text import is_chinese
from assessment.cycles.models import Cycle
from assessment.cycles.trail import cycle_trail
from assessment.frameworks.queries import find_version
from assessment.jobs.permissions import can_steer_job
from assessment.jobs.services import request_cancel
from assessment.jobs.workflow import NotAllowedNow
from assessment.publication.models import Publication
from assessment.reports.archive import archive_of
from assessment.reports.documents import document_rows
from assessment.reports.file_names import document_name, download_name
from assessment.reports.listing import ReportListing, listing_of
from assessment.reports.models import Document
from assessment.reports.permissions import (
    ReportOf,
    can_read_texts,
    can_request_all_reports,
    can_request_report,
)
from assessment.reports.queries import (
    LANGUAGES,
    documents_visible_to,
    number_names_issuer,
    number_of,
    reportable_localities,
    reportable_publications,
    reports_of,
    signed_version,
    visible_to,
)
from assessment.reports.report_list import read_reports, reports_csv
from assessment.reports.services import (
    Wanted,
    request_blank_form,
    request_documents,
    request_receipt,
    request_reports,
)
from assessment.reports.views.publications import (
    asked_cycle,
    asked_publication,
    chosen_publication,
    list_url,
)
from assessment.submissions.queries import visible_to as visible_forms


@require_GET
@desk_view
def report_list(request: DeskRequest, cycle: str) -> HttpResponse:
    """Localities × languages of one publication of the cycle."""
    found = asked_cycle(request, cycle)
    publications = reportable_publications(request.user, found)
    publication = chosen_publication(publications, request.GET.get("publication", ""))
    context: dict[str, Any] = {"cycle": found, "breadcrumbs": _breadcrumbs(found)}
    if publication is not None:
        context |= _listing_context(request, publication, publications)
        context["documents"] = document_rows(publication)
        context["may_request_documents"] = (
            publication.published_at is not None and can_request_all_reports(request.user, found)
        )
        context |= _words_context(request, publication)
        if context["list"].wants_csv:
            return reports_csv(publication, context["list"].rows)
    return render(request, "reports/list.html", context)


@require_GET
@desk_view
def report_panel(request: DeskRequest, cycle: str) -> HttpResponse:
    """Progress and rows alone, for the page that polls them; refreshes it at the end."""
    publication = asked_publication(request, asked_cycle(request, cycle))
    context = _listing_context(request, publication, [])
    response = render(request, "reports/live.html", context)
    response["Cache-Control"] = "no-store"
    panel = context["listing"].panel
    if panel is None or panel.is_finished:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@desk_view
def report_request(request: DeskRequest, cycle: str) -> HttpResponse:
    """Have reports made: one locality's, or all that are missing."""
    publication = asked_publication(request, asked_cycle(request, cycle))
    localities = list(reportable_localities(request.user, publication))
    code = request.POST.get("locality", "")
    if code:
        localities = [locality for locality in localities if locality.code == code]
        if not localities:
            raise Http404
    languages = request.POST.getlist("language") or list(LANGUAGES)
    wanted = Wanted.MISSING if "missing" in request.POST else Wanted.ALL
    _request(request, publication, localities, languages, wanted)
    return redirect(list_url(publication))


@require_POST
@desk_view
def report_retry(request: DeskRequest, cycle: str) -> HttpResponse:
    """Have those reports made again whose last attempt failed, and no others."""
    publication = asked_publication(request, asked_cycle(request, cycle))
    localities = list(reportable_localities(request.user, publication))
    _request(request, publication, localities, list(LANGUAGES), Wanted.FAILED)
    return redirect(list_url(publication))


@require_POST
@desk_view
def report_cancel(request: DeskRequest, cycle: str) -> HttpResponse:
    """Stop the reports of a publication that are being made and that the reader may stop."""
    publication = asked_publication(request, asked_cycle(request, cycle))
    busy = [r.job for r in reports_of(publication) if r.job is not None and not r.job.is_finished]
    steered = [job for job in busy if can_steer_job(request.user, job)]
    if busy and not steered:
        raise PermissionDenied
    for job in steered:
        try:
            request_cancel(job=job, by=request.user, at=timezone.now())
        except NotAllowedNow:  # it ended meanwhile: nothing is left to stop
            continue
    messages.success(request, _("The work was asked to stop. Finished reports are kept."))
    return redirect(list_url(publication))


@require_GET
@desk_view
def report_download(request: DeskRequest, pk: int) -> HttpResponseBase:
    """A finished report, under a name that says what it is."""
    report = get_object_or_404(visible_to(request.user), pk=pk, rendered_at__isnull=False)
    response = stored_file(
        request, report.file, download_name(report), "application/pdf", sha256=report.sha256
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_safe
@desk_view
def report_archive(request: DeskRequest, cycle: str) -> HttpResponseBase:
    """Every finished report and document of a publication that the reader may have, in one ZIP."""
    publication = asked_publication(request, asked_cycle(request, cycle))
    finished = {"publication": publication, "rendered_at__isnull": False}
    reports = visible_to(request.user).filter(**finished).order_by("locality__code", "-language")
    documents = documents_visible_to(request.user).filter(**finished)
    parts = archive_of(publication, list(reports), list(documents.order_by("-kind", "-language")))
    name = f"{publication.cycle.code}-reports-{publication.number}.zip"
    response = attachment(StreamingHttpResponse(parts, content_type="application/zip"), name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_POST
@desk_view
def document_request(request: DeskRequest, cycle: str) -> HttpResponse:
    """Have the regional summary or the commendation made."""
    publication = asked_publication(request, asked_cycle(request, cycle))
    try:
        jobs = request_documents(
            publication=publication,
            kind=request.POST.get("kind", ""),
            languages=request.POST.getlist("language"),
            by=request.user,
            at=timezone.now(),
        )
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
        return redirect(list_url(publication))
    return redirect("jobs:detail", jobs[0].pk)


@require_GET
@desk_view
def document_download(request: DeskRequest, pk: int) -> HttpResponseBase:
    """A finished document, under a name that says what it is."""
    document = get_object_or_404(
        documents_visible_to(request.user), pk=pk, rendered_at__isnull=False
    )
    response = stored_file(
        request, document.file, document_name(document), "application/pdf", sha256=document.sha256
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@require_POST
@desk_view
def receipt_request(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """The receipt of a signed form in the reader's language: made now, or downloaded."""
    version = signed_version(request.user, pk, number)
    if version is None:
        raise Http404
    document = request_receipt(
        version=version,
        language=_language(),
        by=request.user,
        at=timezone.now(),
    )
    if document.is_ready or document.job is None:
        return redirect("reports:document", document.pk)
    return redirect("jobs:detail", document.job.pk)


@require_POST
@desk_view
def blank_form(request: DeskRequest, pk: int) -> HttpResponse:
    """A locality's form without answers, to print, in the reader's language."""
    submission = get_object_or_404(visible_forms(request.user), pk=pk)
    document = request_blank_form(
        submission=submission, language=_language(), by=request.user, at=timezone.now()
    )
    return _to_document(document)


@require_POST
@desk_view
def blank_framework(request: DeskRequest, code: str, number: int) -> HttpResponse:
    """The form a framework version asks for, to print."""
    version = find_version(request.user, code=code, number=number)
    if version is None:
        raise Http404
    try:
        document = request_blank_form(
            framework_version=version, language=_language(), by=request.user, at=timezone.now()
        )
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
        return redirect("frameworks:version", code, number)
    return _to_document(document)


def _language() -> str:
    return "zh-hans" if is_chinese() else "en"


def _to_document(document: Document) -> HttpResponse:
    """To the work under way, or to what is made."""
    if document.job is not None and not document.job.is_finished:
        return redirect("jobs:detail", document.job.pk)
    return redirect("reports:document", document.pk)


def _request(
    request: DeskRequest,
    publication: Publication,
    localities: list[Locality],
    languages: list[str],
    wanted: Wanted,
) -> None:
    try:
        jobs = request_reports(
            publication=publication,
            localities=localities,
            languages=languages,
            by=request.user,
            at=timezone.now(),
            wanted=wanted,
        )
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
        return
    if jobs:
        _say_asked(request, len(jobs))
    elif wanted == Wanted.FAILED:
        messages.info(request, _("No report is left that failed."))
    else:
        messages.info(request, _("All these reports are made already."))


def _say_asked(request: DeskRequest, count: int) -> None:
    sentence = ngettext(
        "%(count)s report is being made.", "%(count)s reports are being made.", count
    )
    messages.success(request, sentence % {"count": count})


def _listing_context(
    request: DeskRequest, publication: Publication, publications: list[Publication]
) -> dict[str, Any]:
    localities = list(reportable_localities(request.user, publication))
    listing: ReportListing = listing_of(
        publication=publication,
        localities=localities,
        reader=request.user,
        at=timezone.now(),
        query=query_url(request.GET, publication=str(publication.number)),
    )
    may_request = publication.published_at is not None and (
        can_request_all_reports(request.user, publication.cycle)
        or any(
            can_request_report(request.user, ReportOf(publication, locality))
            for locality in localities[:1]
        )
    )
    return {
        "cycle": publication.cycle,
        "publication": publication,
        "which": f"?publication={publication.number}",
        "listing": listing,
        "list": read_reports(listing.rows, request.GET, publications, publication),
        "may_request": may_request,
        "may_repeat": may_request and can_request_all_reports(request.user, publication.cycle),
    }


def _words_context(request: DeskRequest, publication: Publication) -> dict[str, Any]:
    """The number of the commendation and where the texts of documents stand; two SQL queries."""
    region = publication.cycle.region
    may_number = (
        publication.kind == Publication.Kind.FINAL
        and publication.published_at is not None
        and can_request_all_reports(request.user, publication.cycle)
    )
    return {
        "document_number": number_of(publication),
        "may_number": may_number,
        "lacks_issuer": may_number and not number_names_issuer(region),
        "may_read_texts": can_read_texts(request.user, region),
    }


def _breadcrumbs(cycle: Cycle) -> list[tuple[str, str]]:
    return cycle_trail(cycle, (_("Reports"), ""))
