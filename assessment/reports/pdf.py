"""Turns a report's contents into PDF; the only user of WeasyPrint.

The document reaches nothing outside itself: its style sheet and charts come from the
product, every other address is refused. Same contents, same bytes.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from assessment.reports.contents import ReportContents

TEMPLATE = "reports/pdf/report.html"
STYLE_SHEET = "reports/report.css"
# Tagged for screen readers, with fonts embedded.
VARIANT = "pdf/ua-1"
_CHART_SCHEME = "chart:"
_UNIT_STROKE = re.compile(r"(?<=[A-Za-zµμ])/(?=[a-z]{1,3}[²³])")


class RefusedAddress(Exception):  # noqa: N818 - a refusal
    """The document asked for something that is not its own; the report is not made."""


class _RefusalError(FatalURLFetchingError):  # type: ignore[misc]
    """What WeasyPrint lets through its layout. A BaseException: it must not leave this module."""


class OwnFilesOnly(URLFetcher):  # type: ignore[misc]
    """Serves the report's own charts and nothing else, whatever the document asks for."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self._pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """One of the charts; any other address ends the rendering."""
        picture = self._pictures.get(url.removeprefix(_CHART_SCHEME))
        if not url.startswith(_CHART_SCHEME) or picture is None:
            raise _RefusalError(f"The report may not load {url[:200]!r}.")
        return URLFetcherResponse(url, picture, {"Content-Type": "image/svg+xml"})


def render_pdf(contents: ReportContents) -> bytes:
    """The report as PDF/UA; the contents' language must be active."""
    html = _unbroken_units(render_to_string(TEMPLATE, {"report": contents}))
    return pdf_of(html, contents.pictures)


def _unbroken_units(html: str) -> str:
    """A word joiner after the stroke of units such as µg/m³, where lines may break otherwise."""
    return _UNIT_STROKE.sub("/\u2060", html)


def pdf_of(html: str, pictures: Mapping[str, bytes]) -> bytes:
    """PDF of a whole document with the product's report style.

    The identifier is taken from the contents, so nothing in the file depends on the moment
    or the machine's randomness. Raises ``RefusedAddress`` if the document asks for anything
    but its pictures.
    """
    parts = [html.encode(), *(pictures[name] for name in sorted(pictures))]
    identifier = hashlib.sha256(b"\0".join(parts)).digest()[:16]
    try:
        document = _laid_out(html, pictures)
        return bytes(document.write_pdf(pdf_identifier=identifier, **_options()))
    except _RefusalError as refusal:
        raise RefusedAddress(str(refusal)) from refusal


def _laid_out(html: str, pictures: Mapping[str, bytes]) -> Document:
    fetcher = OwnFilesOnly(pictures)
    # A font configuration shared between threads crashes the process; a new one costs nothing.
    fonts = FontConfiguration()
    style = CSS(string=_style_sheet(), url_fetcher=fetcher, font_config=fonts)
    page = HTML(string=html, base_url=_CHART_SCHEME, url_fetcher=fetcher)
    return page.render(font_config=fonts, stylesheets=[style], **_options())


def _options() -> dict[str, Any]:
    return {"pdf_variant": VARIANT}


@cache
def _style_sheet() -> str:
    path = finders.find(STYLE_SHEET)
    if not path:
        raise FileNotFoundError(STYLE_SHEET)
    return Path(path).read_text(encoding="utf-8")
