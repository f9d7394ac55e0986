"""The file: page, head and foot, text, and a container that is the same for the same contents."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC
from typing import Final

import docx
from django.utils.translation import gettext as _
from docx.document import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.section import Section
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from assessment.reports.printable import Printable, html_of
from assessment.reports.word.blocks import BlockWriter
from assessment.reports.word.looks import Look, look_of, set_page, set_styles
from assessment.reports.word.markup import Element, plain, read_html

DOCX_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What a container may state of a property (ECMA-376 part 2; python-docx refuses more).
_LONGEST_PROPERTY = 255
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
_COMPATIBLE = "15"


def render_docx(contents: Printable, *, stamp: str = "", remarks: Sequence[str] = ()) -> bytes:
    """The text and tables of the contents as DOCX; their language must be active.

    ``stamp`` stands in the head of each page, as of results that are not public; ``remarks`` at
    the top of the first. Equal bytes for equal contents.
    """
    tree = read_html(html_of(contents, is_text=True))
    page = next(tree.all("html"))
    body = next(page.all("body"))
    look = look_of(contents.style_sheets[0])
    document = docx.Document()
    language = "en" if page.attributes.get("lang") == "en" else "zh-hans"
    set_styles(document, look, language)
    set_page(document, look)
    _describe(document, contents, page)
    _set_head_and_foot(document.sections[0], look, _running(body), _marks(body, stamp))
    writer = BlockWriter(document, look, contents.pictures)
    for remark in remarks:
        document.add_paragraph(plain(remark), style="Stamp")
    writer.write(body)
    out = io.BytesIO()
    document.save(out)
    return _settled(out.getvalue())


def _describe(document: Document, contents: Printable, page: Element) -> None:
    """Title, author and dates as the PDF has them, and that this is not what is issued."""
    named = {meta.attributes.get("name"): meta.attributes for meta in page.all("meta")}
    author = plain(named.get("author", {}).get("content", ""))[:_LONGEST_PROPERTY]
    properties = document.core_properties
    properties.title = next(page.all("title")).text[:_LONGEST_PROPERTY]
    properties.subject = plain(contents.title)[:_LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = author
    properties.comments = editing_note()
    properties.keywords = properties.category = ""
    moment = contents.published_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.created = properties.modified = moment
    properties.revision = 1
    # The template's own: a picture of its first page, and the age it pretends to be of.
    for key, relation in list(document.part.package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del document.part.package.rels[key]
    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), _COMPATIBLE)


def editing_note() -> str:
    """What every page of the file says of itself."""
    return _("For editing only. The signed PDF is the issued document.")


def _running(body: Element) -> str:
    for name in ("running-head", "running"):
        found = body.of_class(name)
        if found is not None:
            return found.text
    return ""


def _marks(body: Element, stamp: str) -> list[str]:
    """What stands at the right of every head: demonstration data, not public yet."""
    found = [body.of_class(name) for name in ("running-mark", "mark")]
    marks = [mark.text for mark in found if mark is not None]
    return [*marks[:1], *([plain(stamp)] if stamp else [])]


def _set_head_and_foot(section: Section, look: Look, running: str, marks: list[str]) -> None:
    heads = [(section.header, running)]
    feet = [(section.footer, True)]
    if look.has_cover:
        heads.append((section.first_page_header, ""))
        feet.append((section.first_page_footer, False))
    for head, text in heads:
        paragraph = head.paragraphs[0]
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(Pt(look.width), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(text)
        if marks:
            paragraph.add_run("\t" + " · ".join(marks)).bold = True
        if text:
            _rule_below(paragraph)
    for foot, is_numbered in feet:
        paragraph = foot.paragraphs[0]
        if is_numbered:
            paragraph.add_run("— ")
            _add_field(paragraph, "PAGE", "1")
            paragraph.add_run(" —")
            paragraph = foot.add_paragraph()
        paragraph.style = "Editing note"
        paragraph.add_run(editing_note())


def _rule_below(paragraph: Paragraph) -> None:
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "4"), ("color", "7B8794")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    # After the style, before everything else that a head of a page has.
    properties.insert(1, borders)


def _add_field(paragraph: Paragraph, code: str, shown: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    field.append(paragraph.add_run(shown)._r)
    paragraph._p.append(field)


def _settled(content: bytes) -> bytes:
    """The container with its parts in one order and without the moment it was written at."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as written,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as settled,
    ):
        for name in written.namelist():
            entry = zipfile.ZipInfo(name, _FIRST_MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            settled.writestr(entry, written.read(name))
    return out.getvalue()
