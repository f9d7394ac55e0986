"""What a file would change in the form: the dry run, and the answers taken over from it.

Three texts meet in each field: what was exported (its mark tells whether the file still says
so), what the file says, and what the form says now. Only what the file says otherwise than
was exported is sent on; the rest stays as the form says now, whoever wrote it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.text import join_items
from assessment.engine.document import Node
from assessment.engine.figures import unit_text
from assessment.observations.numbers import shown
from assessment.observations.validity import Fault
from assessment.submissions.answers import (
    AnswerInput,
    AnswerState,
    check_answer,
    reported_nodes,
    state_of,
)
from assessment.submissions.checks import check_form
from assessment.submissions.form_facts import facts_of
from assessment.submissions.forms import digest, state_texts
from assessment.submissions.models import Answer, Submission
from assessment.submissions.queries import document_of
from assessment.submissions.services import Conflict, SaveOutcome, preview_answers, save_answers
from assessment.submissions.wording import field_label, read, status_label
from assessment.submissions.workbooks.container import FileError, kind_of, no_rows
from assessment.submissions.workbooks.layout import (
    ENTRY_KEYS,
    Identity,
    carried,
    read_mark,
    status_code,
    value_choices,
    value_number,
)
from assessment.submissions.workbooks.reading import FileRow, ReadFile, read_workbook
from assessment.submissions.workbooks.table import read_table

SHOWN_PLACES = 5


@dataclass(frozen=True)
class CellChange:
    """One cell that says otherwise than the form: in words, with the cell's place."""

    label: str
    old: str
    new: str
    unit: str
    is_formula: bool


@dataclass(frozen=True)
class Proposal:
    """One answer a file would change. ``kind``: ``new``, ``changed``, ``cleared``, ``conflict``.

    ``revision`` is that of the stored answer shown, for a conflict decided for the file;
    ``by`` and ``at`` tell who saved the other answer.
    """

    code: str
    title: str
    kind: str
    cells: list[CellChange]
    revision: int
    by: str = ""
    at: datetime | None = None

    @property
    def is_chosen(self) -> bool:
        """Ticked to begin with: nothing saved is lost by it."""
        return self.kind in {"new", "changed"}


@dataclass(frozen=True)
class CellProblem:
    """Why a row or cell cannot be taken over."""

    place: str
    code: str
    title: str
    text: str


@dataclass(frozen=True)
class CellFinding:
    """What a rule would find in a value of the file; ``state`` is ``error`` or ``warning``."""

    place: str
    code: str
    title: str
    state: str
    text: str


@dataclass(frozen=True)
class DryRun:
    """A file held against the form as it is now."""

    proposals: list[Proposal]
    problems: list[CellProblem]
    unchanged: int
    absent: list[str]
    passed_over: list[str]
    has_external_links: bool
    # What the rules would find once everything but conflicts is taken over.
    findings: list[CellFinding] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """How many proposals are of the kind."""
        return sum(proposal.kind == kind for proposal in self.proposals)


@dataclass(frozen=True)
class _Sorted:
    """The rows of a file: answers to send, rows refused before, and how many say nothing new."""

    inputs: dict[str, AnswerInput] = field(default_factory=dict)
    rows: dict[str, FileRow] = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    untouched: list[str] = field(default_factory=list)


def read_file(submission: Submission, name: str, content: bytes) -> ReadFile:
    """The file as a workbook or table of this form; ``FileError`` says why it is none."""
    is_workbook = kind_of(name, content) == "xlsx"
    found = read_workbook(name, content) if is_workbook else read_table(name, content)
    if not found.identity.cycle or not found.rows:
        raise no_rows(name)
    if not found.identity.is_of(submission):
        raise FileError(_foreign(submission, found.identity))
    return found


def hold_against(submission: Submission, found: ReadFile, *, by: User, at: datetime) -> DryRun:
    """What taking the file over would change now; the refusals of ``save_answers``."""
    nodes = reported_nodes(document_of(submission))
    stored = _stored(submission)
    sorted_rows = _sort(found, nodes, stored)
    outcome = preview_answers(submission=submission, answers=sorted_rows.inputs, by=by, at=at)
    proposals = [
        _proposal(nodes[code], sorted_rows, stored.get(code), outcome)
        for code in nodes
        if code in {*outcome.saved, *outcome.cleared, *outcome.conflicts}
    ]
    problems = sorted_rows.problems + [
        problem
        for code, found_problems in outcome.problems.items()
        for problem in _cell_problems(sorted_rows.rows[code], nodes[code], found_problems)
    ]
    named = {row.code for row in found.rows}
    return DryRun(
        proposals=proposals,
        problems=problems,
        unchanged=len(sorted_rows.untouched) + len(outcome.unchanged),
        absent=[read(node.title) for code, node in nodes.items() if code not in named],
        passed_over=list(found.passed_over),
        has_external_links=found.has_external_links,
        findings=_findings(submission, sorted_rows, outcome),
    )


def _findings(
    submission: Submission, sorted_rows: _Sorted, outcome: SaveOutcome
) -> list[CellFinding]:
    """What the rules would find in what is taken over, and elsewhere because of it."""
    document, facts = document_of(submission), facts_of(submission)
    nodes = reported_nodes(document)
    taken = {*outcome.saved, *outcome.cleared}
    states = {code: check_answer(nodes[code], sorted_rows.inputs[code]).state for code in taken}
    now = {(each.place, each.finding.basis) for each in check_form(document, facts)}
    then = check_form(document, replace(facts, states={**facts.states, **states}))
    return [
        CellFinding(
            place=_value_place(sorted_rows.rows.get(each.indicator)),
            code=each.indicator,
            title=read(each.finding.node.title),
            state=each.state,
            text=each.sentence,
        )
        for each in then
        if each.is_open and (each.indicator in taken or (each.place, each.finding.basis) not in now)
    ]


def _value_place(row: FileRow | None) -> str:
    return "" if row is None else row.places.get("value", row.place)


def take_over(
    submission: Submission,
    found: ReadFile,
    *,
    chosen: Iterable[str],
    overwritten: Mapping[str, int],
    by: User,
    at: datetime,
) -> SaveOutcome:
    """Save the chosen answers of the file in one call of ``save_answers``.

    ``overwritten`` names, for answers meant to replace another person's, the revision of that
    answer the reader saw; one saved since then is a conflict again.
    """
    nodes = reported_nodes(document_of(submission))
    inputs = _sort(found, nodes, _stored(submission)).inputs
    wanted = set(chosen)
    answers = {
        code: replace(typed, revision=overwritten.get(code, typed.revision))
        for code, typed in inputs.items()
        if code in wanted
    }
    return save_answers(submission=submission, answers=answers, by=by, at=at)


def _stored(submission: Submission) -> dict[str, Answer]:
    return {answer.indicator: answer for answer in submission.answers.all()}


def _foreign(submission: Submission, identity: Identity) -> Fault:
    is_other_locality = identity.cycle == submission.cycle.code
    found = (
        _("the form of the locality %(locality)s")
        if is_other_locality
        else _("the form of the locality %(locality)s in the cycle %(cycle)s")
    )
    codes = {"locality": shown(identity.locality), "cycle": shown(identity.cycle)}
    return Fault(
        found % codes,
        _("the form of %(locality)s (%(code)s) in the cycle %(cycle)s")
        % {
            "locality": submission.locality.name,
            "code": submission.locality.code,
            "cycle": submission.cycle.name,
        },
        _("Upload the file on the page of its own form."),
    )


def _sort(found: ReadFile, nodes: Mapping[str, Node], stored: Mapping[str, Answer]) -> _Sorted:
    sorted_rows = _Sorted()
    places: dict[str, list[str]] = {}
    for row in found.rows:
        places.setdefault(row.code, []).append(row.place)
    for row in found.rows:
        node = nodes.get(row.code)
        if node is None:
            sorted_rows.problems.append(_problem(row, None, _unknown(row.code)))
        elif len(places[row.code]) > 1:
            sorted_rows.problems.append(_problem(row, node, _repeated(row, places[row.code])))
        elif row.faults:
            sorted_rows.problems.extend(_cell_problems(row, node, row.faults))
        else:
            typed = _typed(row, node, state_of(stored.get(row.code)))
            if typed is None:
                sorted_rows.untouched.append(row.code)
            else:
                sorted_rows.inputs[row.code] = typed
                sorted_rows.rows[row.code] = row
    return sorted_rows


def _typed(row: FileRow, node: Node, state: AnswerState) -> AnswerInput | None:
    """The answer the row sends; nothing where it says what was exported, or is said now."""
    now = state_texts(state)
    texts = {name: _meant(row, node, name, now) for name in ENTRY_KEYS}
    mark = read_mark(row.mark)
    if digest(texts) == mark.seen or all(texts[n] == carried(now[n]) for n in ENTRY_KEYS):
        return None
    # What a workbook cannot carry is not taken away by sending it back.
    sent = {name: now[name] if carried(now[name]) == texts[name] else texts[name] for name in texts}
    return AnswerInput(**sent, revision=mark.revision)


def _meant(row: FileRow, node: Node, name: str, now: Mapping[str, str]) -> str:
    """What the row says in a field; a column taken out says what the form says."""
    if name not in row.texts:
        return carried(now[name])
    if name == "status":
        return status_code(row.texts[name])
    return value_number(node, row.texts[name]) if name == "value" else row.texts[name]


def _proposal(
    node: Node, sorted_rows: _Sorted, answer: Answer | None, outcome: SaveOutcome
) -> Proposal:
    row, typed = sorted_rows.rows[node.code], sorted_rows.inputs[node.code]
    conflict = outcome.conflicts.get(node.code)
    return Proposal(
        code=node.code,
        title=read(node.title),
        kind=_kind(node.code, answer, outcome),
        cells=_cell_changes(node, row, typed, state_of(answer)),
        revision=answer.revision if answer is not None else 0,
        by=_author(conflict),
        at=conflict.at if conflict is not None else None,
    )


def _author(conflict: Conflict | None) -> str:
    return str(conflict.by or "") if conflict is not None else ""


def _kind(code: str, answer: Answer | None, outcome: SaveOutcome) -> str:
    if code in outcome.conflicts:
        return "conflict"
    if code in outcome.cleared:
        return "cleared"
    return "new" if answer is None else "changed"


def _cell_changes(
    node: Node, row: FileRow, typed: AnswerInput, state: AnswerState
) -> list[CellChange]:
    """One line for each field that differs; the status is told where it is chosen."""
    now = state_texts(state)
    new = state_texts(check_answer(node, typed).state)
    return [
        CellChange(
            label=f"{field_label(name)} · {row.places.get(name, row.place)}",
            old=_in_words(node, name, now[name]),
            new=_in_words(node, name, new[name]),
            unit=unit_text(node, get_language() or "zh-hans") if name == "value" else "",
            is_formula=name in row.formulas,
        )
        for name in ENTRY_KEYS
        if now[name] != new[name] and not (name == "status" and not _is_choice(new[name], now))
    ]


def _is_choice(status: str, now: Mapping[str, str]) -> bool:
    """Whether the kind of answer tells more than the value beside it."""
    return bool({status, now["status"]} - {"", "value"})


def _in_words(node: Node, name: str, text: str) -> str:
    if name == "status":
        return status_label(text) if text else ""
    if name != "value":
        return text
    return dict(value_choices(node, get_language() or "zh-hans")).get(text, text)


def _cell_problems(
    row: FileRow, node: Node, found: Mapping[str, Iterable[str]]
) -> list[CellProblem]:
    return [
        CellProblem(row.places.get(name, row.place), row.code, read(node.title), sentence)
        for name, sentences in found.items()
        for sentence in sentences
    ]


def _problem(row: FileRow, node: Node | None, text: str) -> CellProblem:
    return CellProblem(row.place, row.code, read(node.title) if node else "", text)


def _unknown(code: str) -> str:
    fault = Fault(
        shown(code),
        _("an indicator the locality answers in this form"),
        _("Delete the row, or download the form again to have all indicators in place."),
    )
    return str(fault)


def _repeated(row: FileRow, places: Sequence[str]) -> str:
    others = [place for place in places[: SHOWN_PLACES + 1] if place != row.place]
    fault = Fault(
        _("the indicator a second time (also %(places)s)") % {"places": join_items(others)},
        _("each indicator once"),
        _("Delete all its rows but one."),
    )
    return str(fault)
