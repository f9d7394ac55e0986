"""The wording of a region's documents: what its office wrote, else the standard wording."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop

from accounts.models import Region
from assessment.engine.texts import is_chinese
from assessment.jobs.failures import JobFailed
from assessment.reports.models import Logo
from assessment.reports.queries import logo_in_force, texts_in_force
from assessment.reports.texts.catalogue import TEXTS
from assessment.reports.texts.placeholders import filled

# The logo's address inside a document; nothing outside can use it.
LOGO_NAME = "logo.png"
NO_LOGO = gettext_noop(
    "The logo of the letterhead is missing from the storage, so nothing was made. Upload it "
    "again, or take it out of the letterhead."
)


@dataclass(frozen=True)
class Wording:
    """The texts of one region in one language; ``written`` holds what differs from the standard."""

    language: str
    written: Mapping[str, str]

    def line(self, key: str, values: Mapping[str, object]) -> str:
        """A text with its placeholders filled; empty where nothing is to be printed."""
        text = self.written.get(key) or TEXTS[key].standard(self.language)
        return filled(text, values)

    def paragraphs(self, key: str, values: Mapping[str, object]) -> tuple[str, ...]:
        """The same in its paragraphs; a line of its own is one."""
        return paragraphs_of(self.line(key, values))


@dataclass(frozen=True)
class LogoPicture:
    """The logo as a document holds it: PNG."""

    content: bytes
    alternative_text: str

    @property
    def name(self) -> str:
        """Its address inside the document."""
        return LOGO_NAME


@dataclass(frozen=True)
class Letterhead:
    """The name at the top, the logo above it, and the signature."""

    mark: str
    signature: str
    logo: LogoPicture | None = None

    @property
    def pictures(self) -> dict[str, bytes]:
        """What a document with it may load, by address."""
        return {} if self.logo is None else {self.logo.name: self.logo.content}


@dataclass(frozen=True)
class Framing:
    """What the office says around the figures of a report; empty parts are not printed."""

    letterhead: Letterhead
    opening: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    contact: str = ""
    method_note: tuple[str, ...] = ()

    @property
    def has_close(self) -> bool:
        """Whether anything stands between the results and the annexes."""
        return bool(self.closing or self.contact)


def wording_of(region: Region, language: str, at: datetime | None = None) -> Wording:
    """What the region's documents say in the language, today or at that moment; one SQL query."""
    written = {
        key: version.text_zh if is_chinese(language) else version.text_en
        for key, version in texts_in_force(region, at).items()
    }
    return Wording(language, written)


def letterhead_of(
    region: Region, wording: Wording, values: Mapping[str, object], at: datetime | None = None
) -> Letterhead:
    """The letterhead, today's or that of a moment; one SQL query.

    ``JobFailed`` where the storage has lost the logo: a document without it would pass for whole.
    """
    logo = logo_in_force(region, at)
    return Letterhead(
        mark=wording.line("letterhead-mark", values),
        signature=wording.line("letterhead-signature", values),
        logo=None
        if logo is None
        else LogoPicture(_content(logo), wording.line("letterhead-logo", values)),
    )


def framing_of(
    kind: str, region: Region, wording: Wording, values: Mapping[str, object]
) -> Framing:
    """What the office says in a report; ``kind`` is ``report`` or ``regional``."""
    return Framing(
        letterhead=letterhead_of(region, wording, values),
        opening=wording.paragraphs(f"{kind}-opening", values),
        closing=wording.paragraphs(f"{kind}-closing", values),
        contact=wording.line("reports-contact", values),
        method_note=wording.paragraphs("reports-method", values),
    )


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The lines of a text that have something in them."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _content(logo: Logo) -> bytes:
    try:
        with logo.file.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        raise JobFailed(NO_LOGO) from None
    return content
