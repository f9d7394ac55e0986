"""Official documents in the layout of GB/T 9704-2012: what they say, in the active language."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.moments import time_text
from assessment.cycles.calendar import LOCAL_ZONE, local_date
from assessment.engine.document import Grade
from assessment.engine.texts import is_chinese
from assessment.publication.models import Publication
from assessment.reports.attachments import DataFile
from assessment.reports.commended import commended
from assessment.reports.frozen import FrozenRun
from assessment.reports.headings import chinese_number
from assessment.reports.numbers import published
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

    ``letterhead`` is the body that issues it, ``heading_parts`` its title in the parts that a
    line may end with, ``addressee`` the line before the text. Nothing is drawn in it.
    """

    style_sheets: ClassVar[tuple[str, ...]] = ("reports/notice.css",)
    pictures: ClassVar[Mapping[str, bytes]] = {}

    language: str
    letterhead: str
    heading_parts: tuple[str, ...]
    addressee: str
    published_at: datetime
    is_demonstration: bool

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
    def author(self) -> str:
        """Who issues it."""
        return self.letterhead

    @property
    def data(self) -> Sequence[DataFile]:
        """What is attached to the file."""
        return ()

    @property
    def date_in_words(self) -> str:
        """The day of issue: year, month and day in Arabic numerals."""
        return _day(local_date(self.published_at), self.language)

    @property
    def issued(self) -> str:
        """The last line of the document: when it was issued."""
        return _solid(_("Issued %(date)s") % {"date": self.date_in_words})


@dataclass(frozen=True)
class CommendationContents(Notice):
    """Commends the localities that reached the highest grade, best first."""

    template: ClassVar[str] = "reports/pdf/commendation.html"

    opening: str
    lines: tuple[str, ...]


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

    opening: str
    facts: tuple[Fact, ...]
    sections: list[Section]
    signed_form: DataFile

    @property
    def data(self) -> Sequence[DataFile]:
        """The signed content: its SHA-256 is the one the receipt states."""
        return (self.signed_form,)


def commendation_contents(publication: Publication, language: str) -> CommendationContents:
    """The commendation of a publication's best; the language must be active."""
    run = FrozenRun(publication)
    best: Grade = run.framework.grades[0]
    traced = dict(run.everywhere(run.framework.root))
    at = publication.published_at or publication.made_at
    return CommendationContents(
        language=language,
        letterhead=publication.body_name,
        heading_parts=_parts(
            _("Commendation of the best in “%(cycle)s”"), publication.cycle_name, language
        ),
        addressee=_("To all localities assessed:"),
        published_at=at.astimezone(LOCAL_ZONE),
        is_demonstration=publication.cycle.is_demonstration,
        opening=_solid(
            _(
                "By “%(framework)s” the cooperation of %(count)s localities from %(from_day)s to "
                "%(to_day)s was assessed; the results were published on %(on_day)s. The following "
                "reached the grade “%(grade)s” and are commended:"
            )
            % {
                "framework": run.framework.title.text(language),
                "count": run.assessed,
                "from_day": _day(publication.cycle.period_start_date, language),
                "to_day": _day(publication.cycle.period_end_date, language),
                "on_day": _day(local_date(at), language),
                "grade": best.title.text(language),
            }
        ),
        lines=tuple(
            _solid(
                _("%(locality)s: %(score)s points, rank %(rank)s.")
                % {
                    "locality": publication.run.places[code].name,
                    "score": published(traced[code]["published"]),
                    "rank": traced[code]["rank"],
                }
            )
            for code in commended(publication)
        ),
    )


def receipt_contents(version: Version, language: str) -> ReceiptContents:
    """The receipt of a signed version; the language must be active.

    Dated by the signature, so that the same version gives the same file whenever it is made.
    """
    submission = version.submission
    cycle, sections = submission.cycle, signed_sections(version)
    names = {"cycle": cycle.name, "locality": submission.locality.name}
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
        letterhead=cycle.region.body_name,
        heading_parts=_parts(_("Receipt of the form for “%(cycle)s”"), cycle.name, language),
        addressee=_("%(locality)s:") % names,
        published_at=version.signed_at.astimezone(LOCAL_ZONE),
        is_demonstration=cycle.is_demonstration,
        opening=_solid(
            _("The form of %(locality)s for “%(cycle)s” was received as follows.") % names
        ),
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


def _number(place: int, language: str) -> str:
    return f"{chinese_number(place)}、" if is_chinese(language) else f"{place + 1}. "


def _day(day: date, language: str) -> str:
    """As official documents write it: no leading zeros, no numerals in Chinese characters."""
    if is_chinese(language):
        return dateformat.format(day, "Y年n月j日")
    return dateformat.format(day, "j F Y")
