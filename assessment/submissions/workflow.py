"""States of a submission and what moves it between them."""

from datetime import date
from enum import StrEnum

from assessment.cycles.workflow import NotAllowedNow, Stage


class SubmissionState(StrEnum):
    """Where a locality's form stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class SubmissionAction(StrEnum):
    """What contributor, approver and coordinator do to a form."""

    SAVE = "save"
    SUBMIT = "submit"
    RETURN = "return"
    ACCEPT = "accept"
    EXTEND = "extend"


TRANSITIONS: dict[tuple[SubmissionState, SubmissionAction], SubmissionState] = {
    (SubmissionState.DRAFT, SubmissionAction.SAVE): SubmissionState.DRAFT,
    (SubmissionState.DRAFT, SubmissionAction.SUBMIT): SubmissionState.SUBMITTED,
    (SubmissionState.DRAFT, SubmissionAction.EXTEND): SubmissionState.DRAFT,
    (SubmissionState.RETURNED, SubmissionAction.SAVE): SubmissionState.RETURNED,
    (SubmissionState.RETURNED, SubmissionAction.SUBMIT): SubmissionState.SUBMITTED,
    (SubmissionState.RETURNED, SubmissionAction.EXTEND): SubmissionState.RETURNED,
    (SubmissionState.SUBMITTED, SubmissionAction.RETURN): SubmissionState.RETURNED,
    (SubmissionState.SUBMITTED, SubmissionAction.ACCEPT): SubmissionState.ACCEPTED,
    (SubmissionState.ACCEPTED, SubmissionAction.RETURN): SubmissionState.RETURNED,
}
EDITABLE = frozenset({SubmissionState.DRAFT, SubmissionState.RETURNED})
# Forms live while values are collected and verified; later the observations are settled.
OPEN_STAGES = frozenset({Stage.COLLECTING, Stage.REVIEWING})


class LastDayPassed(NotAllowedNow):
    """The locality's last day (inclusive, local calendar) is over."""

    def __init__(self, action: str, last_day: date) -> None:
        super().__init__("overdue", action)
        self.last_day = last_day


class StageClosed(NotAllowedNow):
    """The cycle is in a stage in which its forms do not move."""


def next_state(state: SubmissionState, action: SubmissionAction) -> SubmissionState:
    """The state after the action; ``NotAllowedNow`` where the table has no such step."""
    try:
        return TRANSITIONS[(state, action)]
    except KeyError:
        raise NotAllowedNow(state, action) from None


def require_open_stage(stage: str, action: SubmissionAction) -> None:
    """Raise ``StageClosed`` unless forms move in the cycle's stage."""
    if stage not in OPEN_STAGES:
        raise StageClosed(stage, action)


def require_in_time(today: date, last_day: date, action: SubmissionAction) -> None:
    """Raise ``LastDayPassed`` after the last day; the last day itself still counts."""
    if today > last_day:
        raise LastDayPassed(action, last_day)
