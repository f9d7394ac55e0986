"""The file for word processors: what it holds, and what it does not stumble over."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import pytest
from django.utils import translation
from docx.oxml.ns import qn
from docx.shared import Mm
from PIL import Image

from assessment.reports.contents import Comment, ReportContents
from assessment.reports.headings import Heading
from assessment.reports.word import render_docx
from assessment.reports.word.blocks import BlockWriter
from assessment.reports.word.inline import runs_of
from assessment.reports.word.looks import look_of, set_styles
from assessment.reports.word.markup import plain, read_html
from assessment.reports.word.widths import column_widths
from tests.reports.docx_order import out_of_order
from tests.reports.in_memory import LOCALITIES, frozen_results, in_memory


@pytest.fixture(scope="module")
def contents() -> ReportContents:
    """A report of 28 localities, without a database."""
    with translation.override("zh-hans"):
        return in_memory(frozen_results())


def made(contents: ReportContents, **options: Any) -> Any:
    with translation.override(contents.language):
        return docx.Document(io.BytesIO(render_docx(contents, **options)))


def commented(contents: ReportContents, *texts: str) -> ReportContents:
    comments = [Comment((text,), date(2017, 5, 1), True) for text in texts]
    heading = Heading("section-comments", "七、", "评价意见")
    return replace(contents, comments=comments, headings=contents.headings | {"comments": heading})


@pytest.fixture(scope="module")
def document(contents: ReportContents) -> Any:
    return made(contents, stamp="尚未公开", remarks=["本结果尚未公开发布。"])


def styled(document: Any, style: str) -> list[str]:
    return [p.text for p in document.paragraphs if p.style.name == style]


def table_of(document: Any, *heads: str) -> Any:
    """The one table whose first columns are headed so."""
    [found] = [
        table
        for table in document.tables
        if tuple(cell.text for cell in table.rows[0].cells)[: len(heads)] == heads
    ]
    return found


def test_same_contents_are_the_same_bytes(contents: ReportContents) -> None:
    with translation.override("zh-hans"):
        first, second = render_docx(contents), render_docx(contents)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as container:
        assert {entry.date_time for entry in container.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert "docProps/thumbnail.jpeg" not in container.namelist()


def test_headings_are_real_and_the_contents_lead_to_them(
    contents: ReportContents, document: Any
) -> None:
    titles = [f"{heading.number}{heading.title}" for heading in contents.headings.values()]
    assert styled(document, "Title") == ["评估报告"]
    assert styled(document, "Heading 1") == titles
    assert styled(document, "toc 1") == titles
    anchors = [link.get(qn("w:anchor")) for link in document.element.iter(qn("w:hyperlink"))]
    marks = [mark.get(qn("w:name")) for mark in document.element.iter(qn("w:bookmarkStart"))]
    assert anchors == marks
    codes = [code.text for code in document.element.iter(qn("w:instrText"))]
    assert codes == [r'TOC \o "1-1" \n \h \z \u']


def test_tables_are_real_and_repeat_their_heads(contents: ReportContents, document: Any) -> None:
    dimensions = table_of(document, "维度", "权重")
    assert [cell.text for cell in dimensions.rows[0].cells] == [
        *("维度", "权重", "得分", "中位数", "折合分", "名次"),
    ]
    assert [[cell.text for cell in row.cells] for row in dimensions.rows[1:]] == [
        [r.title, r.weight, str(r.score), str(r.median), str(r.points), r.rank]
        for r in contents.dimensions
    ]
    for table in document.tables:
        heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
        assert heads == sorted(heads, reverse=True)
        has_head = table.cell(0, 0).text not in {"地区代码", "数据包"}
        assert heads[0] is has_head


def test_a_chart_becomes_the_table_of_its_figures(document: Any) -> None:
    ranking = table_of(document, "地区", "名次")
    assert len(ranking.rows) == 1 + LOCALITIES
    assert not list(document.element.iter(qn("w:drawing")))


def test_page_faces_and_languages(document: Any) -> None:
    section = document.sections[0]
    millimetres = [
        round(length / Mm(1))
        for length in (
            section.page_width,
            section.page_height,
            section.top_margin,
            section.right_margin,
            section.bottom_margin,
            section.left_margin,
        )
    ]
    assert millimetres == [210, 297, 37, 26, 35, 28]
    faces = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Title", "Heading 1")
    }
    assert faces == {"Normal": "SimSun", "Title": "SimSun", "Heading 1": "SimHei"}
    [tongue] = document.styles.element.iter(qn("w:lang"))
    assert (tongue.get(qn("w:val")), tongue.get(qn("w:eastAsia"))) == ("en-US", "zh-CN")


def test_the_file_says_what_it_is_and_what_it_is_not(
    contents: ReportContents, document: Any
) -> None:
    note = "仅供编辑，以经签名的 PDF 为准。"
    properties, section = document.core_properties, document.sections[0]
    with translation.override("zh-hans"):
        assert properties.title == " ".join(contents.full_title.split())
    assert (properties.language, properties.comments) == ("zh-CN", note)
    assert properties.created.isoformat() == contents.published_at.isoformat()
    assert [p.text for p in section.first_page_footer.paragraphs] == [note]
    assert [p.text for p in section.footer.paragraphs] == ["—  —", note]
    [field] = section.footer._element.iter(qn("w:fldSimple"))
    assert field.get(qn("w:instr")) == "PAGE"
    assert section.first_page_header.paragraphs[0].text == "\t尚未公开"
    assert document.paragraphs[0].text == "本结果尚未公开发布。"


def test_parts_stand_in_the_order_word_processors_demand(document: Any) -> None:
    assert out_of_order(document) == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<script>alert(1)</script> & <b>", "<script>alert(1)</script> & <b>"),
        ("vor\x0b\x00\x1b\x08nach\ufffe", "vornach"),
        ("㙍 䶮 𬭚 👩\u200d👩\u200d👧 🇨🇳", "㙍 䶮 𬭚 👩\u200d👩\u200d👧 🇨🇳"),
        ("长" * 5000, "长" * 5000),
        ("{{ 7 }}{% now %}]]>", "{{ 7 }}{% now %}]]>"),
    ],
)
def test_comments_are_text_whatever_they_hold(
    contents: ReportContents, written: str, read: str
) -> None:
    document = made(commented(contents, written))
    assert styled(document, "Quote") == [read]
    assert out_of_order(document) == []


def test_writing_from_the_right_is_said_to_be(contents: ReportContents) -> None:
    document = made(commented(contents, "看 مرحبا بالعالم 吧"))
    [quote] = [p for p in document.paragraphs if p.style.name == "Quote"]
    told = [(r.text, r._r.find(f".//{qn('w:rtl')}") is not None) for r in quote.runs]
    assert told == [("看 ", False), ("مرحبا بالعالم", True), (" 吧", False)]


def test_two_hundred_indicators_and_a_long_name_fit(contents: ReportContents) -> None:
    long = replace(contents.locality, name_zh="很长的名字" * 60, name_en="long")
    rows = contents.branches[0][1:2] * 200
    document = made(replace(contents, branches=[rows], locality=long))
    tree = table_of(document, "指标", "数值")
    assert len(tree._tbl.findall(qn("w:tr"))) == 201
    assert len(document.core_properties.title) == 255


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<p>  a\n b <strong> c</strong> </p>", ["a b", " c"]),
        ("<p>a<br> b</p>", ["a", "\nb"]),
        ("<p>指标<span class='small'>S1</span></p>", ["指标", "\nS1"]),
        ("<p>附件　<span>1</span></p>", ["附件　", "1"]),
        ("<p>x<sup>[1]</sup></p>", ["x", "[1]"]),
    ],
)
def test_white_space_is_read_as_browsers_do(html: str, texts: list[str]) -> None:
    runs = runs_of(read_html(html).elements[0])
    assert [("\n" if run.breaks else "") + run.text for run in runs] == texts


def test_marks_for_the_printer_are_left_out() -> None:
    assert plain("µg/\u2060m³ 年\u200b度\u200d") == "µg/m³ 年度\u200d"


def test_columns_share_the_page_by_what_they_hold() -> None:
    rows = [
        [("指标", False), ("得分", False), ("说明", False)],
        [("细颗粒物年均浓度下降率", False), ("100.00", True), ("长" * 80, False)],
    ]
    name, score, reason = column_widths(rows, 9, 442)
    assert name + score + reason == 442
    # "100.00" is 6 × 0.56 characters of 9 points beside 10 points of white space; whole points.
    assert score == round(6 * 0.56 * 9 + 10)
    assert reason > name > score


def test_columns_that_need_more_than_the_page_share_it_all_the_same() -> None:
    assert sum(column_widths([[("123456789", True)] * 20], 9, 442)) == 442


def block_writer(pictures: dict[str, bytes]) -> tuple[Any, BlockWriter]:
    written, look = docx.Document(), look_of("reports/notice.css")
    set_styles(written, look, "zh-hans")
    return written, BlockWriter(written, look, pictures)


def test_a_logo_stands_there_as_a_picture_with_its_words() -> None:
    out = io.BytesIO()
    Image.new("RGB", (900, 300)).save(out, "PNG")
    written, writer = block_writer({"logo.png": out.getvalue()})
    writer.write(read_html('<div class="logo"><img src="chart:logo.png" alt="徽标"></div>'))
    [shape] = written.inline_shapes
    # 900 × 300 made as high as a letterhead's logo may be, 22 mm.
    assert (round(shape.width / Mm(1)), round(shape.height / Mm(1))) == (66, 22)
    assert shape._inline.docPr.get("descr") == "徽标"


def test_a_picture_that_is_none_is_told_in_words() -> None:
    written, writer = block_writer({"logo.png": b"\x89PNG broken"})
    writer.write(read_html('<div class="logo"><img src="chart:logo.png" alt="徽标"></div>'))
    assert [p.text for p in written.paragraphs if p.text] == ["徽标"]


def test_the_imprint_names_copies_body_and_day_between_two_rules() -> None:
    written, writer = block_writer({})
    writer.write(
        read_html(
            '<div class="imprint"><p class="copies">抄送：甲、乙。</p>'
            '<p><span class="issued">2016年5月3日印发</span>协作小组办公室</p></div>'
        )
    )
    assert [p.text for p in written.paragraphs] == [
        "抄送：甲、乙。",
        "协作小组办公室\t2016年5月3日印发",
    ]
    ruled = [
        [line.tag.rpartition("}")[2] for line in p._p.pPr.find(qn("w:pBdr"))]
        for p in written.paragraphs
    ]
    assert ruled == [["top"], ["bottom"]]


def test_the_number_of_a_document_stands_in_the_type_of_its_text() -> None:
    written, writer = block_writer({})
    writer.write(read_html('<div class="letterhead"><p class="number">〔2017〕12号</p></div>'))
    assert styled(written, "Document number") == ["〔2017〕12号"]
