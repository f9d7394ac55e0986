"""Text inside a paragraph: runs with their emphasis, line breaks, writing from right to left."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from docx.enum.text import WD_BREAK
from docx.oxml.parser import OxmlElement
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph

from assessment.reports.word.markup import BLANKS, Element, plain

# Hebrew, Arabic and their neighbours and presentation forms, with the blanks between their words.
_FROM_THE_RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_DIRECTIONS = re.compile(rf"([{_FROM_THE_RIGHT}](?:[{_FROM_THE_RIGHT}\s]*[{_FROM_THE_RIGHT}])?)")
_MUTED = RGBColor(0x3D, 0x48, 0x54)
# What stands on a line of its own below the text before it.
_OWN_LINE = frozenset({"origin", "small", "span"})
_SMALL = frozenset({"origin", "small", "code", "points", "article", "interval", "of", "span"})
# Drawn on paper; in a text, signs to be replaced.
_SIGNS = {"box": "☐ ", "write": "________________"}


@dataclass(frozen=True)
class Run:
    """A piece of text that looks alike; a line break before it with ``breaks``."""

    text: str
    is_bold: bool = False
    is_small: bool = False
    is_raised: bool = False
    breaks: bool = False


def runs_of(element: Element) -> list[Run]:
    """What stands in the element, white space collapsed as a browser does."""
    return list(_collapsed(_runs(element, Run(""))))


def add_runs(paragraph: Paragraph, runs: Iterable[Run], *, size: float | None = None) -> None:
    """Write the runs at the end of the paragraph; small ones smaller than ``size`` points."""
    for run in runs:
        if run.breaks:
            paragraph.add_run().add_break(WD_BREAK.LINE)
        for text, is_from_right in _directed(run.text):
            written = paragraph.add_run(text)
            if run.is_bold:
                written.bold = True
            if run.is_raised:
                written.font.superscript = True
            if run.is_small:
                written.font.color.rgb = _MUTED
                written.font.size = Pt(max(6.5, (size or 10) - 1.5))
                written.bold = False
            if is_from_right:
                written._r.get_or_add_rPr().append(OxmlElement("w:rtl"))


def _runs(element: Element, look: Run) -> Iterator[Run]:
    for child in element.children:
        if isinstance(child, str):
            yield replace(look, text=child, breaks=False)
            continue
        if child.tag == "br":
            yield Run("", breaks=True)
            continue
        if child.tag == "img":
            yield replace(look, text=plain(child.attributes.get("alt", "")), breaks=False)
            continue
        inner = replace(
            look,
            is_bold=look.is_bold or child.tag in {"strong", "b", "dt"},
            is_small=look.is_small or bool(child.classes & _SMALL),
            is_raised=look.is_raised or child.tag == "sup",
        )
        if child.classes & _OWN_LINE:
            yield Run("", breaks=True)
        for name in child.classes & _SIGNS.keys():
            yield replace(inner, text=_SIGNS[name])
        if child.tag == "dd":
            yield Run(" ")
        yield from _runs(child, inner)
        if "tick" in child.classes:
            yield replace(inner, text="\u3000")


def _collapsed(runs: Iterable[Run]) -> Iterator[Run]:
    """No blank at the beginning of a line, one at most between words, and none at the end."""
    is_start, waits, breaks = True, False, False
    for run in runs:
        breaks = breaks or (run.breaks and not is_start)
        if run.breaks:
            is_start, waits = True, False
        text = BLANKS.sub(" ", run.text)
        if not text:
            continue
        waits = waits or (text.startswith(" ") and not is_start)
        body = text.strip(" ")
        if not body:
            continue
        yield replace(run, text=f"{' ' if waits and not is_start else ''}{body}", breaks=breaks)
        is_start, breaks, waits = False, False, text.endswith(" ")


def _directed(text: str) -> Iterator[tuple[str, bool]]:
    """The text in pieces, and of each whether it is written from right to left."""
    for piece in _DIRECTIONS.split(text):
        if piece:
            yield piece, _DIRECTIONS.fullmatch(piece) is not None
