"""A document read on the screen: what is printed, between a bar and a mark that say what it is."""

import re
from base64 import b64encode
from dataclasses import dataclass
from html import escape, unescape

from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from assessment.reports.printable import CHART_SCHEME, Printable, html_of

_PICTURE = re.compile(rf'src="{CHART_SCHEME}([^"]*)"')
_TABLE = re.compile(r"<table\b[^>]*>(?:\s*<caption\b[^>]*>(?P<caption>.*?)</caption>)?", re.S)
_FIGURE = re.compile(
    r"(?P<before><figcaption>(?P<caption>.*?)</figcaption>\s*)(?P<image><img\b[^>]*>)", re.S
)
_LANDMARK = re.compile(r"<(/?)(?:main|header)\b")
_PNG = b"\x89PNG"
_JPEG = b"\xff\xd8"


@dataclass(frozen=True)
class Surroundings:
    """What stands around the document, in the reader's language.

    ``bar`` leads back and to the files; ``mark`` says that nothing is issued by it.
    """

    bar: SafeString
    mark: SafeString


@dataclass(frozen=True)
class Links:
    """Where the bar leads. ``languages`` are tag, label and address of each; one is ``current``.

    ``pdf`` is empty where none was made.
    """

    back: str
    back_label: str
    languages: tuple[tuple[str, str, str], ...]
    current: str
    docx: str
    pdf: str


def surroundings(links: Links, remarks: tuple[str, ...]) -> Surroundings:
    """The bar and the mark in the active language; ``remarks`` say what else is to be known."""
    return Surroundings(
        bar=render_to_string("reports/preview/bar.html", {"links": links}),
        mark=render_to_string("reports/preview/mark.html", {"remarks": remarks}),
    )


def preview_html(contents: Printable, around: Surroundings) -> str:
    """The whole page; the contents' language must be active.

    Pictures stand in it as data: they have no address that would have to be guarded. What is
    wider than a screen scrolls by itself.
    """
    html = _whole(html_of(contents, around))
    html = _TABLE.sub(_scrolling, html).replace("</table>", "</table></div>")
    html = _FIGURE.sub(_scrolling_image, html)
    pictures = contents.pictures
    return _PICTURE.sub(lambda found: f'src="{_address(pictures[found[1]])}"', html)


def _whole(html: str) -> str:
    """On a page with a bar, the whole document is the main part, its head and foot as well."""
    return _LANDMARK.sub(r"<\1div", html)


def _scrolling(found: re.Match[str]) -> str:
    """A table inside an element that keys can scroll, named by the caption if there is one."""
    return f"{_frame(found['caption'])}{found[0]}"


def _scrolling_image(found: re.Match[str]) -> str:
    """The same of a picture; its caption stays where it is."""
    return f"{found['before']}{_frame(found['caption'])}{found['image']}</div>"


def _frame(caption: str | None) -> str:
    # The caption is markup already: its text is escaped once, where it becomes an attribute.
    text = unescape(strip_tags(caption or "")).strip()
    name = f' role="group" aria-label="{escape(text)}"' if text else ""
    return f'<div class="scroll" tabindex="0"{name}>'


def _address(picture: bytes) -> str:
    kind = "image/svg+xml"
    if picture.startswith(_PNG):
        kind = "image/png"
    elif picture.startswith(_JPEG):
        kind = "image/jpeg"
    return f"data:{kind};base64,{b64encode(picture).decode()}"
