"""The form as its page lets people fill it in: the sections with fields and refusals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from assessment.cycles.models import Cycle
from assessment.engine.document import FrameworkDocument, Node
from assessment.observations.statuses import Status
from assessment.submissions.answers import (
    AnswerInput,
    AnswerState,
    allowed_statuses,
    reported_nodes,
    state_of,
)
from assessment.submissions.checks import Place
from assessment.submissions.completeness import IndicatorCompleteness
from assessment.submissions.forms import AnswerForm, PeriodForm
from assessment.submissions.models import Answer, Evidence, Submission
from assessment.submissions.queries import document_of
from assessment.submissions.sections import (
    Card,
    Said,
    Section,
    ShownFinding,
    current_card,
    current_sections,
    in_words,
)
from assessment.submissions.services import Conflict, ExplanationInput, SaveOutcome
from assessment.submissions.wording import read, score_effect, status_label


@dataclass(frozen=True)
class StatusChoice:
    """One radio button, with what choosing it means for the score."""

    value: str
    label: str
    effect: str
    is_checked: bool


@dataclass(frozen=True)
class ConflictView:
    """Both answers of a conflict, side by side."""

    mine: Said
    theirs: Said
    by: str
    at: datetime | None
    revision: int


@dataclass
class EditableCard(Card):
    """One indicator with the fields that change it and what was refused of a save."""

    form: AnswerForm | None = None
    choices: list[StatusChoice] = field(default_factory=list)
    conflict: ConflictView | None = None
    upload_problems: list[str] = field(default_factory=list)
    period: PeriodForm | None = None

    @property
    def is_unsaved(self) -> bool:
        """Whether the answer sent was refused or is in conflict."""
        has_errors = self.form is not None and self.form.is_bound and bool(self.form.errors)
        return has_errors or self.conflict is not None

    @property
    def has_problem(self) -> bool:
        """Whether anything sent, answer or file, was not saved."""
        is_refused = any(each.problems for each in self.findings)
        return self.is_unsaved or is_refused or bool(self.upload_problems)


@dataclass(frozen=True)
class Attempt:
    """What a save left on the page: forms with problems, conflicts, what else was refused."""

    forms: Mapping[str, AnswerForm] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)
    uploads: Mapping[str, Sequence[str]] = field(default_factory=dict)
    periods: Mapping[str, PeriodForm] = field(default_factory=dict)
    # Refused explanations by place: why, and what was written.
    explanations: Mapping[Place, Sequence[str]] = field(default_factory=dict)
    explained: Mapping[Place, str] = field(default_factory=dict)


def bound_forms(submission: Submission, data: Mapping[str, Any]) -> dict[str, AnswerForm]:
    """A form per indicator over what was posted."""
    return {
        code: AnswerForm(node=node, state=AnswerState(), revision=0, data=data)
        for code, node in reported_nodes(document_of(submission)).items()
    }


def typed_explanations(data: QueryDict) -> dict[Place, ExplanationInput]:
    """The explanations posted, by indicator and rule, each over the figures its writer saw."""
    found = {}
    for name in data:
        head, _colon, place = name.partition(":")
        indicator, _colon, rule = place.partition(":")
        if head == "explain" and rule:
            basis = data.get(f"basis:{place}", "")
            found[indicator, rule] = ExplanationInput(str(data[name]), str(basis))
    return found


def attempt_of(
    forms: Mapping[str, AnswerForm],
    outcome: SaveOutcome,
    uploads: Mapping[str, Sequence[str]],
    periods: Mapping[str, PeriodForm],
    refused: Mapping[Place, Sequence[str]],
    explained: Mapping[Place, ExplanationInput],
) -> Attempt:
    """The forms that must show again what was typed, each with its problem."""
    kept = {}
    for code, problems in outcome.problems.items():
        if code in forms:
            forms[code].report(problems)
            kept[code] = forms[code]
    for code, conflict in outcome.conflicts.items():
        kept[code] = forms[code].again(conflict.theirs)
    again = {code: form for code, form in periods.items() if code in uploads}
    texts = {place: each.text for place, each in explained.items()}
    return Attempt(kept, outcome.conflicts, uploads, again, refused, texts)


def editable_sections(submission: Submission, attempt: Attempt | None = None) -> list[Section]:
    """The sections of the form with fields to fill in, and what the last save left of them."""
    document, attempt = document_of(submission), attempt or Attempt()

    def make_card(
        node: Node, answer: Answer | None, files: list[Evidence], found: IndicatorCompleteness
    ) -> EditableCard:
        card = current_card(node, answer, files, found)
        return _editable_card(document, submission.cycle, node, answer, card, attempt)

    return current_sections(submission, make_card)


def unsaved_answers(submission: Submission, data: Mapping[str, Any]) -> list[tuple[str, str, Said]]:
    """What was typed on a page that can no longer be saved: (code, title, words)."""
    return [
        (code, read(form.node.title), _typed(form.typed))
        for code, form in bound_forms(submission, data).items()
        if form.is_touched
    ]


def unsaved_explanations(
    forms: Mapping[str, AnswerForm], typed: Mapping[Place, ExplanationInput]
) -> list[tuple[str, str, Said]]:
    """The same for explanations of warnings."""
    return [
        (code, read(forms[code].node.title), Said(str(_("Explanation")), "", each.text, ""))
        for (code, _rule), each in typed.items()
        if code in forms and each.text.strip()
    ]


def _editable_card(
    document: FrameworkDocument,
    cycle: Cycle,
    node: Node,
    answer: Answer | None,
    read_only: Card,
    attempt: Attempt,
) -> EditableCard:
    form = attempt.forms.get(node.code) or AnswerForm(
        node=node, state=state_of(answer), revision=answer.revision if answer else 0
    )
    card = EditableCard(
        **vars(read_only),
        form=form,
        choices=_choices(document, node, form),
        upload_problems=list(attempt.uploads.get(node.code, ())),
        period=attempt.periods.get(node.code) or PeriodForm(cycle=cycle, prefix=node.code),
    )
    card.findings = [_with_attempt(node.code, each, attempt) for each in card.findings]
    conflict = attempt.conflicts.get(node.code)
    if conflict is not None:
        card.conflict = conflict_view(node, conflict)
    return card


def _with_attempt(code: str, shown: ShownFinding, attempt: Attempt) -> ShownFinding:
    """The finding with the explanation that was not taken, beside why."""
    problems = attempt.explanations.get((code, shown.rule))
    if problems is None:
        return shown
    return replace(shown, problems=problems, typed=attempt.explained.get((code, shown.rule), ""))


def conflict_view(node: Node, conflict: Conflict) -> ConflictView:
    """Both answers in words, with who saved the other and when."""
    return ConflictView(
        in_words(node, conflict.mine),
        in_words(node, conflict.theirs),
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


def _typed(typed: AnswerInput) -> Said:
    known = typed.status in {Status.VALUE, Status.NOTHING_TO_REPORT, Status.NOT_APPLICABLE}
    status = status_label(typed.status) if known else ""
    return Said(status, typed.value, typed.reason, typed.note)
