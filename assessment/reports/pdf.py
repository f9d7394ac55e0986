"""Turns a report's contents into PDF; the only user of WeasyPrint.

The document reaches nothing outside itself: its style sheet and charts come from the
product, every other address is refused. Same contents, same bytes.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.pdf.metadata import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from assessment.reports.attachments import DataFile
from assessment.reports.garbage import uncollected
from assessment.reports.printable import CHART_SCHEME, Printable, html_of
from assessment.reports.signing import signed
from assessment.reports.styles import REPORT_STYLES

# To be kept for good (fonts and colours inside), tagged for screen readers, with data attached.
VARIANT = "pdf/a-3a"
# WeasyPrint declares one standard; this is the other the document follows, with the description
# PDF/A asks for of every property it does not know itself (ISO 19005-3, 6.6.2.3).
_ACCESSIBLE = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>\
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289</pdfaProperty:description></rdf:li>\
</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""
_END_OF_METADATA = b"</rdf:RDF>"
# A last page filled less than this is worth a closer setting.
LEAST_FILL = 0.35
# Height of the type area (GB/T 9704) and the margin above it, as CSS pixels.
_TYPE_AREA, _TOP = 225 / 25.4 * 96, 37 / 25.4 * 96
_END = "end-of-report"


class RefusedAddress(Exception):  # noqa: N818 - a refusal
    """The document asked for something that is not its own; the report is not made."""


class _RefusalError(FatalURLFetchingError):  # type: ignore[misc]
    """What WeasyPrint lets through its layout. A BaseException: it must not leave this module."""


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
    """Serves the document's own pictures and nothing else, whatever it asks for."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self._pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """One of the pictures; any other address ends the rendering."""
        picture = self._pictures.get(url.removeprefix(CHART_SCHEME))
        if not url.startswith(CHART_SCHEME) or picture is None:
            raise _RefusalError(f"The report may not load {url[:200]!r}.")
        kind = "image/png" if url.endswith(".png") else "image/svg+xml"
        return URLFetcherResponse(url, picture, {"Content-Type": kind})


def render_pdf(contents: Printable, html: str | None = None) -> bytes:
    """The signed document as PDF/A-3 and PDF/UA; the contents' language must be active.

    ``html`` is what ``html_of`` gives of the contents, where it was asked for already.
    """
    html = html_of(contents) if html is None else html
    with uncollected():
        plain = pdf_of(html, contents.pictures, contents.data, contents.style_sheets)
    return signed(plain, at=contents.published_at, reason=contents.title)


def pdf_of(
    html: str,
    pictures: Mapping[str, bytes],
    attached: Sequence[DataFile] = (),
    style_sheets: Sequence[str] = REPORT_STYLES,
) -> bytes:
    """PDF of a whole document in one of the product's styles and the data attached to it.

    The identifier is taken from the contents, so nothing in the file depends on the moment
    or the machine's randomness. Raises ``RefusedAddress`` if the document asks for anything
    but its pictures.
    """
    parts = [html.encode(), *(pictures[name] for name in sorted(pictures))]
    parts += [part for file in attached for part in (file.name.encode(), file.content)]
    identifier = hashlib.sha256(b"\0".join(parts)).digest()[:16]
    try:
        document = _laid_out(html, pictures, style_sheets)
        document.metadata.attachments = [_attachment(file) for file in attached]
        _declare_accessible(document.metadata)
        return bytes(document.write_pdf(pdf_identifier=identifier, **_options()))
    except _RefusalError as refusal:
        raise RefusedAddress(str(refusal)) from refusal


def _laid_out(
    html: str, pictures: Mapping[str, bytes], style_sheets: Sequence[str] = REPORT_STYLES
) -> Document:
    """The pages; set more closely where that saves a last one with little on it."""
    document = _set(html, pictures, style_sheets[0])
    is_full = len(document.pages) < 2 or last_page_fill(document) >= LEAST_FILL
    if is_full or len(style_sheets) == 1:
        return document
    closer = _set(html, pictures, *style_sheets)
    return closer if len(closer.pages) < len(document.pages) else document


def last_page_fill(document: Document) -> float:
    """How much of the last page's height is used, from 0 to 1; 1 for unmarked documents."""
    end = document.pages[-1].anchors.get(_END)
    return 1.0 if end is None else float(end[1] - _TOP) / _TYPE_AREA


def _set(html: str, pictures: Mapping[str, bytes], *style_sheets: str) -> Document:
    fetcher = OwnFilesOnly(pictures)
    # A font configuration shared between threads crashes the process; a new one costs nothing.
    fonts = FontConfiguration()
    styles = [
        CSS(string=style_sheet(name), url_fetcher=fetcher, font_config=fonts)
        for name in style_sheets
    ]
    page = HTML(string=html, base_url=CHART_SCHEME, url_fetcher=fetcher)
    return page.render(font_config=fonts, stylesheets=styles, **_options())


def _attachment(file: DataFile) -> Attachment:
    """The figures of the document as data, as PDF/A-3 names their relation to it."""
    return Attachment(
        file_obj=io.BytesIO(file.content),
        name=file.name,
        description=file.description,
        created=file.at,
        modified=file.at,
        relationship="Data",
    )


def _declare_accessible(metadata: DocumentMetadata) -> None:
    """Name PDF/UA in the one block of metadata a file may have, beside PDF/A."""
    written = metadata.generate_rdf_metadata

    def with_both(*declared: object) -> bytes:
        return bytes(written(*declared)).replace(_END_OF_METADATA, _ACCESSIBLE + _END_OF_METADATA)

    metadata.generate_rdf_metadata = with_both


def _options() -> dict[str, Any]:
    return {"pdf_variant": VARIANT}


@cache
def style_sheet(name: str) -> str:
    """The text of one of the product's style sheets."""
    path = finders.find(name)
    if not path:
        raise FileNotFoundError(name)
    return Path(path).read_text(encoding="utf-8")
