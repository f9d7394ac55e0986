"""Official documents in the layout of GB/T 9704-2012: what they say, in the active language."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.moments import time_text
from assessment.cycles.calendar import LOCAL_ZONE, local_date
from assessment.engine.texts import is_chinese
from assessment.publication.models import Publication
from assessment.reports.attachments import DataFile
from assessment.reports.commended import commended
from assessment.reports.frozen import FrozenRun
from assessment.reports.headings import chinese_number
from assessment.reports.queries import number_of
from assessment.reports.texts.in_force import Letterhead, Wording, letterhead_of, wording_of
from assessment.reports.texts.values import (
    commendation_values,
    day_text,
    locality_values,
    number_values,
    receipt_values,
)
from assessment.submissions.models import Version
from assessment.submissions.sections import Section, signed_sections, signed_text

# Official documents are set solid: no space between Chinese and a numeral.
_SPACE = re.compile("(?<=[\u4e00-\u9fff，]) (?=[0-9])|(?<=[0-9]) (?=[\u4e00-\u9fff])")
# Where a Chinese heading may go on to the next line: between its parts and after the year.
_SEAM = "\u200b"
_JOINER = "\u2060"
_LONGEST_PART = 18


@dataclass(frozen=True)
class Notice:
    """What every official document has.

    ``author`` is the body that issues it, ``letterhead`` how it names itself in it,
    ``heading_parts`` the title in the parts that a line may end with, ``addressee`` the line
    before the text, ``copies`` who gets a copy, ``document_number`` stands
    under the letterhead (发文字号) where there is one. Nothing is drawn in it but the logo.
    """

    style_sheets: ClassVar[tuple[str, ...]] = ("reports/notice.css",)

    language: str
    author: str
    letterhead: Letterhead
    heading_parts: tuple[str, ...]
    addressee: str
    published_at: datetime
    is_demonstration: bool
    copies: str = field(default="", kw_only=True)
    document_number: str = field(default="", kw_only=True)

    @property
    def heading(self) -> str:
        """The title in one piece."""
        return "".join(self.heading_parts)

    @property
    def heading_as_set(self) -> str:
        """The title with its lines ending between its parts, so that no word is torn."""
        parts = (
            part if len(part) > _LONGEST_PART else _JOINER.join(part) for part in self.heading_parts
        )
        return _SEAM.join(parts)

    @property
    def title(self) -> str:
        """What it is called; also the reason of its signature."""
        return self.heading

    @property
    def full_title(self) -> str:
        """The title in the file's metadata."""
        return self.heading

    @property
    def pictures(self) -> Mapping[str, bytes]:
        """What it may load, by address."""
        return self.letterhead.pictures

    @property
    def data(self) -> Sequence[DataFile]:
        """What is attached to the file."""
        return ()

    @property
    def date_in_words(self) -> str:
        """The day of issue: year, month and day in Arabic numerals."""
        return day_text(local_date(self.published_at), self.language)

    @property
    def issued(self) -> str:
        """The last line of the document: when it was issued."""
        return _solid(_("Issued %(day_in_words)s") % {"day_in_words": self.date_in_words})


@dataclass(frozen=True)
class CommendationContents(Notice):
    """Commends the localities that reached the highest grade, best first."""

    template: ClassVar[str] = "reports/pdf/commendation.html"

    opening: tuple[str, ...]
    lines: tuple[str, ...]
    closing: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """One numbered point of a receipt."""

    number: str
    title: str
    text: str
    is_hash: bool = False


@dataclass(frozen=True)
class ReceiptContents(Notice):
    """Confirms one signed version of a form and repeats what it says."""

    template: ClassVar[str] = "reports/pdf/receipt.html"

    opening: tuple[str, ...]
    closing: tuple[str, ...]
    facts: tuple[Fact, ...]
    sections: list[Section]
    signed_form: DataFile

    @property
    def data(self) -> Sequence[DataFile]:
        """The signed content: its SHA-256 is the one the receipt states."""
        return (self.signed_form,)


def commendation_contents(publication: Publication, language: str) -> CommendationContents:
    """The commendation of a publication's best; the language must be active."""
    run, region = FrozenRun(publication), publication.cycle.region
    best, wording = commended(publication), wording_of(region, language)
    values = commendation_values(run, len(best), language)
    at = publication.published_at or publication.made_at
    return CommendationContents(
        language=language,
        author=publication.body_name,
        letterhead=letterhead_of(region, wording, values),
        heading_parts=_parts(
            _("Commendation of the best in “%(cycle)s”"), publication.cycle_name, language
        ),
        addressee=wording.line("commendation-addressee", values),
        published_at=at.astimezone(LOCAL_ZONE),
        is_demonstration=publication.cycle.is_demonstration,
        opening=_all_solid(wording.paragraphs("commendation-opening", values)),
        lines=tuple(
            _solid(wording.line("commendation-line", locality_values(run, code, language)))
            for code in best
        ),
        closing=_all_solid(wording.paragraphs("commendation-closing", values)),
        copies=wording.line("commendation-copies", values),
        document_number=_numbered(publication, wording),
    )


def _numbered(publication: Publication, wording: Wording) -> str:
    number = number_of(publication)
    if number is None:
        return ""
    return wording.line("letterhead-number", number_values(publication, number))


def receipt_contents(version: Version, language: str) -> ReceiptContents:
    """The receipt of a signed version; the language must be active.

    Dated by the signature and worded as then, so that the same version gives the same file
    whenever it is made.
    """
    submission, at = version.submission, version.signed_at
    region = submission.cycle.region
    wording, values = wording_of(region, language, at), receipt_values(version, language)
    cycle, sections = submission.cycle, signed_sections(version)
    answers, evidence = version.content["answers"], version.content["evidence"]
    said = [
        (
            _("Version"),
            _solid(
                _("Version %(number)s, signed and submitted by %(person)s on %(time)s.")
                % {
                    "number": version.number,
                    "person": version.content["signed_by"] or "—",
                    "time": time_text(version.signed_at),
                }
            ),
        ),
        (
            _("What it holds"),
            _held(len(answers), sum(len(files) for files in evidence.values())),
        ),
        (_("SHA-256 of the contents"), version.sha256),
    ]
    if version.statement:
        said.append((_("Statement signed"), version.statement))
    return ReceiptContents(
        language=language,
        author=region.body_name,
        letterhead=letterhead_of(region, wording, values, at),
        heading_parts=_parts(_("Receipt of the form for “%(cycle)s”"), cycle.name, language),
        addressee=_("%(locality)s:") % {"locality": submission.locality.name},
        published_at=at.astimezone(LOCAL_ZONE),
        is_demonstration=cycle.is_demonstration,
        opening=_all_solid(wording.paragraphs("receipt-opening", values)),
        closing=_all_solid(wording.paragraphs("receipt-closing", values)),
        facts=tuple(
            Fact(_number(place, language), title, text, is_hash=text == version.sha256)
            for place, (title, text) in enumerate(said)
        ),
        sections=sections,
        signed_form=DataFile(
            "form.json",
            _("The signed content; its SHA-256 is the one stated"),
            signed_text(version),
            version.signed_at.astimezone(UTC),
        ),
    )


def _parts(heading: str, cycle: str, language: str) -> tuple[str, ...]:
    """The heading about a cycle, in the parts that stay whole; English breaks at any blank."""
    if not is_chinese(language):
        return (heading % {"cycle": cycle},)
    before, _cycle, behind = (heading % {"cycle": _SEAM}).partition(_SEAM)
    year, mark, rest = cycle.partition("年度")
    parts = (before + year + mark, rest, behind)
    return tuple(_solid(part) for part in parts if part)


def _held(answers: int, files: int) -> str:
    """How much a signed form holds."""
    told = {
        "answers": ngettext("%(count)s answer", "%(count)s answers", answers) % {"count": answers},
        "files": ngettext("%(count)s file of evidence", "%(count)s files of evidence", files)
        % {"count": files},
    }
    return _solid(_("%(answers)s and %(files)s.") % told)


def _solid(text: str) -> str:
    return _SPACE.sub("", text)


def _all_solid(paragraphs: Iterable[str]) -> tuple[str, ...]:
    return tuple(_solid(paragraph) for paragraph in paragraphs)


def _number(place: int, language: str) -> str:
    return f"{chinese_number(place)}、" if is_chinese(language) else f"{place + 1}. "
