"""How the three kinds of documents look in a word processor: page, faces, named styles.

The faces are those every office in China has; they stand for the free ones of the PDF.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, cast

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle

SONG, HEI, FANGSONG = "SimSun", "SimHei", "FangSong"
_LATIN = {SONG: "Times New Roman", FANGSONG: "Times New Roman", HEI: "Arial"}
_INK, _MUTED, _MARK, _RED = "000000", "3D4854", "7A5200", "CC0000"
_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


@dataclass(frozen=True)
class Face:
    """One named style: sizes and spaces in points, ``indent`` of the first line in characters."""

    face: str = SONG
    size: float = 11
    bold: bool = False
    colour: str = _INK
    before: float = 0
    after: float = 6
    align: WD_ALIGN_PARAGRAPH | None = None
    indent: float = 0
    left: float = 0
    line: float = 0
    keeps: bool = False


@dataclass(frozen=True)
class Look:
    """A kind of document: margins in millimetres, its styles, the size of type in tables.

    ``english`` are the styles that differ in English, whose words are longer. ``line`` is the
    distance of lines in points, a multiple of the type's where it is below 5.
    """

    margins: tuple[float, float, float, float]
    line: float
    styles: Mapping[str, Face]
    table_size: float
    english: Mapping[str, Face] = field(default_factory=dict)
    has_cover: bool = False
    is_ruled: bool = False

    @property
    def width(self) -> float:
        """Of the type area, in points."""
        _top, right, _bottom, left = self.margins
        return (210 - left - right) / 25.4 * 72


_NOTE = Face(HEI, 8.5, colour=_MUTED, line=1.3)
_STAMP = Face(HEI, 9.5, True, colour=_MARK, after=4, line=1.3)
_COMMON: Final[dict[str, Face]] = {
    "Note": _NOTE,
    "Stamp": _STAMP,
    "Header": Face(HEI, 9, colour=_MUTED, after=0, line=1.2),
    "Footer": Face(SONG, 12, after=0, align=_CENTRE, line=1.2),
    "Editing note": Face(HEI, 8, colour=_MUTED, after=0, align=_CENTRE, line=1.2),
    "Table text": Face(SONG, 9, after=0, line=1.2),
}
_REPORT = Look(
    margins=(37, 26, 35, 28),
    line=1.4,
    table_size=9,
    has_cover=True,
    styles=_COMMON
    | {
        "Normal": Face(SONG, 11),
        "Title": Face(SONG, 28, True, before=0, after=30, align=_CENTRE),
        "Heading 1": Face(HEI, 15, True, before=18, after=8, keeps=True),
        "Heading 2": Face(HEI, 11, True, before=10, after=4, keeps=True),
        "Cover body": Face(HEI, 16, before=10, after=90, align=_CENTRE),
        "Cover cycle": Face(SONG, 18, after=14, align=_CENTRE),
        "Cover locality": Face(HEI, 22, True, after=30, align=_CENTRE),
        "Cover mark": Face(HEI, 10, colour=_MARK, after=60, align=_CENTRE),
        "TOC Heading": Face(HEI, 15, True, after=20, align=_CENTRE),
        "toc 1": Face(SONG, 12, after=8),
        "Caption": Face(HEI, 9.5, True, before=10, after=4, keeps=True),
        "Chart in words": Face(SONG, 9.5, left=12, after=8),
        "Quote": Face(SONG, 11, left=16, indent=2),
        "Signature": Face(HEI, 9, colour=_MUTED, align=_RIGHT),
        "Command": Face(HEI, 9, left=8),
        "List Number": Face(SONG, 10, after=4),
        "List Bullet": Face(SONG, 10, after=4),
        "Table text": Face(HEI, 9, after=0, line=1.2),
    },
)
_NOTICE = Look(
    margins=(37, 26, 35, 28),
    line=28.99,
    table_size=10.5,
    is_ruled=True,
    styles=_COMMON
    | {
        "Normal": Face(FANGSONG, 16, indent=2, after=0),
        "Letterhead": Face(SONG, 30, True, _RED, before=30, after=18, align=_CENTRE, line=1.2),
        "Letterhead long": Face(SONG, 21, True, _RED, before=36, after=18, align=_CENTRE, line=1.2),
        "Document number": Face(FANGSONG, 16, after=12, align=_CENTRE),
        "Title": Face(SONG, 22, True, before=24, after=24, align=_CENTRE, line=1.3),
        "Heading 1": Face(HEI, 16, True, indent=2, after=0, keeps=True),
        "Heading 2": Face(HEI, 11, True, before=10, after=4, keeps=True, line=1.3),
        "Annex label": Face(HEI, 16, True, after=0, keeps=True),
        "Annex title": Face(SONG, 22, True, before=20, after=20, align=_CENTRE, keeps=True),
        "Addressee": Face(FANGSONG, 16, after=0),
        "Signature": Face(FANGSONG, 16, after=0, align=_RIGHT, keeps=True),
        "Imprint": Face(FANGSONG, 14, before=29, after=0, line=1.6),
        "Hash": Face(HEI, 11, indent=2, after=0),
        "Table text": Face(SONG, 10.5, after=0, line=1.25),
    },
    english={
        "Letterhead": Face(SONG, 19, True, _RED, before=30, after=18, align=_CENTRE, line=1.2),
        "Letterhead long": Face(SONG, 19, True, _RED, before=30, after=18, align=_CENTRE, line=1.2),
        "Title": Face(SONG, 20, True, before=24, after=24, align=_CENTRE, line=1.3),
        "Imprint": Face(FANGSONG, 10.5, before=29, after=0, line=1.4),
    },
)
_BLANK = Look(
    margins=(20, 18, 18, 22),
    line=1.25,
    table_size=10,
    is_ruled=True,
    styles=_COMMON
    | {
        "Normal": Face(SONG, 10, after=4),
        "Kind": Face(HEI, 11, colour=_MUTED, after=2),
        "Title": Face(HEI, 18, True, after=4),
        "Heading 1": Face(HEI, 13, True, before=18, after=4, keeps=True),
        "Heading 2": Face(HEI, 11, True, before=12, after=3, keeps=True),
        "Guidance": Face(SONG, 9, colour=_MUTED, after=1, keeps=True),
        "Table text": Face(SONG, 10, after=0),
    },
)
_LOOKS: Final = {
    "reports/report.css": _REPORT,
    "reports/notice.css": _NOTICE,
    "reports/blank.css": _BLANK,
}
# Word knows them, and its template here does not hold them.
_BUILT_IN = frozenset({"toc 1"})
_OWN_GALLERY = frozenset({"Normal Table", "Table Grid"})


def look_of(style_sheet: str) -> Look:
    """The look that answers to a style sheet of the PDF; the report's for an unknown one."""
    return _LOOKS.get(style_sheet, _REPORT)


def set_styles(document: Document, look: Look, language: str) -> None:
    """Give the document its named styles, the language of its text, and no others to choose."""
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in _OWN_GALLERY:
            style.delete()
    named = {style.name for style in document.styles}
    own = look.english if language == "en" else {}
    for name, face in {**look.styles, **own}.items():
        if name not in named:
            document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name in _BUILT_IN)
        _set_style(cast("ParagraphStyle", document.styles[name]), face, look)
    _set_language(document, language)


def _set_style(style: ParagraphStyle, face: Face, look: Look) -> None:
    font, space = style.font, style.paragraph_format
    run = style.element.get_or_add_rPr()
    for old in run.findall(qn("w:rFonts")):
        run.remove(old)
    font.name = _LATIN[face.face]
    run.rFonts.set(qn("w:eastAsia"), face.face)
    font.size, font.bold, font.italic = Pt(face.size), face.bold, False
    font.color.rgb = RGBColor.from_string(face.colour)
    for name in (
        "w:spacing",
        "w:kern",
        "w:pBdr",
        "w:tabs",
    ):  # what the template's own styles bring along
        for part in (run, style.element.get_or_add_pPr()):
            for old in part.findall(qn(name)):
                part.remove(old)
    space.space_before, space.space_after = Pt(face.before), Pt(face.after)
    space.alignment, space.keep_with_next = face.align, face.keeps or None
    line = face.line or look.line
    space.line_spacing_rule = WD_LINE_SPACING.MULTIPLE if line < 5 else WD_LINE_SPACING.EXACTLY
    space.line_spacing = line if line < 5 else Pt(line)
    space.first_line_indent = Pt(face.indent * face.size)
    if face.left:
        space.left_indent = Pt(face.left)


def _set_language(document: Document, language: str) -> None:
    """Chinese is checked as Chinese, Latin letters as English, wherever they stand."""
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for old in [*defaults.findall(qn("w:lang")), *defaults.findall(qn("w:rFonts"))]:
        defaults.remove(old)
    fonts, tongue = OxmlElement("w:rFonts"), OxmlElement("w:lang")
    for name, face in (("ascii", _LATIN[SONG]), ("hAnsi", _LATIN[SONG]), ("eastAsia", SONG)):
        fonts.set(qn(f"w:{name}"), face)
    defaults.insert(0, fonts)
    for element in (tongue, document.settings.element.find(qn("w:themeFontLang"))):
        element.set(qn("w:val"), "en-US")
        element.set(qn("w:eastAsia"), "zh-CN")
    defaults.append(tongue)
    document.core_properties.language = "en-US" if language == "en" else "zh-CN"


def set_page(document: Document, look: Look) -> None:
    """A4 with the margins of the PDF."""
    section = document.sections[0]
    top, right, bottom, left = look.margins
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.header_distance, section.footer_distance = Mm(min(22, top - 8)), Mm(min(20, bottom - 8))
    section.different_first_page_header_footer = look.has_cover
