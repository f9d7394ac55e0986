"""What can be printed, read on the screen or edited, and its one form as HTML."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

from django.template.loader import render_to_string

from assessment.reports.attachments import DataFile

# Before the name of a picture: an address inside the document, which nothing else knows.
CHART_SCHEME: Final = "chart:"
_UNIT_STROKE = re.compile(r"(?<=[A-Za-zµμ])/(?=[a-z]{1,3}[²³])")
_HAN = "\u4e00-\u9fff"
# A number stays with its sign or with the Chinese words beside it.
_BESIDE_NUMBER = re.compile(rf"(?<=\d) (?=[%{_HAN}])|(?<=[{_HAN}]) (?=\d)")


class Printable(Protocol):
    """What can be set: ``template`` reads it as ``report``, ``title`` says what is signed."""

    @property
    def template(self) -> str:
        """Path of the template."""

    @property
    def title(self) -> str:
        """What the document is called."""

    @property
    def style_sheets(self) -> Sequence[str]:
        """Its style, and what is set over it to save an almost empty last page."""

    @property
    def pictures(self) -> Mapping[str, bytes]:
        """What it may load, by address."""

    @property
    def data(self) -> Sequence[DataFile]:
        """What is attached to it."""

    @property
    def published_at(self) -> datetime:
        """The moment it carries and is signed at."""


def html_of(contents: Printable, preview: object = None, *, is_text: bool = False) -> str:
    """The document before it is set; with ``preview`` (``preview.Surroundings``) to be read.

    ``is_text`` has the figures of drawings as tables, for files that hold none.
    """
    context = {"report": contents, "preview": preview, "is_text": is_text}
    return _kept_together(render_to_string(contents.template, context))


def _kept_together(html: str) -> str:
    """A word joiner where lines may break otherwise: after the stroke of units such as µg/m³,
    and after the space between a number and what it counts."""
    return _BESIDE_NUMBER.sub(" \u2060", _UNIT_STROKE.sub("/\u2060", html))
