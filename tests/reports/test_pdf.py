"""The PDF itself, as a reader and as pypdf see it."""

import hashlib
import io
import pickle
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext
from pypdf import PdfReader
from pypdf.generic import DictionaryObject
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import Locality
from assessment.airquality.models import AnnualMean
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.publication.models import Publication
from assessment.publication.services import keep_analysis
from assessment.reports import pdf
from assessment.reports.attachments import DataFile
from assessment.reports.contents import ReportContents, report_contents
from assessment.reports.pdf import render_pdf
from assessment.reviews.models import Remark
from assessment.scores.queries import locality_results
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.observations.scene import at_stage, fill
from tests.portal.published import bundle_files, final
from tests.portal.test_changes import after
from tests.reports.conftest import pages_of, published, text_of
from tests.reports.looks import assert_looks, looks

ROOT = Path(__file__).resolve().parents[2]
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
HOSTILE = '</p><script>alert(1)</script><img src="http://127.0.0.1/x"> & {{ x }} <h1>假标题</h1>'
HOSTILE_REMARKS = (
    HOSTILE,
    "协作到位" * 1249 + "完毕。",
    "x" * 400,
    "㙍䶮𬭚 😀 \u202eمرحبا\u202c",
)


@dataclass(frozen=True)
class Printed:
    """A report in both languages, and what it was made of; rendered once for all tests.

    ``full`` has everything there can be: a cycle before, an analysis, a remark. ``hostile`` is
    the other locality's, of demonstration data, with the remarks of ``HOSTILE_REMARKS``.
    """

    cast: Cast
    publication: Publication
    results: dict[str, Decimal | None]
    full: dict[str, bytes]
    source: tuple[str, dict[str, bytes], tuple[DataFile, ...]]
    bundle: dict[str, bytes]
    hostile: bytes


def contents_of(publication: Publication, locality: Locality, language: str) -> ReportContents:
    return report_contents(publication=publication, locality=locality, language=language)


@pytest.fixture(scope="module")
def printed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Printed]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield print_all(make_cast())
        transaction.set_rollback(True)


def print_all(cast: Cast) -> Printed:
    name(cast.locality, "甲市", "First city")
    name(cast.neighbour, "乙市", "Second city")
    final(cast.cycle)
    later = after(cast)
    fill(at_stage(later, Stage.REVIEWING))
    remark(later, cast.locality, "Data came in time.")
    breathe(later, cast.locality)
    for text in HOSTILE_REMARKS:
        remark(later, cast.neighbour, text)
    publication = published(cast, later)
    keep_analysis(publication=publication, at=NOW)
    full, source = {}, {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            contents = contents_of(publication, cast.locality, language)
            html = pdf.html_of(contents)
            assert html == pdf.html_of(contents_of(publication, cast.locality, language))
            source[language] = (html, dict(contents.pictures), contents.data)
            full[language] = render_pdf(contents)
    publication.cycle.is_demonstration = True
    with translation.override("zh-hans"):
        hostile = render_pdf(contents_of(publication, cast.neighbour, "zh-hans"))
    return Printed(
        cast=cast,
        publication=publication,
        results={
            code: result.published
            for code, result in locality_results(publication.run, cast.locality).items()
        },
        full=full,
        source=source["zh-hans"],
        bundle=bundle_files(publication),
        hostile=hostile,
    )


def name(locality: Locality, name_zh: str, name_en: str) -> None:
    """The same whatever was tested before: pages are held against pictures."""
    Locality.objects.filter(pk=locality.pk).update(name_zh=name_zh, name_en=name_en)
    locality.refresh_from_db()


def remark(cycle: Cycle, locality: Locality, text: str) -> None:
    Remark.objects.create(
        cycle=cycle, locality=locality, text_zh=text, text_en=text, written_at=NOW
    )


def breathe(cycle: Cycle, locality: Locality) -> None:
    """Beijing's annual means, of which one year has none."""
    last = cycle.period_end_date.year
    rows = [(last - 2, "pm25", None), (last - 1, "pm25", "80.1"), (last, "pm25", "72.6")]
    for year, pollutant, mean in [*rows, (last - 1, "pm10", "99.7"), (last, "pm10", "95.5")]:
        AnnualMean.objects.create(
            locality=locality,
            year=year,
            pollutant=pollutant,
            mean=mean,
            days=365 if mean else 1,
            heavy_days=45 if mean and pollutant == "pm25" else None,
            source="aqistudy",
        )


def test_english_report_tells_all_in_order(printed: Printed) -> None:
    text = text_of(printed.full["en"])
    cast, publication, results = printed.cast, printed.publication, printed.results
    expected = [
        cast.region.body_name_en,
        publication.cycle_name_en,
        "Evaluation report",
        cast.locality.name_en,
        "Contents",
        "1. Summary",
        "Annex 3 Verification",
        "1. Summary",
        str(results["index"]),
        "Excellent",
        "How firm the rank is",
        "What would raise the grade",
        "2. Results by dimension",
        "Table 1. Scores by dimension",
        f"Data sharing 60 {results['sharing']} 50.63 85.00 54.00 1",
        "3. Place among the localities",
        "4. Results by indicator",
        "Indicator S1 % · Reported by the locality 90.0 50.3 85.0 100.0 90.00 40 36.00",
        "Indicator PM25_CHANGE % · Reported by the locality 90 52.3 85 100 90.00 30 27.00",
        "5. Rules and adjustments",
        "6. Air quality",
        "Days with a daily mean of PM2.5 above 150 µg/m³ / valid days — 45 / 365 45 / 365",
        "7. Comments",
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


def test_chinese_report_carries_the_same_figures(printed: Printed) -> None:
    text = text_of(printed.full["zh-hans"])
    assert printed.cast.locality.name_zh in pages_of(printed.full["zh-hans"])[0]
    for word in ("一、摘要", "二、", "三、", "四、", "五、", "六、", "优秀", "指标S1"):
        assert word in text
    assert "90.0 50.3 85.0 100.0 90.00 40 36.00" in text
    assert printed.publication.bundle_sha256 in text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cover", ""),
        ("summary", "名次的稳健性"),
        ("indicators", "各指标的指标值与得分"),
        ("air", "限值"),
    ],
)
def test_pages_look_as_kept(printed: Printed, name: str, words: str) -> None:
    pages = pages_of(printed.full["zh-hans"])
    page = next(number for number, text in enumerate(pages, start=1) if words in text)
    assert_looks(f"{name}-zh-hans", looks(printed.full["zh-hans"], page))


def test_contents_lead_to_the_pages_they_name_and_so_do_bookmarks(printed: Printed) -> None:
    reader = PdfReader(io.BytesIO(printed.full["en"]))
    titles = ["Summary", "Results by dimension", "Results by indicator", "Method", "Verification"]
    pages = pages_of(printed.full["en"])
    listed = pages[1]
    outline = flat(reader.outline)
    for title in titles:
        [item] = [item for item in outline if item.title.endswith(f" {title}")]
        number = reader.get_destination_page_number(item) + 1
        assert title in pages[number - 1]
        assert re.search(rf"{title} ?[. ]+{number}\b", listed), (title, number, listed)
    links = [
        note.get_object()
        for note in reader.pages[1]["/Annots"]
        if note.get_object()["/Subtype"] == "/Link"
    ]
    assert len(links) >= len(titles)


def flat(outline: list[Any]) -> list[Any]:
    return [
        found for item in outline for found in (flat(item) if isinstance(item, list) else [item])
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_file_says_what_it_is(printed: Printed, language: str) -> None:
    reader = PdfReader(io.BytesIO(printed.full[language]))
    root = reader.trailer["/Root"].get_object()
    assert isinstance(root, DictionaryObject)
    assert root["/Lang"] == {"en": "en", "zh-hans": "zh-Hans"}[language]
    assert root["/MarkInfo"].get_object()["/Marked"]
    assert reader.metadata is not None
    with translation.override(language):
        assert reader.metadata.title is not None
        assert printed.cast.locality.name in reader.metadata.title
        assert reader.metadata.author == printed.cast.region.body_name
    assert reader.metadata.creation_date == printed.publication.published_at
    assert reader.metadata.modification_date == printed.publication.published_at


def test_pages_are_a4_and_numbered_after_the_cover(printed: Printed) -> None:
    reader = PdfReader(io.BytesIO(printed.full["zh-hans"]))
    assert len(reader.pages) == 6
    for number, page in enumerate(reader.pages, start=1):
        size = (round(float(page.mediabox.width)), round(float(page.mediabox.height)))
        assert size == (595, 842)
        assert (f"— {number} —" in page.extract_text()) == (number > 1)
        assert len(page.extract_text().strip()) > 60, f"page {number} is empty"


def test_file_names_both_standards_and_gives_its_colours(printed: Printed) -> None:
    reader = PdfReader(io.BytesIO(printed.full["en"]))
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


def test_attached_data_are_the_lines_of_the_bundle(printed: Printed) -> None:
    cast, published = printed.cast, printed.bundle
    reader = PdfReader(io.BytesIO(printed.full["en"]))
    attached = {name: contents[0] for name, contents in reader.attachments.items()}
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


def test_every_font_is_embedded(printed: Printed) -> None:
    reader = PdfReader(io.BytesIO(printed.full["zh-hans"]))
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


def test_demonstration_is_marked_on_every_page(printed: Printed) -> None:
    assert not [page for page in pages_of(printed.full["zh-hans"]) if "演示数据" in page]
    assert all("演示数据" in page for page in pages_of(printed.hostile))


def test_hostile_text_is_text(printed: Printed) -> None:
    # Lines break inside the long word, so white space is left out of the comparison.
    assert "".join(HOSTILE.split()) in "".join(text_of(printed.hostile).split())
    assert b"/JavaScript" not in printed.hostile
    assert b"/URI" not in printed.hostile


def test_five_thousand_characters_of_comment_fill_pages_not_margins(printed: Printed) -> None:
    pages = pages_of(printed.hostile)
    assert 9 <= len(pages) <= 13  # six and four or five
    text = "".join("".join(pages).split())
    assert text.count("协作到位") >= 1240  # page heads and numbers part a few
    assert "完毕。" in text


def test_one_word_without_a_break_stays_on_the_page(printed: Printed) -> None:
    reader = PdfReader(io.BytesIO(printed.hostile))
    right: list[float] = []

    def note(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip().startswith("xxx"):
            right.append(matrix[4] + len(text.strip()) * size * 0.4)

    for page in reader.pages:
        page.extract_text(visitor_text=note)
    assert len(right) > 1
    assert max(right) < 595 - 26 / 25.4 * 72 + 20


def test_rare_characters_and_other_scripts_have_a_glyph(printed: Printed) -> None:
    text = text_of(printed.hostile)
    for word in ("㙍䶮𬭚", "😀"):
        assert word in text


def test_same_contents_give_the_same_bytes_in_another_process(
    printed: Printed, tmp_path: Path
) -> None:
    html, pictures, data = printed.source
    at = printed.publication.published_at
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
    assert other.stdout.strip() == hashlib.sha256(printed.full["zh-hans"]).hexdigest()


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
