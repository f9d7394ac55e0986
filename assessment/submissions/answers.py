"""What a locality types for one indicator, and what of it can be stored."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.compiled import CompiledQuery
from accounts.text import MAX_REASON, MAX_REMARK, join_items, length_faults
from accounts.typed_numbers import fold_signs
from assessment.engine.document import FrameworkDocument, Node
from assessment.observations.numbers import (
    NotANumberError,
    parse_value,
    shown,
)
from assessment.observations.statuses import Status
from assessment.observations.validity import Fault, find_fault
from assessment.submissions.models import Answer, Submission

# "Not answered yet" is no status of its own; it has a row only where a text is kept.
NOT_YET = ""


@dataclass(frozen=True)
class AnswerInput:
    """One answer as typed.

    ``value`` is the raw text; ``revision`` is the revision of the stored answer the writer
    saw, 0 where there was none. An empty status with a value means a value; with nothing at
    all it clears the answer; texts alone are kept for the answer that is still to come.
    ``key``, at most 32 characters, is the sender's own name for this one save: sent again, it
    is not carried out again. ``prefill`` is the mark of the suggestion to take over
    (``prefill.Suggestion``): then status, value and reason are the suggestion's.
    """

    status: str = NOT_YET
    value: str = ""
    reason: str = ""
    note: str = ""
    revision: int = 0
    key: str = ""
    prefill: str = ""


@dataclass(frozen=True)
class AnswerState:
    """One answer as stored; the empty one is "not answered yet"."""

    status: str = NOT_YET
    value: Decimal | None = None
    reason: str = ""
    note: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether anything is said."""
        return self.status != NOT_YET

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep, not even a text."""
        return self == AnswerState()


@dataclass(frozen=True)
class CheckedAnswer:
    """Either a state that can be stored, or the problems by field."""

    state: AnswerState = AnswerState()
    problems: dict[str, list[str]] = field(default_factory=dict)


_STORED = CompiledQuery(lambda form: Answer.objects.filter(submission_id=form).order_by())


def stored_answers(submission: Submission) -> dict[str, Answer]:
    """What is answered now, by indicator; one query."""
    return {answer.indicator: answer for answer in _STORED(submission.pk)}


def reported_nodes(document: FrameworkDocument) -> dict[str, Node]:
    """The indicators and flags a locality answers itself, by code, in document order."""
    return {node.code: node for node in document.observed if node.source == "submissions"}


def allowed_statuses(node: Node) -> list[Status]:
    """What may be answered: a value, and what else the framework allows for the indicator."""
    others = [Status.NOTHING_TO_REPORT, Status.NOT_APPLICABLE]
    return [Status.VALUE, *(s for s in others if node.value is not None and node.value.allows(s))]


def state_of(answer: Answer | None) -> AnswerState:
    """The stored answer, or "not answered yet"."""
    if answer is None:
        return AnswerState()
    return AnswerState(answer.status, answer.value, answer.reason, answer.note)


def state_problems(node: Node, state: AnswerState) -> list[str]:
    """What is wrong with a stored answer under the framework; empty when it is valid."""
    fault = find_fault(node, state.status, state.value)
    problems = [str(fault)] if fault is not None else []
    if state.status == Status.NOT_APPLICABLE and not state.reason:
        problems.append(_reason_missing())
    return problems


def check_answer(node: Node, typed: AnswerInput) -> CheckedAnswer:
    """Turn what was typed into what can be stored, or say per field why not."""
    text = fold_signs(typed.value)
    reason, note = clean_text(typed.reason), clean_text(typed.note)
    status = typed.status or (Status.VALUE if text else NOT_YET)
    if status == Status.VALUE and not text:
        status = NOT_YET
    problems: dict[str, list[str]] = _length_problems(reason, note)
    if status == NOT_YET:
        # An emptied value takes no text along.
        kept = "" if typed.status == Status.VALUE else reason
        return CheckedAnswer(problems=problems) if problems else _unanswered(kept, note)
    if status not in allowed_statuses(node):
        problems["status"] = [_status_fault(node, status)]
        return CheckedAnswer(problems=problems)
    value = None
    if status == Status.VALUE:
        try:
            value = parse_value(typed.value, node)
        except NotANumberError as error:
            problems["value"] = [str(error)]
        reason = ""
    else:
        _check_without_value(status, typed, reason, problems)
    if problems:
        return CheckedAnswer(problems=problems)
    return CheckedAnswer(AnswerState(str(status), value, reason, note))


def clean_text(text: str) -> str:
    """Typed text: line ends in one form, no NUL (the database refuses it), no spaces around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def _unanswered(reason: str, note: str) -> CheckedAnswer:
    """Not answered yet, with the texts that wait for the answer."""
    return CheckedAnswer(AnswerState(reason=reason, note=note))


def _check_without_value(
    status: str, typed: AnswerInput, reason: str, problems: dict[str, list[str]]
) -> None:
    """The figure left standing is the one thing to decide; a missing reason is told with it."""
    lacks_reason = status == Status.NOT_APPLICABLE and not reason
    if fold_signs(typed.value):
        remedy = (
            _("Delete the figure and write the reason, or choose “%(status)s”.")
            if lacks_reason
            else _("Delete the figure, or choose “%(status)s”.")
        )
        fault = Fault(
            _("%(text)s together with “%(status)s”")
            % {"text": shown(typed.value), "status": Status(status).label},
            _("one of the two"),
            remedy % {"status": Status.VALUE.label},
        )
        problems["value"] = [str(fault)]
    elif lacks_reason:
        problems["reason"] = [_reason_missing()]


def _reason_missing() -> str:
    return str(
        Fault(
            _("“%(status)s” without a reason") % {"status": Status.NOT_APPLICABLE.label},
            _("a reason"),
            _("Write why the indicator does not apply to the locality."),
        )
    )


def _status_fault(node: Node, status: str) -> str:
    allowed = join_items(known.label for known in allowed_statuses(node))
    label = Status(status).label if status in Status.values else status
    return str(Fault(shown(str(label)), allowed, _("Choose one of the statuses offered.")))


def _length_problems(reason: str, note: str) -> dict[str, list[str]]:
    found = {"reason": length_faults(reason, MAX_REASON), "note": length_faults(note, MAX_REMARK)}
    return {name: faults for name, faults in found.items() if faults}
