"""Documents to read on the screen and to edit, from the contents their PDF is made of.

Who may have the PDF may have these; results that are not public yet are read by those who see
them anyway. Nothing is issued by it, and nothing is kept but for a while, to answer who asks again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.downloads import attachment
from accounts.http import DeskRequest, desk_view
from accounts.models import Locality
from accounts.rates import may_again, seconds_left
from assessment.frameworks.queries import find_version
from assessment.jobs.failures import JobFailed
from assessment.publication.models import Publication
from assessment.publication.queries import analysis_of
from assessment.reports.file_names import document_name, download_name
from assessment.reports.models import Document, Report
from assessment.reports.permissions import can_read_form_documents
from assessment.reports.preview import Links, Surroundings, preview_html, surroundings
from assessment.reports.queries import (
    LANGUAGES,
    made_document,
    made_report,
    reportable_localities,
    signed_version,
)
from assessment.reports.readings import MADE_PER_MINUTE, kept_or_made, reading_key
from assessment.reports.services import check_printable, document_fault
from assessment.reports.views.publications import asked_cycle, asked_publication, list_url
from assessment.reports.word import DOCX_TYPE, render_docx
from assessment.reports.wording import own_label
from assessment.submissions.queries import visible_to as visible_forms

if TYPE_CHECKING:
    from assessment.reports.printable import Printable

HTML, DOCX = "html", "docx"


@dataclass(frozen=True)
class Reading:
    """One document in one language, before it is written out.

    ``address`` gives that of another language or form; ``pdf`` is empty where none was made.
    """

    language: str
    name: str
    read: "Callable[[], Printable]"
    address: Callable[[str, str], str]
    back: str
    pdf: str
    is_public: bool = True
    is_studied: bool = True
    publication: Publication | None = None
    locality: Locality | None = None

    @property
    def stamp(self) -> str:
        """What each page of it carries, in the active language."""
        return "" if self.is_public else _("Not public yet")

    @property
    def remarks(self) -> tuple[str, ...]:
        """What its reader has to know, in the active language."""
        told = (
            (self.is_public, _("These results are not public yet.")),
            (
                self.is_studied,
                _(
                    "How firm the ranks are and what changed since the cycle before are found when "
                    "the PDF is made, and are told there."
                ),
            ),
        )
        return tuple(sentence for is_so, sentence in told if not is_so)

    def key(self, form: str, around: Surroundings) -> str:
        """By which it is kept in this form; empty where it is made each time: it costs little."""
        if self.publication is None:
            return ""
        asked = (self.name, form, self.language, around.bar, around.mark)
        return reading_key(self.publication, self.locality, *asked)

    def written(self, form: str, around: Surroundings) -> bytes:
        """The page or the file."""
        with translation.override(self.language):
            contents = self.read()
            if form == DOCX:
                return render_docx(contents, stamp=self.stamp, remarks=self.remarks)
            return preview_html(contents, around).encode()


@require_GET
@desk_view
def read_report(
    request: DeskRequest, cycle: str, code: str, language: str, form: str
) -> HttpResponse:
    """One locality's evaluation report."""
    from assessment.reports.contents import report_contents

    publication = asked_publication(request, asked_cycle(request, cycle))
    locality = get_object_or_404(reportable_localities(request.user, publication), code=code)
    _check_language(language)
    made = made_report(publication, locality, language)
    named = Report(publication=publication, locality=locality, language=language)
    return _answer(
        request,
        form,
        Reading(
            language=language,
            name=download_name(named, ending=form),
            read=lambda: report_contents(
                publication=publication, locality=locality, language=language
            ),
            address=lambda other, form: (
                reverse("reports:read_report", args=[cycle, code, other, form])
                + f"?publication={publication.number}"
            ),
            back=list_url(publication),
            pdf="" if made is None else reverse("reports:download", args=[made.pk]),
            is_public=publication.published_at is not None,
            is_studied=analysis_of(publication) is not None,
            publication=publication,
            locality=locality,
        ),
    )


@require_GET
@desk_view
def read_document(
    request: DeskRequest, cycle: str, kind: str, language: str, form: str
) -> HttpResponse:
    """The regional summary or the commendation."""
    from assessment.reports.notices import commendation_contents
    from assessment.reports.regional import regional_contents

    publication = asked_publication(request, asked_cycle(request, cycle))
    if kind not in Document.PUBLIC_KINDS:
        raise Http404
    _check_language(language)
    fault = document_fault(publication, kind)
    if fault:
        return _refused(request, fault, list_url(publication))
    is_regional = kind == Document.Kind.REGIONAL
    contents = regional_contents if is_regional else commendation_contents
    named = Document(kind=kind, publication=publication, language=language)
    return _answer(
        request,
        form,
        Reading(
            language=language,
            name=document_name(named, ending=form),
            read=lambda: contents(publication, language),
            address=lambda other, form: (
                reverse("reports:read_document", args=[cycle, kind, other, form])
                + f"?publication={publication.number}"
            ),
            back=list_url(publication),
            pdf=_made_url(named),
            is_public=publication.published_at is not None,
            is_studied=not is_regional or analysis_of(publication) is not None,
            publication=publication,
        ),
    )


@require_GET
@desk_view
def read_receipt(
    request: DeskRequest, pk: int, number: int, language: str, form: str
) -> HttpResponse:
    """The receipt of a signed form."""
    from assessment.reports.notices import receipt_contents

    version = signed_version(request.user, pk, number)
    if version is None:
        raise Http404
    if not can_read_form_documents(request.user, version.submission):
        raise PermissionDenied
    _check_language(language)
    named = Document(kind=Document.Kind.RECEIPT, version=version, language=language)
    return _answer(
        request,
        form,
        Reading(
            language=language,
            name=document_name(named, ending=form),
            read=lambda: receipt_contents(version, language),
            address=lambda other, form: reverse(
                "reports:read_receipt", args=[pk, number, other, form]
            ),
            back=reverse("submissions:history", args=[pk]),
            pdf=_made_url(named),
        ),
    )


@require_GET
@desk_view
def read_blank(request: DeskRequest, pk: int, language: str, form: str) -> HttpResponse:
    """A locality's form without answers."""
    from assessment.reports.blank import blank_form

    submission = get_object_or_404(
        visible_forms(request.user).select_related(
            "cycle__region", "cycle__framework_version", "locality"
        ),
        pk=pk,
    )
    if not can_read_form_documents(request.user, submission):
        raise PermissionDenied
    _check_language(language)
    named = Document(kind=Document.Kind.BLANK, submission=submission, language=language)
    return _answer(
        request,
        form,
        Reading(
            language=language,
            name=document_name(named, ending=form),
            read=lambda: blank_form(submission, language),
            address=lambda other, form: reverse("reports:read_blank", args=[pk, other, form]),
            back=reverse("submissions:workbook", args=[pk]),
            pdf=_made_url(named),
        ),
    )


@require_GET
@desk_view
def read_framework(
    request: DeskRequest, code: str, number: int, language: str, form: str
) -> HttpResponse:
    """The form a framework version asks for."""
    from assessment.reports.blank import blank_framework

    version = find_version(request.user, code=code, number=number)
    if version is None:
        raise Http404
    _check_language(language)
    back = reverse("frameworks:version", args=[code, number])
    try:
        check_printable(version)
    except ValidationError as error:
        return _refused(request, " ".join(error.messages), back)
    named = Document(kind=Document.Kind.BLANK, framework_version=version, language=language)
    return _answer(
        request,
        form,
        Reading(
            language=language,
            name=document_name(named, ending=form),
            read=lambda: blank_framework(version, language),
            address=lambda other, form: reverse(
                "reports:read_framework", args=[code, number, other, form]
            ),
            back=back,
            pdf=_made_url(named),
        ),
    )


def _answer(request: DeskRequest, form: str, reading: Reading) -> HttpResponse:
    """The page or the file; back with a reason where the server can make neither.

    429 for an account that has many made within a minute.
    """
    at, around = timezone.now(), surroundings(_links(reading), reading.remarks)
    try:
        content = kept_or_made(
            reading.key(form, around),
            lambda: may_again("reading", request.user.pk, MADE_PER_MINUTE, at),
            lambda: reading.written(form, around),
        )
    except JobFailed as failure:
        return _refused(request, _(failure.message), reading.back)
    if content is None:
        return _put_off(request, seconds_left(at))
    if form == DOCX:
        response = attachment(HttpResponse(content, content_type=DOCX_TYPE), reading.name)
    else:
        response = HttpResponse(content)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _put_off(request: DeskRequest, seconds: int) -> HttpResponse:
    response = render(request, "reports/preview/too_many.html", {"seconds": seconds}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def _links(reading: Reading) -> Links:
    return Links(
        back=reading.back,
        back_label=_("Back"),
        languages=tuple((code, own_label(code), reading.address(code, HTML)) for code in LANGUAGES),
        current=reading.language,
        docx=reading.address(reading.language, DOCX),
        pdf=reading.pdf,
    )


def _made_url(named: Document) -> str:
    made = made_document(named)
    return "" if made is None else reverse("reports:document", args=[made.pk])


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise Http404


def _refused(request: DeskRequest, reason: str, back: str) -> HttpResponse:
    messages.error(request, reason)
    return redirect(back)
