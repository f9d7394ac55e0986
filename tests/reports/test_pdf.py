"""The PDF itself, as a reader and as pypdf see it."""

import hashlib
import io
import pickle
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.utils import translation
from django.utils.translation import gettext
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from weasyprint.urls import FatalURLFetchingError

from accounts.models import Locality
from assessment.publication.models import Publication
from assessment.reports import pdf
from assessment.reports.attachments import DataFile
from assessment.reports.contents import report_contents
from assessment.reports.pdf import OwnFilesOnly, RefusedAddress, pdf_of, render_pdf
from assessment.reviews.models import Remark
from assessment.scores.queries import locality_results
from tests.cast import Cast
from tests.factories import NOW
from tests.reports.conftest import pages_of, text_of

ROOT = Path(__file__).resolve().parents[2]
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
STYLE = pdf.STYLE_SHEET
HOSTILE = '</p><script>alert(1)</script><img src="http://127.0.0.1/x"> & {{ x }} <h1>假标题</h1>'


def rendered(publication: Publication, locality: Locality, language: str) -> bytes:
    with translation.override(language):
        return render_pdf(
            report_contents(publication=publication, locality=locality, language=language)
        )


def remark(cast: Cast, text: str) -> None:
    Remark.objects.create(
        cycle=cast.cycle, locality=cast.locality, text_zh=text, text_en=text, written_at=NOW
    )


def test_english_report_tells_all_in_order(cast: Cast, publication: Publication) -> None:
    remark(cast, "Data came in time.")
    content = rendered(publication, cast.locality, "en")
    text = text_of(content)
    results = locality_results(publication.run, cast.locality)
    expected = [
        cast.region.body_name_en,
        cast.cycle.name_en,
        "Evaluation report",
        cast.locality.name_en,
        "1. Overall result",
        str(results["index"].published),
        "Excellent",
        "Table 1. Scores by dimension",
        f"Data sharing 60 {results['sharing'].published} 85.00 54.00 1",
        "2. Place among the localities",
        "3. Results by indicator",
        f"Indicator S1 % 90.0 85.0 {results['S1'].published} 40 36.00",
        f"Indicator S2 % 90.0 85.0 {results['S2'].published} 20 18.00",
        "Indicator PM25_CHANGE % 90 85 90.00 30 27.00",
        "4. Rules and adjustments",
        "5. Comments",
        "Data came in time.",
        "Sources of the values",
        "Method",
        "Verification",
        publication.file_name,
        publication.bundle_sha256,
        publication.run.snapshot_sha256,
    ]
    position = 0
    for words in expected:
        assert words in text[position:], words
        position = text.index(words, position) + len(words)


def test_chinese_report_carries_the_same_figures(cast: Cast, publication: Publication) -> None:
    content = rendered(publication, cast.locality, "zh-hans")
    text = text_of(content)
    assert f"{cast.locality.name_zh}" in pages_of(content)[0]
    for word in ("一、", "二、", "三、", "四、", "五、", "优秀", "指标S1"):
        assert word in text
    assert "% 90.0 85.0 90.00 40 36.00" in text
    assert publication.bundle_sha256 in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_file_says_what_it_is(cast: Cast, publication: Publication, language: str) -> None:
    reader = PdfReader(io.BytesIO(rendered(publication, cast.locality, language)))
    root = reader.trailer["/Root"].get_object()
    assert isinstance(root, DictionaryObject)
    assert root["/Lang"] == {"en": "en", "zh-hans": "zh-Hans"}[language]
    assert root["/MarkInfo"].get_object()["/Marked"]
    assert reader.metadata is not None
    with translation.override(language):
        assert reader.metadata.title is not None
        assert cast.locality.name in reader.metadata.title
        assert reader.metadata.author == cast.region.body_name
    assert reader.metadata.creation_date == publication.published_at
    assert reader.metadata.modification_date == publication.published_at


def test_pages_are_a4_and_numbered_after_the_cover(cast: Cast, publication: Publication) -> None:
    reader = PdfReader(io.BytesIO(rendered(publication, cast.locality, "zh-hans")))
    assert len(reader.pages) == 4
    for number, page in enumerate(reader.pages, start=1):
        size = (round(float(page.mediabox.width)), round(float(page.mediabox.height)))
        assert size == (595, 842)
        assert (f"— {number} —" in page.extract_text()) == (number > 1)
        assert len(page.extract_text().strip()) > 60, f"page {number} is empty"


def test_file_names_both_standards_and_gives_its_colours(
    cast: Cast, publication: Publication
) -> None:
    reader = PdfReader(io.BytesIO(rendered(publication, cast.locality, "en")))
    root = reader.trailer["/Root"].get_object()
    assert isinstance(root, DictionaryObject)
    tree = ElementTree.fromstring(root["/Metadata"].get_object().get_data())
    blocks = tree.findall(f".//{{{RDF}}}RDF")
    assert len(blocks) == 1  # a file may have one block of metadata only
    said = {
        name: text
        for block in blocks[0]
        for name, text in [*block.attrib.items(), *((part.tag, part.text) for part in block)]
    }
    assert said["{http://www.aiim.org/pdfa/ns/id/}part"] == "3"
    assert said["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "A"
    assert said["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    intent = root["/OutputIntents"][0].get_object()
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_object().get_data()[36:40] == b"acsp"
    assert reader.trailer["/ID"]
    assert not reader.is_encrypted


def test_attached_data_are_the_lines_of_the_bundle(cast: Cast, publication: Publication) -> None:
    content = rendered(publication, cast.locality, "en")
    reader = PdfReader(io.BytesIO(content))
    attached = {name: contents[0] for name, contents in reader.attachments.items()}
    with zipfile.ZipFile(publication.bundle.path) as bundle:
        published = {name: bundle.read(name) for name in bundle.namelist()}
    assert set(attached) == {"results.csv", "observations.csv", "adjustments.csv", "manifest.json"}
    assert attached["manifest.json"] == published["manifest.json"]
    for name in ("results.csv", "observations.csv", "adjustments.csv"):
        head, *lines = published[name].splitlines(keepends=True)
        own = [line for line in lines if line.startswith(cast.locality.code.encode() + b",")]
        assert attached[name] == head + b"".join(own)
    assert len(attached["results.csv"].splitlines()) > 5
    assert cast.neighbour.code.encode() not in attached["results.csv"]
    root = reader.trailer["/Root"].get_object()
    assert isinstance(root, DictionaryObject)
    relations = {
        entry.get_object()["/UF"]: entry.get_object()["/AFRelationship"] for entry in root["/AF"]
    }
    assert relations == dict.fromkeys(attached, "/Data")


def test_every_font_is_embedded(cast: Cast, publication: Publication) -> None:
    reader = PdfReader(io.BytesIO(rendered(publication, cast.locality, "zh-hans")))
    fonts = {
        font.get_object()["/BaseFont"]: font.get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {name.split("+")[1].rsplit("-Bold")[0] for name in fonts} == {
        "Noto-Sans-CJK-SC",
        "Noto-Serif-CJK-SC",
    }
    for font in fonts.values():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_demonstration_is_marked_on_every_page(cast: Cast, publication: Publication) -> None:
    plain = pages_of(rendered(publication, cast.locality, "en"))
    assert not [page for page in plain if "Demonstration data" in page]
    publication.cycle.is_demonstration = True
    marked = pages_of(rendered(publication, cast.locality, "en"))
    assert len(marked) == len(plain)
    assert all("Demonstration data" in page for page in marked)


def test_hostile_text_is_text(cast: Cast, publication: Publication) -> None:
    remark(cast, HOSTILE)
    content = rendered(publication, cast.locality, "en")
    # Lines break inside the long word, so white space is left out of the comparison.
    assert "".join(HOSTILE.split()) in "".join(text_of(content).split())
    assert b"/JavaScript" not in content
    assert b"/URI" not in content


def test_five_thousand_characters_of_comment_fill_pages_not_margins(
    cast: Cast, publication: Publication
) -> None:
    short = len(pages_of(rendered(publication, cast.locality, "zh-hans")))
    remark(cast, "协作到位" * 1249 + "完毕。")
    pages = pages_of(rendered(publication, cast.locality, "zh-hans"))
    assert short + 3 <= len(pages) <= short + 7
    text = "".join("".join(pages).split())
    assert text.count("协作到位") >= 1240  # page heads and numbers part a few
    assert "完毕。" in text


def test_one_word_without_a_break_stays_on_the_page(cast: Cast, publication: Publication) -> None:
    remark(cast, "x" * 400)
    reader = PdfReader(io.BytesIO(rendered(publication, cast.locality, "en")))
    right: list[float] = []

    def note(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip().startswith("xxx"):
            right.append(matrix[4] + len(text.strip()) * size * 0.4)

    for page in reader.pages:
        page.extract_text(visitor_text=note)
    assert len(right) > 1
    assert max(right) < 595 - 26 / 25.4 * 72 + 20


def test_same_contents_give_the_same_bytes_in_another_process(
    cast: Cast, publication: Publication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, dict[str, bytes], tuple[DataFile, ...]]] = []
    monkeypatch.setattr(
        "assessment.reports.pdf.pdf_of",
        lambda html, pictures, data: (
            seen.append((html, dict(pictures), data)) or pdf_of(html, pictures, data)
        ),
    )
    first = rendered(publication, cast.locality, "zh-hans")
    second = rendered(publication, cast.locality, "zh-hans")
    assert first == second
    assert seen[0] == seen[1]
    html, pictures, data = seen[0]
    at = publication.published_at
    with translation.override("zh-hans"):
        reason = gettext("Evaluation report")
    (tmp_path / "data.pickle").write_bytes(pickle.dumps((data, at, reason)))
    (tmp_path / "report.html").write_text(html, encoding="utf-8")
    for name, svg in pictures.items():
        (tmp_path / name).write_bytes(svg)
    other = subprocess.run(
        [sys.executable, "-c", OTHER_PROCESS, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == hashlib.sha256(first).hexdigest()


OTHER_PROCESS = """
import hashlib, os, pathlib, pickle, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
import django
django.setup()
from assessment.reports.pdf import pdf_of
from assessment.reports.signing import signed
folder = pathlib.Path(sys.argv[1])
pictures = {path.name: path.read_bytes() for path in folder.glob("*.svg")}
html = (folder / "report.html").read_text(encoding="utf-8")
data, at, reason = pickle.loads((folder / "data.pickle").read_bytes())
print(hashlib.sha256(signed(pdf_of(html, pictures, data), at=at, reason=reason)).hexdigest())
"""


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
    kept = pdf._kept_together("<p>共 3 个地区下降 5.21 %，80.1 µg/m³。 Of 24 localities.</p>")
    joiner = "\u2060"
    assert kept == (
        f"<p>共 {joiner}3 {joiner}个地区下降 {joiner}5.21 {joiner}%，80.1 µg/{joiner}m³。"
        " Of 24 localities.</p>"
    )
