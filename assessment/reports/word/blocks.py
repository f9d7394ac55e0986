"""Headings, paragraphs, lists, figures and tables of a document, in their order."""

import io
from collections.abc import Mapping, Sequence
from typing import cast

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.image.exceptions import UnrecognizedImageError
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.text.paragraph import CT_P
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph

from assessment.reports.printable import CHART_SCHEME
from assessment.reports.word.inline import Run, add_runs, runs_of
from assessment.reports.word.looks import Look
from assessment.reports.word.markup import Element, plain
from assessment.reports.word.tables import TableWriter

# In the head of each page, or room on a sheet of paper.
_LEFT_OUT = frozenset({"running-head", "running-mark", "running", "mark", "imprint-room"})
_INLINE = frozenset({"a", "b", "br", "em", "i", "img", "span", "strong", "sub", "sup"})
# The named style of a paragraph, by its own class or one around it.
_OWN_STYLES = {
    "cover-body": "Cover body",
    "cover-cycle": "Cover cycle",
    "cover-locality": "Cover locality",
    "cover-mark": "Cover mark",
    "note": "Note",
    "signature": "Signature",
    "command": "Command",
    "hash": "Hash",
    "kind": "Kind",
    "about": "Note",
    "how": "Note",
    "expected": "Note",
    "addressee": "Addressee",
    "long": "Letterhead long",
    "number": "Document number",
    "label": "Annex label",
}
_STYLES_INSIDE = {"letterhead": "Letterhead", "signed": "Signature", "imprint": "Imprint"}
_HEADINGS = {"h1": "Title", "h2": "Heading 1", "h3": "Heading 2", "h4": "Heading 2"}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_PICTURES = (b"\x89PNG", b"\xff\xd8")


class BlockWriter:
    """Writes a document's body; ``pictures`` are what it may show, by address."""

    def __init__(self, document: Document, look: Look, pictures: Mapping[str, bytes]) -> None:
        self._document = document
        self._look = look
        self._pictures = pictures
        self._tables = TableWriter(look, self._fill_cell)
        # Looking a style up by its name reads all of them each time.
        self._style_ids = {style.name: style.style_id for style in document.styles}
        self._bookmarks = 0
        self._begins_page = False
        self._around: list[Element] = []

    def write(self, element: Element) -> None:
        """What stands in the element, block by block."""
        self._around.append(element)
        inline: list[Element | str] = []
        for child in element.children:
            if isinstance(child, Element) and child.tag == "img" and self._picture(child):
                continue
            if isinstance(child, str) or child.tag in _INLINE:
                inline.append(child)
                continue
            self._loose(inline)
            inline = []
            if not child.classes & _LEFT_OUT:
                self._block(child)
        self._loose(inline)
        self._around.pop()

    def _block(self, element: Element) -> None:
        if element.tag in _HEADINGS:
            self._heading(element)
        elif element.tag in {"p", "figcaption", "caption"}:
            self._paragraph(runs_of(element), self._style(element))
        elif element.tag in {"ul", "ol"}:
            self._list(element)
        elif element.tag == "table":
            self._table(element)
        elif element.tag == "nav" and "contents" in element.classes:
            self._contents(element)
        elif element.tag == "figure":
            self._figure(element)
        elif element.tag == "dl":
            self._definitions(element)
        else:
            self._part(element)

    def _part(self, element: Element) -> None:
        """A section; what begins a page on paper begins one here."""
        if "annex" in element.classes and self._look.is_ruled:
            self._begins_page = True
        if "imprint" in element.classes:
            self._imprint(element)
            return
        self.write(element)
        if "cover" in element.classes:
            self._begins_page = True

    def _loose(self, parts: Sequence[Element | str]) -> None:
        """Text that stands in a section without a paragraph of its own."""
        runs = runs_of(Element("", {}, list(parts)))
        if runs:
            self._paragraph(runs, self._style(Element("p", {})))

    def _paragraph(self, runs: Sequence[Run], style: str) -> Paragraph | None:
        if not runs:
            return None
        paragraph = self._new(self._known(style))
        add_runs(paragraph, runs, size=self._size(style))
        return paragraph

    def _new(self, style: str) -> Paragraph:
        """An empty paragraph at the end; the first of a page begins it."""
        paragraph = self._document.add_paragraph()
        paragraph._p.style = self._style_ids[style]
        if self._begins_page:
            paragraph.paragraph_format.page_break_before = True
            self._begins_page = False
        return paragraph

    def _style(self, element: Element) -> str:
        for name in sorted(element.classes):
            if self._has(_OWN_STYLES.get(name, "")):
                return _OWN_STYLES[name]
        for around in reversed(self._around):
            for name in sorted(around.classes):
                if self._has(_STYLES_INSIDE.get(name, "")):
                    return _STYLES_INSIDE[name]
            if around.tag == "blockquote":
                return "Quote"
        return "Caption" if element.tag in {"figcaption", "caption"} else "Normal"

    def _has(self, style: str) -> bool:
        return style in self._look.styles

    def _known(self, style: str) -> str:
        return style if self._has(style) else "Normal"

    def _size(self, style: str) -> float:
        return self._look.styles[self._known(style)].size

    def _heading(self, element: Element) -> None:
        is_annex = any("annex" in around.classes for around in self._around)
        style = _HEADINGS[element.tag]
        if is_annex and self._has("Annex title") and element.tag == "h2":
            style = "Annex title"
        paragraph = self._paragraph(runs_of(element), style)
        anchor = element.attributes.get("id", "")
        if paragraph is not None and anchor:
            self._bookmark(paragraph, anchor)
        if paragraph is not None and style == "Annex title":
            _set_outline(paragraph, 0)

    def _bookmark(self, paragraph: Paragraph, anchor: str) -> None:
        self._bookmarks += 1
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(self._bookmarks))
        start.set(qn("w:name"), _bookmark_name(anchor))
        first = paragraph._p.find(qn("w:r"))
        first.addprevious(start)
        paragraph._p.append(end)

    def _list(self, element: Element) -> None:
        style = "List Number" if element.tag == "ol" else "List Bullet"
        numbering = self._new_numbering(style) if element.tag == "ol" else None
        for item in element.elements:
            paragraph = self._new(style)
            add_runs(paragraph, runs_of(item), size=self._size(style))
            if numbering is not None:
                properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
                properties.get_or_add_ilvl().val = 0
                properties.get_or_add_numId().val = numbering

    def _new_numbering(self, style: str) -> int:
        """A numbering like the style's that begins at 1 again."""
        numbering = self._document.part.numbering_part.element
        own = self._document.styles[style].element.pPr.numPr.numId.val
        new = numbering.add_num(numbering.num_having_numId(own).abstractNumId.val)
        new.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(new.numId)

    def _table(self, element: Element) -> None:
        caption = next((child for child in element.elements if child.tag == "caption"), None)
        if caption is not None and "hidden" not in caption.classes:
            self._paragraph(runs_of(caption), "Caption")
        table = self._tables.table(element, self._look.width)
        if table is None:
            return
        body = self._document.element.body
        body.insert(len(body) - 1, table)
        # Two tables without a paragraph between them would become one.
        gap = self._document.add_paragraph(style="Normal").paragraph_format
        gap.space_before = gap.space_after = Pt(0)
        gap.line_spacing = Pt(8)

    def _fill_cell(self, cell: Element, written: BaseOxmlElement, is_bold: bool) -> None:
        """Each paragraph of a cell in a paragraph of its own; an empty one in an empty cell."""
        blocks: list[list[Element | str]] = [[]]
        for child in cell.children:
            if isinstance(child, str) or child.tag in _INLINE:
                blocks[-1].append(child)
            else:
                blocks += [[child], []]
        size = self._look.table_size
        for block in blocks:
            runs = runs_of(Element("", {}, block))
            if not runs and (block is not blocks[-1] or len(written) > 1):
                continue
            shown = Paragraph(cast("CT_P", OxmlElement("w:p")), self._document._body)
            shown._p.style = self._style_ids["Table text"]
            add_runs(shown, [_bold(run) for run in runs] if is_bold else runs, size=size)
            written.append(shown._p)

    def _contents(self, element: Element) -> None:
        """A table of contents that word processors can renew, and that leads where it says."""
        heading = next(element.all("h2"), None)
        if heading is not None:
            self._paragraph(runs_of(heading), "TOC Heading")
        links = list(element.all("a"))
        for place, link in enumerate(links):
            paragraph = self._new("toc 1")
            if place == 0:
                _add_field_part(paragraph, "begin")
                _add_instruction(paragraph, r'TOC \o "1-1" \n \h \z \u')
                _add_field_part(paragraph, "separate")
            target = OxmlElement("w:hyperlink")
            target.set(qn("w:anchor"), _bookmark_name(link.attributes.get("href", "")[1:]))
            target.append(paragraph.add_run(link.text)._r)
            paragraph._p.append(target)
            if place == len(links) - 1:
                _add_field_part(paragraph, "end")
        self._begins_page = True

    def _figure(self, element: Element) -> None:
        """Its caption, and what the picture shows: a picture of dots, else in figures or words."""
        for caption in element.all("figcaption"):
            self._paragraph(runs_of(caption), "Caption")
        for table in element.all("table"):
            self._table(table)
        for image in element.all("img"):
            if not self._picture(image):
                words = Element("", {}, [image])
                self._paragraph(runs_of(words), "Chart in words")

    def _picture(self, image: Element) -> bool:
        """Whether the picture is one that every word processor shows, and stands there now."""
        name = image.attributes.get("src", "").removeprefix(CHART_SCHEME)
        content = self._pictures.get(name, b"")
        if not content.startswith(_PICTURES):
            return False
        try:
            paragraph = self._new("Normal")
            shape = paragraph.add_run().add_picture(io.BytesIO(content))
        except UnrecognizedImageError:
            return False
        is_logo = "logo" in self._around[-1].classes
        wide, high = (Mm(90), Mm(22)) if is_logo else (Pt(self._look.width), Mm(200))
        scale = min(wide / shape.width, high / shape.height, 1.0)
        shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
        shape._inline.docPr.set("descr", plain(image.attributes.get("alt", "")))
        space = paragraph.paragraph_format
        space.alignment, space.first_line_indent = WD_ALIGN_PARAGRAPH.CENTER, Pt(0)
        space.line_spacing = 1.0
        return True

    def _definitions(self, element: Element) -> None:
        for pair in element.elements:
            self._paragraph(runs_of(pair), "Guidance")

    def _imprint(self, element: Element) -> None:
        """Between two rules: who gets copies, who issues, and at the right when."""
        lines = [child for child in element.elements if child.tag == "p"]
        for line in lines:
            issued = line.of_class("issued")
            paragraph = self._new("Imprint")
            stops = paragraph.paragraph_format.tab_stops
            stops.add_tab_stop(Pt(self._look.width), WD_TAB_ALIGNMENT.RIGHT)
            if issued is None:
                add_runs(paragraph, runs_of(line))
            else:
                name = line.text.replace(issued.text, "", 1).strip()
                add_runs(paragraph, [Run(name), Run(f"\t{issued.text}")])
            if line is not lines[0]:
                paragraph.paragraph_format.space_before = Pt(0)
            sides = [("top", lines[0]), ("bottom", lines[-1])]
            _rule(paragraph, *(side for side, end in sides if line is end))


def _bold(run: Run) -> Run:
    return Run(run.text, True, run.is_small, run.is_raised, run.breaks)


def _bookmark_name(anchor: str) -> str:
    """As word processors take it: letters, digits and underscores, 40 at most."""
    return "".join(sign if sign.isalnum() else "_" for sign in anchor)[:40]


def _set_outline(paragraph: Paragraph, level: int) -> None:
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level))
    paragraph._p.get_or_add_pPr().append(outline)


def _rule(paragraph: Paragraph, *sides: str) -> None:
    borders = OxmlElement("w:pBdr")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "8"), ("space", "4"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    paragraph._p.get_or_add_pPr().insert(1, borders)


def _add_field_part(paragraph: Paragraph, kind: str) -> None:
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(part)


def _add_instruction(paragraph: Paragraph, code: str) -> None:
    instruction = OxmlElement("w:instrText")
    instruction.set(_SPACE, "preserve")
    instruction.text = code
    paragraph.add_run()._r.append(instruction)
