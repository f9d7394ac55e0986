"""States of a submission and what moves it between them."""

from datetime import date
from enum import StrEnum

from assessment.cycles.workflow import NotAllowedNow, Stage


class SubmissionState(StrEnum):
    """Where a locality's form stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    REOPENED = "reopened"
    ACCEPTED = "accepted"


class SubmissionAction(StrEnum):
    """What contributor, approver and coordinator do to a form."""

    SAVE = "save"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    REVIEW = "review"
    RETURN = "return"
    ACCEPT = "accept"
    EXTEND = "extend"
    REMARK = "remark"
    ASK_UNLOCK = "ask_unlock"
    UNLOCK = "unlock"
    REFUSE_UNLOCK = "refuse"


_STATE, _ACTION = SubmissionState, SubmissionAction
# Signed off, a form is its locality's to take back until the coordinating body takes it up;
# from then on, and once the last day is over, the body decides whether it is unlocked.
TRANSITIONS: dict[tuple[SubmissionState, SubmissionAction], SubmissionState] = {
    (_STATE.DRAFT, _ACTION.SAVE): _STATE.DRAFT,
    (_STATE.DRAFT, _ACTION.SUBMIT): _STATE.SUBMITTED,
    (_STATE.DRAFT, _ACTION.EXTEND): _STATE.DRAFT,
    (_STATE.RETURNED, _ACTION.SAVE): _STATE.RETURNED,
    (_STATE.RETURNED, _ACTION.SUBMIT): _STATE.SUBMITTED,
    (_STATE.RETURNED, _ACTION.EXTEND): _STATE.RETURNED,
    (_STATE.REOPENED, _ACTION.SAVE): _STATE.REOPENED,
    (_STATE.REOPENED, _ACTION.SUBMIT): _STATE.SUBMITTED,
    (_STATE.REOPENED, _ACTION.EXTEND): _STATE.REOPENED,
    (_STATE.SUBMITTED, _ACTION.WITHDRAW): _STATE.REOPENED,
    (_STATE.SUBMITTED, _ACTION.REVIEW): _STATE.IN_REVIEW,
    (_STATE.SUBMITTED, _ACTION.RETURN): _STATE.RETURNED,
    (_STATE.SUBMITTED, _ACTION.ACCEPT): _STATE.ACCEPTED,
    (_STATE.SUBMITTED, _ACTION.ASK_UNLOCK): _STATE.SUBMITTED,
    (_STATE.SUBMITTED, _ACTION.UNLOCK): _STATE.REOPENED,
    (_STATE.SUBMITTED, _ACTION.REFUSE_UNLOCK): _STATE.SUBMITTED,
    (_STATE.IN_REVIEW, _ACTION.REMARK): _STATE.IN_REVIEW,
    (_STATE.IN_REVIEW, _ACTION.RETURN): _STATE.RETURNED,
    (_STATE.IN_REVIEW, _ACTION.ACCEPT): _STATE.ACCEPTED,
    (_STATE.IN_REVIEW, _ACTION.ASK_UNLOCK): _STATE.IN_REVIEW,
    (_STATE.IN_REVIEW, _ACTION.UNLOCK): _STATE.REOPENED,
    (_STATE.IN_REVIEW, _ACTION.REFUSE_UNLOCK): _STATE.IN_REVIEW,
    (_STATE.ACCEPTED, _ACTION.RETURN): _STATE.RETURNED,
    (_STATE.ACCEPTED, _ACTION.ASK_UNLOCK): _STATE.ACCEPTED,
    (_STATE.ACCEPTED, _ACTION.UNLOCK): _STATE.REOPENED,
    (_STATE.ACCEPTED, _ACTION.REFUSE_UNLOCK): _STATE.ACCEPTED,
}


class RemarkState(StrEnum):
    """Where a remark on an answer stands."""

    OPEN = "open"
    DEALT = "dealt"
    RESOLVED = "resolved"


class RemarkAction(StrEnum):
    """What locality and coordinating body do about a remark."""

    ANSWER = "answer"
    DEAL = "deal"
    RESOLVE = "resolve"
    REOPEN = "reopen"


_OPEN, _DEALT, _RESOLVED = RemarkState.OPEN, RemarkState.DEALT, RemarkState.RESOLVED
# By whose deed: the locality's, or the coordinating body's.
LOCALITYS_MOVES: dict[tuple[RemarkState, RemarkAction], RemarkState] = {
    (_OPEN, RemarkAction.ANSWER): _OPEN,
    (_OPEN, RemarkAction.DEAL): _DEALT,
    (_DEALT, RemarkAction.ANSWER): _DEALT,
    (_DEALT, RemarkAction.REOPEN): _OPEN,
}
BODYS_MOVES: dict[tuple[RemarkState, RemarkAction], RemarkState] = {
    (_OPEN, RemarkAction.ANSWER): _OPEN,
    (_OPEN, RemarkAction.RESOLVE): _RESOLVED,
    (_DEALT, RemarkAction.ANSWER): _DEALT,
    (_DEALT, RemarkAction.REOPEN): _OPEN,
    (_DEALT, RemarkAction.RESOLVE): _RESOLVED,
    (_RESOLVED, RemarkAction.REOPEN): _OPEN,
}
EDITABLE = frozenset({_STATE.DRAFT, _STATE.RETURNED, _STATE.REOPENED})
# With the locality again after it was signed off once.
GIVEN_BACK = frozenset({_STATE.RETURNED, _STATE.REOPENED})
# Signed off and not decided on.
UNDECIDED = frozenset({_STATE.SUBMITTED, _STATE.IN_REVIEW})
# Forms live while values are collected and verified; later the observations are settled.
OPEN_STAGES = frozenset({Stage.COLLECTING, Stage.REVIEWING})


class LastDayPassed(NotAllowedNow):
    """The locality's last day (inclusive, local calendar) is over."""

    def __init__(self, action: str, last_day: date) -> None:
        super().__init__("overdue", action)
        self.last_day = last_day


class StageClosed(NotAllowedNow):
    """The cycle is in a stage in which its forms do not move."""


class StillWithdrawable(NotAllowedNow):
    """Nobody need be asked: the locality's approver can take the form back."""


class AlreadyAsked(NotAllowedNow):
    """A request to unlock the form waits for its answer."""


class NothingAsked(NotAllowedNow):
    """No request to unlock the form waits for an answer."""


def next_state(state: SubmissionState, action: SubmissionAction) -> SubmissionState:
    """The state after the action; ``NotAllowedNow`` where the table has no such step."""
    try:
        return TRANSITIONS[(state, action)]
    except KeyError:
        raise NotAllowedNow(state, action) from None


def next_remark_state(
    state: RemarkState, action: RemarkAction, *, is_localitys: bool
) -> RemarkState:
    """The remark's state after the action of one of the two sides; ``NotAllowedNow`` if none."""
    try:
        return (LOCALITYS_MOVES if is_localitys else BODYS_MOVES)[(state, action)]
    except KeyError:
        raise NotAllowedNow(state, action) from None


def allows(state: SubmissionState | str, action: SubmissionAction) -> bool:
    """Whether the table has such a step."""
    return (SubmissionState(state), action) in TRANSITIONS


def require_open_stage(stage: str, action: SubmissionAction) -> None:
    """Raise ``StageClosed`` unless forms move in the cycle's stage."""
    if stage not in OPEN_STAGES:
        raise StageClosed(stage, action)


def require_in_time(today: date, last_day: date, action: SubmissionAction) -> None:
    """Raise ``LastDayPassed`` after the last day; the last day itself still counts."""
    if today > last_day:
        raise LastDayPassed(action, last_day)


def require_unlock_needed(
    state: SubmissionState, today: date, last_day: date, *, is_asked: bool
) -> None:
    """Raise unless unlocking can be asked for: once, and where taking back is over."""
    if is_asked:
        raise AlreadyAsked(state, SubmissionAction.ASK_UNLOCK)
    if state == SubmissionState.SUBMITTED and today <= last_day:
        raise StillWithdrawable(state, SubmissionAction.ASK_UNLOCK)
