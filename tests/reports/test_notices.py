"""Official documents: GB/T 9704-2012 measured in the PDF, and what they say."""

import hashlib
import io
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.utils import translation
from pypdf import PdfReader
from pytest_django.plugin import DjangoDbBlocker

from assessment.cycles.workflow import Stage
from assessment.publication.models import Publication
from assessment.reports.commended import commended
from assessment.reports.notices import (
    CommendationContents,
    Notice,
    _parts,
    commendation_contents,
    receipt_contents,
)
from assessment.reports.pdf import pdf_of, render_pdf
from assessment.reports.printable import html_of
from assessment.reports.texts.in_force import Letterhead, LogoPicture
from assessment.submissions.models import Submission, Version
from assessment.submissions.services import open_collection
from tests.cast import Cast, make_cast
from tests.factories import NOW
from tests.observations.scene import at_stage, fill
from tests.reports.conftest import pages_of, published
from tests.reports.test_logos import picture
from tests.submissions.conftest import fill as answer
from tests.submissions.conftest import sign

MILLIMETRE = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 28, 26, 37, 35
LINES, CHARACTERS = 22, 28
PITCH = 225 / LINES


@dataclass(frozen=True)
class Line:
    """A line as it stands on its page: millimetres from the left and the top edge."""

    text: str
    left: float
    baseline: float
    size: float


def lines_of(content: bytes) -> list[list[Line]]:
    """The lines of each page in their order from the top."""
    found = []
    for page in PdfReader(io.BytesIO(content)).pages:
        height = float(page.mediabox.height)
        at: dict[float, list[tuple[float, str, float]]] = defaultdict(list)

        def note(
            text: str,
            cm: list[float],
            tm: list[float],
            _font: object,
            size: float,
            at: dict[float, list[tuple[float, str, float]]] = at,
            height: float = height,
        ) -> None:
            if text.strip():
                x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
                y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                scale = abs(tm[0] * cm[0])
                at[round((height - y) / MILLIMETRE, 1)].append((x, text.strip(), size * scale))

        page.extract_text(visitor_text=note)
        found.append(
            [
                Line(
                    "".join(part for _x, part, _size in sorted(at[y], key=lambda p: p[0])),
                    min(x for x, _part, _size in at[y]) / MILLIMETRE,
                    y,
                    at[y][0][2],
                )
                for y in sorted(at)
            ]
        )
    return found


@pytest.fixture(scope="module")
def plain() -> list[list[Line]]:
    """Two pages and a half of one unbroken paragraph in the style of notices."""
    text = "大气污染联防联控评估通报" * 120
    html = (
        "<!doctype html><html lang=zh-Hans><title>通报</title>"
        f'<body><main class="body"><p style="text-indent: 0">{text}</p></main></body></html>'
    )
    return lines_of(pdf_of(html, {}, (), Notice.style_sheets))


def body_of(page: list[Line]) -> list[Line]:
    return [line for line in page if "—" not in line.text]


def test_a_page_has_22_lines_of_28_characters(plain: list[list[Line]]) -> None:
    assert [len(body_of(page)) for page in plain] == [22, 22, 8]
    full = [line for page in plain for line in body_of(page)][:-1]
    assert {len(line.text) for line in full} == {CHARACTERS}
    assert {round(line.size) for line in full} == {16}


def test_lines_fill_the_type_area_from_margin_to_margin(plain: list[list[Line]]) -> None:
    lines = body_of(plain[0])
    assert {round(line.left, 1) for line in lines} == {LEFT}
    steps = [two.baseline - one.baseline for one, two in pairwise(lines)]
    assert max(abs(step - PITCH) for step in steps) < 0.15
    assert TOP < lines[0].baseline < TOP + PITCH
    assert 297 - BOTTOM - PITCH < lines[-1].baseline < 297 - BOTTOM
    # 28 characters of 156/28 mm, so that the last one ends at the right margin.
    assert abs(CHARACTERS * (16 - 0.215) / MILLIMETRE - (210 - LEFT - RIGHT)) < 0.2


def test_page_numbers_stand_outside_right_on_odd_and_left_on_even_pages(
    plain: list[list[Line]],
) -> None:
    numbers = [line for page in plain for line in page if "—" in line.text]
    assert [line.text.replace(" ", "") for line in numbers] == ["—1—", "—2—", "—3—"]
    assert [round(line.size) for line in numbers] == [14, 14, 14]
    character = 14 / MILLIMETRE
    assert abs(numbers[1].left - (LEFT + character)) < 0.5
    assert numbers[0].left > 105
    assert all(abs(line.baseline - (297 - BOTTOM + 7)) < 6 for line in numbers)


@dataclass(frozen=True)
class Issued:
    """Both notices of a scene, the receipt as PDF, and what they were made of."""

    cast: Cast
    publication: Publication
    version: Version
    commended: list[str]
    commendation: str
    receipt: bytes
    english: str


@pytest.fixture(scope="module")
def issued(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Issued]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield issue(make_cast())
        transaction.set_rollback(True)


def issue(cast: Cast) -> Issued:
    filling = make_cast("filling-")
    open_collection(cycle=filling.cycle, by=filling.coordinator, at=NOW)
    submission = Submission.objects.get(locality=filling.locality)
    answer(submission, filling.contributor)
    sign(submission, filling.approver)
    version = submission.versions.get()
    fill(at_stage(cast.cycle, Stage.REVIEWING))
    publication = published(cast)
    with translation.override("zh-hans"):
        commendation = html_of(commendation_contents(publication, "zh-hans"))
        receipt = render_pdf(receipt_contents(version, "zh-hans"))
    with translation.override("en"):
        english = html_of(receipt_contents(version, "en"))
    return Issued(
        cast, publication, version, commended(publication), commendation, receipt, english
    )


def test_the_highest_grade_alone_is_commended(issued: Issued) -> None:
    """90.00 is excellent, 80.00 good."""
    assert issued.commended == [issued.cast.locality.code]
    text = re.sub(r"<[^>]+>", "", issued.commendation)
    assert f"{issued.cast.locality.name_zh}，90.00分" in text
    assert issued.cast.neighbour.name_zh not in text
    assert "各参评地区：" in text
    assert issued.publication.body_name_zh in text


def test_a_receipt_states_hash_signer_and_the_whole_form(issued: Issued) -> None:
    pages = pages_of(issued.receipt)
    text = "".join("".join(pages).split())
    assert issued.version.sha256 in text
    assert f"{issued.version.submission.locality.name_zh}：" in text
    for code in issued.version.content["answers"]:
        assert f"指标{code}" in text
    assert "2017年3月1日" in pages[0].replace(" ", "") + pages[1].replace(" ", "")
    assert "2017年3月1日印发" in pages[-1].replace(" ", "")


def test_the_attached_form_has_the_hash_that_the_receipt_states(issued: Issued) -> None:
    [content] = PdfReader(io.BytesIO(issued.receipt)).attachments["form.json"]
    assert hashlib.sha256(content).hexdigest() == issued.version.sha256
    assert json.loads(content) == issued.version.content


def test_the_english_receipt_says_the_same(issued: Issued) -> None:
    text = re.sub(r"<[^>]+>", "", issued.english)
    assert issued.version.sha256 in text
    assert f"{issued.version.submission.locality.name_en}:" in text
    assert "The form as it was signed" in text


def test_a_heading_ends_its_lines_between_its_parts_and_tears_no_word() -> None:
    notice = Notice(
        language="zh-hans",
        author="协作小组办公室",
        letterhead=Letterhead("协作小组办公室", "协作小组办公室"),
        heading_parts=_parts("关于表扬%(cycle)s优秀地区的通报", "2016 年度联防联控考核", "zh-hans"),
        addressee="",
        published_at=NOW,
        is_demonstration=False,
    )
    assert notice.heading == "关于表扬2016年度联防联控考核优秀地区的通报"
    lines = notice.heading_as_set.split("\u200b")
    assert [line.replace("\u2060", "") for line in lines] == [
        "关于表扬2016年度",
        "联防联控考核",
        "优秀地区的通报",
    ]
    assert all("\u2060".join(line.replace("\u2060", "")) == line for line in lines)
    assert _parts("Receipt of “%(cycle)s”", "A 2016", "en") == ("Receipt of “A 2016”",)


def commended_by(letterhead: Letterhead, **more: Any) -> bytes:
    """A short commendation, made in memory."""
    contents = CommendationContents(
        language="zh-hans",
        author="协作小组办公室",
        letterhead=letterhead,
        heading_parts=("关于表扬优秀地区的通报",),
        addressee="各参评地区：",
        published_at=NOW,
        is_demonstration=False,
        opening=("下列地区评为优秀等次，现予通报表扬：",),
        closing=("希望再接再厉。",),
        **({"lines": ("北京，90.00分，第1名。",)} | more),
    )
    with translation.override("zh-hans"):
        return pdf_of(html_of(contents), contents.pictures, (), contents.style_sheets)


def test_a_logo_moves_nothing_and_a_number_and_copies_stand_in_their_places() -> None:
    plain = lines_of(commended_by(Letterhead("协作小组", "协作小组")))
    logo = LogoPicture(picture(size=(100, 400)), "徽标")
    with_logo = commended_by(Letterhead("协作小组", "协作小组", logo))
    assert lines_of(with_logo) == plain
    [image] = PdfReader(io.BytesIO(with_logo)).pages[0]["/Resources"]["/XObject"].values()
    assert not image.get_object()["/Interpolate"].value  # ISO 19005-3, 6.2.8
    [page] = lines_of(
        commended_by(Letterhead("协作小组", "协作小组"), document_number="〔2017〕12号")
    )
    [mark] = (line for line in page if line.text == "协作小组" and line.size > 20)
    [number] = (line for line in page if line.text == "〔2017〕12号")
    # Two blank lines of 3号 between them, and the name where it is without a number.
    assert mark == next(line for line in plain[0] if line.text == "协作小组")
    assert 2 * PITCH < number.baseline - mark.baseline < 3.5 * PITCH
    assert round(number.size) == 16
    [page] = lines_of(commended_by(Letterhead("协作小组", "协作小组"), copies="各成员单位，" * 11))
    [first] = (line for line in page if line.text.startswith("抄送："))
    [date] = (line for line in page if line.text == "2017年3月1日")
    # The copies take three lines, the line of issue is the last of the type area.
    assert first.baseline > date.baseline
    assert 297 - BOTTOM - 4 * PITCH - 2 < first.baseline < 297 - BOTTOM - 3 * PITCH + 2
    assert all(line.baseline < 297 - BOTTOM for line in page if "—" not in line.text)


@pytest.mark.parametrize(("characters", "lines"), [(26, 1), (27, 2), (53, 3)])
def test_the_text_ends_above_the_copies_however_many_lines_they_take(
    characters: int, lines: int
) -> None:
    """Of 14 pt, 29 characters fit between the margins of the imprint: 3 of 抄送 and 26 of names."""
    letterhead, names = Letterhead("协作小组", "协作小组"), "乙" * characters
    # As many lines of text as leave room for the imprint with one line of copies, and no more.
    [page, *others] = lines_of(commended_by(letterhead, copies=names, lines=("甲",) * 5))
    assert len(others) == (1 if lines > 1 else 0)
    [last] = others or [page]
    copies = [line for line in last if "乙" in line.text]
    assert [line.text.count("乙") for line in copies] == [
        min(26, characters - 26 * number) for number in range(lines)
    ]
    # The lines that go on begin below the first name.
    names_at = copies[0].left + 3 * 14 / MILLIMETRE
    assert all(abs(line.left - names_at) < 0.2 for line in copies[1:])
    text = [line.baseline for line in last if "—" not in line.text]
    assert min(two - one for one, two in pairwise(text)) > 0.8 * PITCH
    assert text[-1] < 297 - BOTTOM
