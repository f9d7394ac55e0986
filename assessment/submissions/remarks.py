"""Remarks on answers as a reader sees them: each with its thread and what may be done now."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from accounts.models import User
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions import permissions, queries
from assessment.submissions.answers import reported_nodes
from assessment.submissions.division import division_of
from assessment.submissions.models import AnswerRemark, RemarkEntry, Submission
from assessment.submissions.wording import read
from assessment.submissions.workflow import (
    EDITABLE,
    OPEN_STAGES,
    RemarkAction,
    RemarkState,
    next_remark_state,
)

DISCARD = "discard"


@dataclass
class Thread:
    """One remark, what was said of it, and the reader's ``moves``; ``typed`` was refused."""

    remark: AnswerRemark
    title: str
    entries: list[RemarkEntry]
    moves: frozenset[str] = frozenset()
    typed: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many entries the page shows."""
        return len(self.entries)

    @property
    def can_answer(self) -> bool:
        """Whether the reader may write in the thread."""
        return RemarkAction.ANSWER in self.moves

    @property
    def can_deal(self) -> bool:
        """Whether the reader may mark it as dealt with."""
        return RemarkAction.DEAL in self.moves

    @property
    def can_resolve(self) -> bool:
        """Whether the reader may resolve it."""
        return RemarkAction.RESOLVE in self.moves

    @property
    def can_reopen(self) -> bool:
        """Whether the reader may open it again."""
        return RemarkAction.REOPEN in self.moves

    @property
    def can_discard(self) -> bool:
        """Whether the reader may take it back unsent."""
        return DISCARD in self.moves


def threads_of(submission: Submission, reader: User, indicator: str | None = None) -> list[Thread]:
    """The remarks the reader may see, in the form's order; of one indicator if it is named.

    Two queries, and those of the division.
    """
    found = queries.remarks_seen_by(reader, submission)
    if indicator is not None:
        found = found.filter(indicator=indicator)
    remarks = list(found)
    nodes = reported_nodes(queries.document_of(submission))
    order = {code: number for number, code in enumerate(nodes)}
    remarks.sort(key=lambda each: (order.get(each.indicator, len(order)), each.pk))
    moves = _moves(submission, reader, remarks)
    return [
        Thread(
            remark=remark,
            title=read(nodes[remark.indicator].title) if remark.indicator in nodes else "",
            entries=list(remark.entries.all()),
            moves=moves[remark.pk],
        )
        for remark in remarks
    ]


def by_indicator(threads: Iterable[Thread]) -> Mapping[str, list[Thread]]:
    """The threads by the code of their indicator."""
    found: dict[str, list[Thread]] = defaultdict(list)
    for thread in threads:
        found[thread.remark.indicator].append(thread)
    return found


def _moves(
    submission: Submission, reader: User, remarks: list[AnswerRemark]
) -> dict[int, frozenset[str]]:
    """What the services would let the reader do about each remark."""
    is_localitys = bool(permissions.can_answer_remark(reader, submission))
    is_bodys = not is_localitys and bool(permissions.can_pin_remark(reader, submission))
    nothing: dict[int, frozenset[str]] = {remark.pk: frozenset() for remark in remarks}
    if not remarks or submission.cycle.stage not in OPEN_STAGES or not (is_localitys or is_bodys):
        return nothing
    signs = is_localitys and bool(permissions.can_sign_submission(reader, submission))
    division = division_of(submission) if is_localitys else None
    for remark in remarks:
        if remark.sent_at is None:
            nothing[remark.pk] = frozenset({DISCARD})
            continue
        moves = {each for each in RemarkAction if _leads_on(remark, each, is_localitys)}
        is_open = division is None or signs or division.opens(remark.indicator, reader)
        if is_localitys and not (is_open and submission.state in EDITABLE):
            moves &= {RemarkAction.ANSWER}
        nothing[remark.pk] = frozenset(map(str, moves))
    return nothing


def _leads_on(remark: AnswerRemark, move: RemarkAction, is_localitys: bool) -> bool:
    try:
        next_remark_state(RemarkState(remark.state), move, is_localitys=is_localitys)
    except NotAllowedNow:
        return False
    return True
