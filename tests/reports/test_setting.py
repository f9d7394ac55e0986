"""How a document is set: what it may load, how its last page ends, what stays together."""

import socket
import threading
from collections.abc import Iterator

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from weasyprint.urls import FatalURLFetchingError

from assessment.reports import pdf, printable
from assessment.reports.pdf import OwnFilesOnly, RefusedAddress, pdf_of
from assessment.reports.pictures import ranking_pictures
from tests.reports.conftest import text_of
from tests.reports.in_memory import frozen_results

STYLE = pdf.REPORT_STYLES[0]


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A server on this machine that notes whoever knocks."""
    knocks: list[str] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(20)

    def accept() -> None:
        try:
            connection, address = server.accept()
        except OSError:
            return
        knocks.append(str(address))
        connection.close()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield server.getsockname()[1], knocks
    server.close()


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="http://127.0.0.1:{port}/x.png">',
        '<link rel="stylesheet" href="http://127.0.0.1:{port}/x.css">',
        '<p style="background: url(http://127.0.0.1:{port}/x.png)">x</p>',
        '<img src="file:///etc/hostname">',
        '<img src="/etc/hostname">',
        '<img src="../../etc/hostname">',
        '<img src="chart:unknown.svg">',
        '<img src="data:image/svg+xml,%3Csvg/%3E">',
        '<object data="http://127.0.0.1:{port}/x.svg"></object>',
    ],
)
def test_nothing_outside_the_document_is_fetched(
    listener: tuple[int, list[str]], markup: str
) -> None:
    port, knocks = listener
    html = f"<!doctype html><html lang=en><title>t</title><body>{markup.format(port=port)}</body>"
    with pytest.raises(RefusedAddress):
        pdf_of(html, {})
    assert knocks == []


def test_fetcher_serves_its_own_charts_only() -> None:
    fetcher = OwnFilesOnly({"a.svg": b"<svg/>"})
    response = fetcher.fetch("chart:a.svg")
    assert (response.read(), response.content_type) == (b"<svg/>", "image/svg+xml")
    for address in ("a.svg", "chart:b.svg", "chart:", "http://a.svg", "file:a.svg"):
        with pytest.raises(FatalURLFetchingError):
            fetcher.fetch(address)


def paragraphs(number: int) -> str:
    """A document of so many lines, marked at its end like a report."""
    lines = "".join(f"<p>Line {line}</p>" for line in range(number))
    return f'<html lang="en"><body><main>{lines}</main><div id="end-of-report"></div></body></html>'


def test_a_report_does_not_end_on_an_almost_empty_page() -> None:
    """One line too many for a page is set closer; half a page too many is a page of its own."""
    spilling = next(number for number in range(20, 60) if pages_in(paragraphs(number), STYLE) == 2)
    assert pages_in(paragraphs(spilling)) == 1
    longer = spilling + spilling // 2
    assert pages_in(paragraphs(longer), STYLE) == pages_in(paragraphs(longer)) == 2


def pages_in(html: str, *style_sheets: str) -> int:
    """Pages of the document as reports are laid out, or with these style sheets alone."""
    document = pdf._set(html, {}, *style_sheets) if style_sheets else pdf._laid_out(html, {})
    return len(document.pages)


def test_a_number_stays_with_what_it_counts() -> None:
    kept = printable._kept_together("<p>共 3 个地区下降 5.21 %，80.1 µg/m³。 Of 24 localities.</p>")
    joiner = "\u2060"
    assert kept == (
        f"<p>共 {joiner}3 {joiner}个地区下降 {joiner}5.21 {joiner}%，80.1 µg/{joiner}m³。"
        " Of 24 localities.</p>"
    )


@pytest.mark.django_db
def test_a_ranking_of_120_localities_stands_on_several_pages_and_loses_none() -> None:
    results = frozen_results(120)
    with translation.override("zh-hans"):
        pictures = ranking_pictures(results, "zh-hans", results.locality.code)
        figures = render_to_string(
            "reports/pdf/pictures.html", {"pictures": pictures, "caption": "图 2", "number": 2}
        )
    html = f"<!doctype html><html lang=zh-Hans><title>t</title><body>{figures}</body>"
    drawn = {picture.name: picture.svg for picture in pictures}
    text = text_of(pdf_of(html, drawn))
    names = [place.name_zh for place in results.publication.run.places.values()]
    assert [name for name in names if name not in text.split()] == []
    assert html.count("图 2（续）") == len(pictures) - 1 > 0
    # What is higher than the page is written over its number and beyond its edge.
    document = pdf._laid_out(html, drawn)
    ends = [
        box.position_y + box.height
        for page in document.pages
        for box in page._page_box.descendants()
        if box.element_tag == "img"
    ]
    assert len(ends) == len(pictures)
    assert max(ends) <= (297 - 35) / 25.4 * 96
