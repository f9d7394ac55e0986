"""The form as its page shows it: sections with one card per indicator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.figures import plain_number, unit_text, value_text
from assessment.observations.statuses import Status
from assessment.submissions.answers import (
    AnswerInput,
    AnswerState,
    allowed_statuses,
    reported_nodes,
    state_of,
)
from assessment.submissions.completeness import (
    IndicatorCompleteness,
    Progress,
    indicator_completeness,
    section_of,
)
from assessment.submissions.forms import AnswerForm
from assessment.submissions.models import Answer, Evidence, Submission, Version
from assessment.submissions.numbers import expected_value
from assessment.submissions.queries import current_evidence, document_of
from assessment.submissions.services import Conflict, SaveOutcome
from assessment.submissions.versions import signed_state
from assessment.submissions.wording import read, score_effect, status_label


@dataclass(frozen=True)
class StatusChoice:
    """One radio button, with what choosing it means for the score."""

    value: str
    label: str
    effect: str
    is_checked: bool


@dataclass(frozen=True)
class Said:
    """An answer in words."""

    status: str
    value: str
    reason: str
    note: str


@dataclass(frozen=True)
class ConflictView:
    """Both answers of a conflict, side by side."""

    mine: Said
    theirs: Said
    by: str
    at: datetime | None
    revision: int


@dataclass
class Card:
    """One indicator on the page."""

    code: str
    title: str
    unit: str
    weight: str
    expected: str
    facts: list[tuple[str, str]]
    evidence_text: str
    is_evidence_required: bool
    said: Said
    completeness: IndicatorCompleteness
    files: list[Evidence]
    edited_by: str = ""
    edited_at: datetime | None = None
    form: AnswerForm | None = None
    choices: list[StatusChoice] = field(default_factory=list)
    conflict: ConflictView | None = None
    upload_problems: list[str] = field(default_factory=list)

    @property
    def has_problem(self) -> bool:
        """Whether something sent was not saved."""
        has_errors = self.form is not None and self.form.is_bound and bool(self.form.errors)
        return has_errors or self.conflict is not None or bool(self.upload_problems)


@dataclass
class Section:
    """One dimension."""

    code: str
    title: str
    description: str
    cards: list[Card] = field(default_factory=list)

    @property
    def complete(self) -> int:
        """How many indicators are complete."""
        return sum(card.completeness.is_complete for card in self.cards)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return self.complete == len(self.cards)

    @property
    def has_problem(self) -> bool:
        """Whether something sent in this section was not saved."""
        return any(card.has_problem for card in self.cards)


@dataclass(frozen=True)
class Attempt:
    """What a save left on the page: forms with problems, conflicts, refused files."""

    forms: Mapping[str, AnswerForm] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    uploads: Mapping[str, Sequence[str]] = field(default_factory=dict)


def bound_forms(submission: Submission, data: Mapping[str, Any]) -> dict[str, AnswerForm]:
    """A form per indicator over what was posted."""
    return {
        code: AnswerForm(node=node, state=AnswerState(), revision=0, data=data)
        for code, node in reported_nodes(document_of(submission)).items()
    }


def attempt_of(
    forms: Mapping[str, AnswerForm],
    outcome: SaveOutcome,
    uploads: Mapping[str, Sequence[str]],
) -> Attempt:
    """The forms that must show again what was typed, each with its problem."""
    kept = {}
    for code, problems in outcome.problems.items():
        if code in forms:
            forms[code].report(problems)
            kept[code] = forms[code]
    for code, conflict in outcome.conflicts.items():
        kept[code] = forms[code].again(conflict.theirs)
    return Attempt(kept, outcome.conflicts, uploads)


def build_sections(
    submission: Submission, *, is_editable: bool, attempt: Attempt | None = None
) -> list[Section]:
    """Every indicator of the form by dimension, in document order; two queries."""
    answers = {a.indicator: a for a in submission.answers.select_related("updated_by")}
    files: dict[str, list[Evidence]] = {}
    for item in current_evidence(submission):
        files.setdefault(item.indicator, []).append(item)
    attempt = attempt or Attempt()
    document = document_of(submission)
    sections: dict[str, Section] = {}
    for code, node in reported_nodes(document).items():
        section = _section(sections, document, node)
        card = _card(node, state_of(answers.get(code)), files.get(code, []))
        _name_editor(card, answers.get(code))
        if is_editable:
            _make_editable(card, document, node, answers.get(code), attempt)
        section.cards.append(card)
    return list(sections.values())


def signed_sections(version: Version) -> list[Section]:
    """Every indicator as the version signed says it, with the files it names; one query."""
    submission, content = version.submission, version.content
    known = {str(e.pk): e for e in submission.evidence.select_related("uploaded_by")}
    document = document_of(submission)
    sections: dict[str, Section] = {}
    for code, node in reported_nodes(document).items():
        state = signed_state(content["answers"].get(code))
        files = [known[item["id"]] for item in content["evidence"].get(code, [])]
        _section(sections, document, node).cards.append(_card(node, state, files))
    return list(sections.values())


def _section(sections: dict[str, Section], document: FrameworkDocument, node: Node) -> Section:
    """The section the indicator belongs to, made when its first indicator comes."""
    head = section_of(document, node)
    return sections.setdefault(
        head.code, Section(head.code, read(head.title), read(head.description))
    )


def unsaved_answers(submission: Submission, data: Mapping[str, Any]) -> list[tuple[str, str, Said]]:
    """What was typed on a page that can no longer be saved: (code, title, words)."""
    return [
        (code, read(form.node.title), _typed(form.typed))
        for code, form in bound_forms(submission, data).items()
        if form.is_touched
    ]


def _card(node: Node, state: AnswerState, files: list[Evidence]) -> Card:
    facts = [
        (name, read(text))
        for name, text in (
            (_("Definition"), node.definition),
            (_("Formula"), node.formula),
            (_("Guidance"), node.guidance),
            (_("Legal basis"), node.article),
        )
        if text is not None
    ]
    return Card(
        code=node.code,
        title=read(node.title),
        unit=unit_text(node, get_language() or "zh-hans"),
        weight=plain_number(node.weight) if node.weight else "",
        expected=expected_value(node),
        facts=facts,
        evidence_text=read(node.evidence.text) if node.evidence else "",
        is_evidence_required=bool(node.evidence and node.evidence.required),
        said=_said(node, state),
        completeness=indicator_completeness(node, state, len(files)),
        files=files,
    )


def _name_editor(card: Card, answer: Answer | None) -> None:
    if answer is not None:
        card.edited_by, card.edited_at = str(answer.updated_by or ""), answer.updated_at


def _make_editable(
    card: Card, document: FrameworkDocument, node: Node, answer: Answer | None, attempt: Attempt
) -> None:
    form = attempt.forms.get(node.code) or AnswerForm(
        node=node, state=state_of(answer), revision=answer.revision if answer else 0
    )
    card.form = form
    card.choices = _choices(document, node, form)
    card.upload_problems = list(attempt.uploads.get(node.code, ()))
    conflict = attempt.conflicts.get(node.code)
    if conflict is not None:
        card.conflict = ConflictView(
            _said(node, conflict.mine),
            _said(node, conflict.theirs),
            str(conflict.by or ""),
            conflict.at,
            conflict.revision,
        )


def _choices(document: FrameworkDocument, node: Node, form: AnswerForm) -> list[StatusChoice]:
    statuses = allowed_statuses(node)
    if len(statuses) == 1:
        return []
    chosen = str(form["status"].value() or "")
    found = [StatusChoice("", status_label(""), "", chosen == "")]
    for status in statuses:
        effect = "" if status == Status.VALUE else score_effect(document, node, status)
        found.append(StatusChoice(str(status), str(status.label), effect, chosen == status))
    return found


def _said(node: Node, state: AnswerState) -> Said:
    value = value_text(node, state.value, get_language() or "zh-hans")
    return Said(status_label(state.status), value, state.reason, state.note)


def _typed(typed: AnswerInput) -> Said:
    known = typed.status in {Status.VALUE, Status.NOTHING_TO_REPORT, Status.NOT_APPLICABLE}
    status = status_label(typed.status) if known else ""
    return Said(status, typed.value, typed.reason, typed.note)


def progress_shown(sections: Sequence[Section]) -> Progress:
    """The progress of the sections built, counted like everywhere else."""
    cards = [card for section in sections for card in section.cards]
    return Progress(
        complete=sum(card.completeness.is_complete for card in cards),
        required=len(cards),
        answered=sum(card.completeness.is_answered for card in cards),
        by_section={each.code: (each.complete, len(each.cards)) for each in sections},
    )
