"""The form to read: its sections, one card per indicator, as it stands or as it was signed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.figures import plain_number, unit_text, value_text
from assessment.observations.numbers import expected_value
from assessment.submissions.answers import AnswerState, reported_nodes, state_of
from assessment.submissions.checks import FormFacts, FormFinding
from assessment.submissions.completeness import (
    IndicatorCompleteness,
    Progress,
    completeness,
    section_of,
)
from assessment.submissions.division import Division, Responsible
from assessment.submissions.form_facts import rule_facts
from assessment.submissions.models import Answer, Evidence, Submission, Version
from assessment.submissions.prefill import Earlier, earlier_form, still_valid, suggestions_of
from assessment.submissions.prefill_words import Offer, offers, taken_words
from assessment.submissions.queries import current_evidence, document_of
from assessment.submissions.versions import canonical_text, signed_state
from assessment.submissions.wording import read, status_label


@dataclass(frozen=True)
class Said:
    """An answer in words."""

    status: str
    value: str
    reason: str
    note: str
    # Where it was taken over from, as a sentence; empty for what was typed.
    taken: str = ""


@dataclass(frozen=True)
class ShownFinding:
    """A finding as readers meet it. ``state``: ``error``, ``warning`` or ``explained``.

    ``why`` is the rule's own text with its article; ``basis`` goes back with an explanation;
    ``outdated`` is one given for other figures.
    """

    rule: str
    state: str
    sentence: str
    why: str = ""
    explanation: str = ""
    by: str = ""
    at: datetime | None = None
    basis: str = ""
    outdated: str = ""
    # Why the explanation sent just now was not taken, and its words.
    problems: Sequence[str] = ()
    typed: str | None = None

    @property
    def can_be_explained(self) -> bool:
        """Whether it is a warning."""
        return self.state != "error"


@dataclass
class Card:
    """One indicator and what is said of it."""

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
    findings: Sequence[ShownFinding] = ()
    edited_by: str = ""
    edited_at: datetime | None = None
    responsible: Responsible | None = None
    # Assigned to the reader, or to others so that the reader may not fill it in.
    is_mine: bool = False
    is_others: bool = False
    # Internal comments; none where the reader may not read them.
    comments: int | None = None
    # Remarks of the coordinating body, as ``remarks.Thread``.
    threads: Sequence[Any] = ()
    # What was said or measured before, and files that still prove it (``prefill``).
    offers: Sequence[Offer] = ()
    valid_files: Sequence[Evidence] = ()

    @property
    def proposed(self) -> Offer | None:
        """The answer that may be taken over; none where one is given."""
        if self.completeness.is_answered:
            return None
        return next((each for each in self.offers if each.is_proposed), None)

    @property
    def resolved(self) -> int:
        """How many of the remarks are resolved."""
        return sum(thread.remark.is_resolved for thread in self.threads)

    @property
    def is_unsaved(self) -> bool:
        """Whether an answer sent was refused or is in conflict; never where none can be sent."""
        return False

    @property
    def has_problem(self) -> bool:
        """Whether anything sent, answer or file, was not saved."""
        return self.is_unsaved

    @property
    def state(self) -> str:
        """``unsaved``, or the word of its completeness."""
        return "unsaved" if self.is_unsaved else self.completeness.word


@dataclass
class Section:
    """One dimension.

    Its count tells what is stored, as the form's head and the chips do. Its mark is a
    ``problem`` where an answer stands unsaved on the page, or a file was refused for an
    incomplete indicator; otherwise ``complete`` or ``open``. A refused second copy of a file
    thus leaves a complete section complete.
    """

    code: str
    title: str
    description: str
    cards: list[Card] = field(default_factory=list)

    @property
    def complete(self) -> int:
        """How many indicators are complete as stored."""
        return sum(card.completeness.is_complete for card in self.cards)

    @property
    def proposals(self) -> int:
        """How many answers can be taken over in one go."""
        return sum(card.proposed is not None for card in self.cards)

    @property
    def valid_files(self) -> int:
        """How many earlier files that still hold can be attached in one go."""
        return sum(len(card.valid_files) for card in self.cards)

    @property
    def state(self) -> str:
        """``complete``, ``problem`` or ``open``."""
        is_refused = any(
            card.is_unsaved or (card.has_problem and not card.completeness.is_complete)
            for card in self.cards
        )
        if is_refused:
            return "problem"
        return "complete" if self.complete == len(self.cards) else "open"


CardMaker = Callable[[Node, Answer | None, list[Evidence], IndicatorCompleteness], Card]


def current_card(
    node: Node, answer: Answer | None, files: list[Evidence], found: IndicatorCompleteness
) -> Card:
    """The indicator as the form says it now, and who wrote that."""
    taken = answer.prefilled if answer is not None else None
    card = read_card(node, state_of(answer), files, found, taken)
    card.findings = [shown_finding(each) for each in found.findings]
    if answer is not None:
        card.edited_by, card.edited_at = str(answer.updated_by or ""), answer.updated_at
    return card


def current_sections(submission: Submission, make_card: CardMaker = current_card) -> list[Section]:
    """Every indicator of the form by dimension, in document order.

    Two queries; where the framework states rules, those of ``queries.rule_facts``.
    """
    answers = {a.indicator: a for a in submission.answers.select_related("updated_by")}
    files: dict[str, list[Evidence]] = {}
    for item in current_evidence(submission):
        files.setdefault(item.indicator, []).append(item)
    document = document_of(submission)
    explanations, previous = rule_facts([submission])
    facts = FormFacts(
        {code: state_of(answer) for code, answer in answers.items()},
        {code: len(attached) for code, attached in files.items()},
        previous[submission.pk],
        explanations[submission.pk],
    )
    sections: dict[str, Section] = {}
    for code, found in completeness(document, facts).items():
        node = document.node(code)
        card = make_card(node, answers.get(code), files.get(code, []), found)
        _section(sections, document, node).cards.append(card)
    return list(sections.values())


def card_in(submission: Submission, code: str) -> Card:
    """One indicator of the form as it stands; ``code`` is one the locality answers."""
    sections = current_sections(submission)
    return next(card for section in sections for card in section.cards if card.code == code)


def shown_finding(found: FormFinding) -> ShownFinding:
    """A finding in the reader's language, with what the locality says of it."""
    said, rule = found.explanation, found.finding.rule
    return ShownFinding(
        rule=rule.id,
        state=found.state,
        sentence=found.sentence,
        why=" · ".join(filter(None, (read(rule.text), read(rule.article)))),
        explanation=said.text if said else "",
        by=str(said.by or "") if said else "",
        at=said.at if said else None,
        basis=found.finding.basis,
        outdated=found.outdated.text if found.outdated else "",
    )


def _signed_finding(told: Mapping[str, Any]) -> ShownFinding:
    """A warning as it read when the form was signed, with its explanation."""
    language = get_language() or "zh-hans"
    return ShownFinding(
        rule=told["rule"],
        state="explained",
        sentence=told["warning"]["zh-Hans" if language.startswith("zh") else "en"],
        explanation=told["text"],
        by=told["explained_by"],
        at=datetime.fromisoformat(told["explained_at"]),
    )


def mark_responsible(
    sections: Sequence[Section], division: Division, reader: User | AnonymousUser
) -> None:
    """Tell each card who answers for it, and whether that is the reader."""
    for section in sections:
        for card in section.cards:
            card.responsible = division.of(card.code)
            card.is_mine = division.names(card.code, reader)
            card.is_others = not division.opens(card.code, reader)


def count_comments(sections: Sequence[Section], submission: Submission) -> None:
    """Tell each card how many internal comments there are; one query."""
    written = submission.comments.order_by().values("indicator").annotate(count=Count("pk"))
    counts = dict(written.values_list("indicator", "count"))
    for section in sections:
        for card in section.cards:
            card.comments = counts.get(card.code, 0)


def show_offers(sections: Sequence[Section], submission: Submission) -> None:
    """Put beside each card the reader may fill in what was said or measured before.

    Five queries: the earlier form, its acceptance, the files of both, the measurements.
    """
    earlier = earlier_form(submission)
    nodes = reported_nodes(document_of(submission))
    suggested = suggestions_of(submission, earlier) if _may_offer(nodes, earlier) else {}
    files = still_valid(submission, earlier)
    for section in sections:
        for card in section.cards:
            if not card.is_others:
                card.offers = offers(nodes[card.code], suggested.get(card.code, ()))
                card.valid_files = files.get(card.code, ())


def _may_offer(nodes: Mapping[str, Node], earlier: Earlier | None) -> bool:
    return earlier is not None or any(node.prefill.measured for node in nodes.values())


def pin_threads(sections: Sequence[Section], threads: Mapping[str, Sequence[Any]]) -> None:
    """Put the remarks beside the answers they are about, by code."""
    for section in sections:
        for card in section.cards:
            card.threads = threads.get(card.code, ())


def signed_sections(version: Version) -> list[Section]:
    """Every indicator as the version signed says it, with the files it names; one query.

    Warnings are those that were explained when it was signed, in the words they had then.
    """
    submission, content = version.submission, version.content
    known = {str(e.pk): e for e in submission.evidence.select_related("uploaded_by")}
    document = document_of(submission)
    sections: dict[str, Section] = {}
    said = content["answers"]
    states = {code: signed_state(answer) for code, answer in said.items()}
    attached = {code: len(files) for code, files in content["evidence"].items()}
    explained = content.get("explanations", {})
    for code, found in completeness(document, FormFacts(states, attached)).items():
        node, taken = document.node(code), said.get(code, {}).get("prefilled")
        files = [known[item["id"]] for item in content["evidence"].get(code, [])]
        files.sort(key=lambda file: (file.uploaded_at, file.pk))
        card = read_card(node, states.get(code, AnswerState()), files, found, taken)
        card.findings = [_signed_finding(told) for told in explained.get(code, [])]
        _section(sections, document, node).cards.append(card)
    return list(sections.values())


def blank_sections(document: FrameworkDocument) -> list[Section]:
    """What a framework asks localities, by dimension, nothing answered."""
    sections: dict[str, Section] = {}
    nothing = IndicatorCompleteness(is_answered=False, is_valid=False)
    for node in reported_nodes(document).values():
        card = read_card(node, AnswerState(), [], nothing)
        _section(sections, document, node).cards.append(card)
    return list(sections.values())


def signed_text(version: Version) -> bytes:
    """The signed content as the bytes its SHA-256 is taken of."""
    return canonical_text(version.content)


def _section(sections: dict[str, Section], document: FrameworkDocument, node: Node) -> Section:
    """The section the indicator belongs to, made when its first indicator comes."""
    head = section_of(document, node)
    return sections.setdefault(
        head.code, Section(head.code, read(head.title), read(head.description))
    )


def read_card(
    node: Node,
    state: AnswerState,
    files: list[Evidence],
    found: IndicatorCompleteness,
    taken: Mapping[str, Any] | None = None,
) -> Card:
    """The indicator with an answer, its files, and what the answer was taken over from."""
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
        said=in_words(node, state, taken),
        completeness=found,
        files=files,
    )


def in_words(node: Node, state: AnswerState, taken: Mapping[str, Any] | None = None) -> Said:
    """What an answer says to a reader."""
    value = value_text(node, state.value, get_language() or "zh-hans")
    origin = taken_words(node, taken, state)
    return Said(status_label(state.status), value, state.reason, state.note, origin)


def progress_shown(sections: Sequence[Section]) -> Progress:
    """The progress of the sections, as they are stored."""
    cards = [card for section in sections for card in section.cards]
    return Progress(
        complete=sum(card.completeness.is_complete for card in cards),
        required=len(cards),
        answered=sum(card.completeness.is_answered for card in cards),
        by_section={each.code: (each.complete, len(each.cards)) for each in sections},
    )
