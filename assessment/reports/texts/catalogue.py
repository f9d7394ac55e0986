"""The texts an office words itself, by document, each with its standard wording."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_noop, override
from django.utils.translation import gettext_lazy as _

from accounts.text import MAX_REMARK

CHINESE, ENGLISH = "zh-hans", "en"
_LINE = 200

# What each placeholder becomes. Days are written out, as official documents have them.
PLACEHOLDERS: Final[Mapping[str, str | Promise]] = {
    "body": _("The coordinating body’s name"),
    "region": _("The region’s name"),
    "contact": _("The coordinating body’s contact"),
    "cycle": _("The cycle’s name"),
    "framework": _("The framework’s name"),
    "period_start": _("First day of the period assessed"),
    "period_end": _("Last day of the period assessed"),
    "date": _("The day of the document"),
    "assessed": _("How many localities were assessed"),
    "ranked": _("How many localities are ranked"),
    "commended": _("How many localities are commended"),
    "median": _("The median of all scores"),
    "year": _("The year of the document"),
    "number": _("The number the document was given"),
    "locality": _("The locality’s name"),
    "score": _("The locality’s score; a dash where it has none"),
    "grade": _("The locality’s grade; a dash where it has none"),
    "rank": _("The locality’s rank; a dash where it has none"),
    "best_grade": _("The highest grade’s name"),
    "version": _("The number of the signed version"),
    "person": _("Who signed the form"),
}
_BODY = ("body", "region")
_REACH = (*_BODY, "contact", "cycle", "framework", "period_start", "period_end", "date")
_ALL = (*_REACH, "assessed", "ranked", "median")
_ONE = ("locality", "score", "grade", "rank")


@dataclass(frozen=True)
class OfficeText:
    """One text: what it is called, where it stands, what may stand in it.

    ``default`` is the standard wording as a source text for translation; an empty one prints
    nothing. ``is_line`` texts are one line, the others may have paragraphs.
    """

    key: str
    title: str | Promise
    place: str | Promise
    placeholders: tuple[str, ...]
    default: str = ""
    is_line: bool = False

    @property
    def longest(self) -> int:
        """How many characters it may have."""
        return _LINE if self.is_line else MAX_REMARK

    def standard(self, language: str) -> str:
        """The standard wording in a language, placeholders and all."""
        if not self.default:
            return ""
        with override(language):
            return gettext(self.default)


@dataclass(frozen=True)
class Group:
    """The texts of one document."""

    code: str
    title: str | Promise
    texts: tuple[OfficeText, ...]


GROUPS: Final = (
    Group(
        "letterhead",
        _("Letterhead and signature"),
        (
            OfficeText(
                "letterhead-mark",
                _("Name at the top"),
                _("On the cover of reports, and in red at the top of official documents."),
                _BODY,
                "{body}",
                is_line=True,
            ),
            OfficeText(
                "letterhead-number",
                _("Document number"),
                _("Under the name at the top of the commendation, once it was given a number."),
                ("year", "number"),
                gettext_noop("No. {number} of {year}"),
                is_line=True,
            ),
            OfficeText(
                "letterhead-signature",
                _("Name under the text"),
                _("Under the text of official documents, and in their last line."),
                _BODY,
                "{body}",
                is_line=True,
            ),
            OfficeText(
                "letterhead-logo",
                _("The logo in words"),
                _("Read aloud in place of the logo, where there is one."),
                _BODY,
                gettext_noop("Logo of {body}"),
                is_line=True,
            ),
        ),
    ),
    Group(
        "report",
        _("Evaluation report"),
        (
            OfficeText(
                "report-opening",
                _("Opening remarks"),
                _("Before the summary, under the table of contents."),
                (*_ALL, *_ONE),
            ),
            OfficeText(
                "report-closing",
                _("Closing remarks"),
                _("After the results, before the annexes."),
                (*_ALL, *_ONE),
            ),
        ),
    ),
    Group(
        "regional",
        _("Regional summary report"),
        (
            OfficeText(
                "regional-opening",
                _("Opening remarks"),
                _("Before the summary, under the table of contents."),
                _ALL,
            ),
            OfficeText(
                "regional-closing",
                _("Closing remarks"),
                _("After the results, before the annexes."),
                _ALL,
            ),
        ),
    ),
    Group(
        "reports",
        _("Both reports"),
        (
            OfficeText(
                "reports-contact",
                _("Contact person"),
                _("After the closing remarks: name, telephone, e-mail."),
                ("body", "contact"),
                is_line=True,
            ),
            OfficeText(
                "reports-method",
                _("Note on the method"),
                _("In the annex on the method, after what the software says of it."),
                _ALL,
            ),
        ),
    ),
    Group(
        "commendation",
        _("Commendation"),
        (
            OfficeText(
                "commendation-addressee",
                _("Addressee"),
                _("The line before the text."),
                _BODY,
                gettext_noop("To all localities assessed:"),
                is_line=True,
            ),
            OfficeText(
                "commendation-opening",
                _("Opening of the text"),
                _("Before the localities that are commended."),
                (*_ALL, "commended", "best_grade"),
                gettext_noop(
                    "By “{framework}” the cooperation of {assessed} localities from "
                    "{period_start} to {period_end} was assessed; the results were published on "
                    "{date}. The following reached the grade “{best_grade}” and are commended:"
                ),
            ),
            OfficeText(
                "commendation-line",
                _("Line of a locality"),
                _("Once for each locality that is commended, best first."),
                _ONE,
                gettext_noop("{locality}: {score} points, rank {rank}."),
                is_line=True,
            ),
            OfficeText(
                "commendation-closing",
                _("Close of the text"),
                _("After the localities that are commended."),
                (*_ALL, "commended", "best_grade"),
                gettext_noop(
                    "May those commended keep up what they achieved, and may the others learn "
                    "from it."
                ),
            ),
            OfficeText(
                "commendation-copies",
                _("Copies to"),
                _("At the foot of the last page, above the line of issue."),
                _BODY,
                is_line=True,
            ),
        ),
    ),
    Group(
        "receipt",
        _("Receipt"),
        (
            OfficeText(
                "receipt-opening",
                _("Opening of the text"),
                _("Before what was received."),
                (*_BODY, "contact", "cycle", "locality", "version", "person", "date"),
                gettext_noop("The form of {locality} for “{cycle}” was received as follows."),
            ),
            OfficeText(
                "receipt-closing",
                _("Close of the text"),
                _("After what was received, before the annex."),
                (*_BODY, "contact", "cycle", "locality", "version", "person", "date"),
            ),
        ),
    ),
    Group(
        "blank",
        _("Blank form"),
        (
            OfficeText(
                "blank-how",
                _("How to fill it in"),
                _("At the head of the printed form."),
                (*_BODY, "contact"),
                gettext_noop(
                    "Write one answer for each indicator: a figure without its unit, or a tick "
                    "(✓) in a box. Name the files that prove it. The answers are then entered in "
                    "the form on the screen, where the files are attached and the form is signed."
                ),
            ),
        ),
    ),
)
TEXTS: Final[Mapping[str, OfficeText]] = {
    text.key: text for group in GROUPS for text in group.texts
}
DOCUMENT_OF: Final[Mapping[str, Group]] = {
    text.key: group for group in GROUPS for text in group.texts
}

# What the event log calls them: the same title stands in several documents.
LABELS: Final[Mapping[str, Promise]] = {
    text.key: format_lazy("{} · {}", group.title, text.title)
    for group in GROUPS
    for text in group.texts
}
