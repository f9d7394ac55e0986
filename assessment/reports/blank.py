"""The form without answers, to print and fill in by hand; in the active language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext as _

from accounts.models import Region
from assessment.cycles.calendar import LOCAL_ZONE
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.figures import plain_number
from assessment.frameworks.models import FrameworkVersion
from assessment.observations.statuses import Status
from assessment.reports.attachments import DataFile
from assessment.reports.texts.in_force import wording_of
from assessment.reports.texts.values import body_values
from assessment.submissions.models import Submission
from assessment.submissions.sections import Card, blank_sections
from assessment.submissions.wording import read, whom_to_ask


@dataclass(frozen=True)
class BlankField:
    """One indicator with what may be written or ticked.

    ``statuses`` are the kinds of answer, none where only a value is taken; ``choices`` what a
    value may be chosen from, none where it is a figure.
    """

    number: str
    card: Card
    statuses: tuple[str, ...]
    choices: tuple[str, ...]
    asks_reason: bool


@dataclass(frozen=True)
class BlankSection:
    """One dimension."""

    number: int
    title: str
    description: str
    fields: tuple[BlankField, ...]


@dataclass(frozen=True)
class BlankContents:
    """The whole form; ``facts`` stand below its title, ``heading`` is the title."""

    template: ClassVar[str] = "reports/pdf/blank.html"
    style_sheets: ClassVar[tuple[str, ...]] = ("reports/blank.css",)
    pictures: ClassVar[Mapping[str, bytes]] = {}

    language: str
    heading: str
    author: str
    how: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[BlankSection, ...]
    published_at: datetime
    is_demonstration: bool

    @property
    def title(self) -> str:
        """What it is called; also the reason of its signature."""
        return f"{_('Blank form')}: {self.heading}"

    @property
    def full_title(self) -> str:
        """The title in the file's metadata."""
        return self.title

    @property
    def data(self) -> Sequence[DataFile]:
        """Nothing is attached."""
        return ()


def blank_form(submission: Submission, language: str) -> BlankContents:
    """The form of one locality in its cycle; the language must be active.

    Dated by the opening of the collection: the same form gives the same file until the office
    words it anew.
    """
    cycle = submission.cycle
    period = f"{cycle.period_start_date.isoformat()} – {cycle.period_end_date.isoformat()}"
    return BlankContents(
        language=language,
        heading=cycle.name,
        author=cycle.region.body_name,
        how=_how(cycle.region, language),
        facts=(
            (_("Locality"), f"{submission.locality.name} {submission.locality.code}"),
            (_("Period assessed"), period),
            (_("Last day"), submission.end_date.isoformat()),
            (_("Contact"), whom_to_ask(submission)),
        ),
        sections=_sections(cycle.framework_version.parsed),
        published_at=submission.created_at.astimezone(LOCAL_ZONE),
        is_demonstration=cycle.is_demonstration,
    )


def blank_framework(version: FrameworkVersion, language: str) -> BlankContents:
    """What a framework version asks localities, as such; the language must be active."""
    document = version.parsed
    at = version.frozen_at or version.updated_at
    return BlankContents(
        language=language,
        heading=read(document.title),
        author=version.framework.region.body_name,
        how=_how(version.framework.region, language),
        facts=(
            (_("Framework"), f"{version.framework.name} {version.framework.code}"),
            (_("Version"), f"{version.number} · {document.version}"),
            (_("Locality"), ""),
            (_("Period assessed"), ""),
        ),
        sections=_sections(document),
        published_at=at.astimezone(LOCAL_ZONE),
        is_demonstration="notice" in version.document,
    )


def _how(region: Region, language: str) -> tuple[str, ...]:
    return wording_of(region, language).paragraphs("blank-how", body_values(region))


def _sections(document: FrameworkDocument) -> tuple[BlankSection, ...]:
    return tuple(
        BlankSection(
            number=place,
            title=section.title,
            description=section.description,
            fields=tuple(
                _field(f"{place}.{row}", document.node(card.code), card)
                for row, card in enumerate(section.cards, start=1)
            ),
        )
        for place, section in enumerate(blank_sections(document), start=1)
    )


def _field(number: str, node: Node, card: Card) -> BlankField:
    allowed = node.value.allow if node.value is not None else ()
    others = [Status(status) for status in allowed]
    statuses = [str(status.label) for status in (Status.VALUE, *others)] if others else []
    return BlankField(
        number=number,
        card=card,
        statuses=tuple(statuses),
        choices=_choices(node),
        asks_reason=Status.NOT_APPLICABLE in others,
    )


def _choices(node: Node) -> tuple[str, ...]:
    spec = node.value
    if spec is None:
        return ()
    if spec.type == "boolean":
        return (_("Yes"), _("No"))
    return tuple(f"{plain_number(level.value)} · {read(level.title)}" for level in spec.levels)
