"""States of a submission and what moves it between them."""

from enum import StrEnum

from assessment.cycles.workflow import NotAllowedNow


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


TRANSITIONS: dict[tuple[SubmissionState, SubmissionAction], SubmissionState] = {
    (SubmissionState.DRAFT, SubmissionAction.SAVE): SubmissionState.DRAFT,
    (SubmissionState.DRAFT, SubmissionAction.SUBMIT): SubmissionState.SUBMITTED,
    (SubmissionState.RETURNED, SubmissionAction.SAVE): SubmissionState.RETURNED,
    (SubmissionState.RETURNED, SubmissionAction.SUBMIT): SubmissionState.SUBMITTED,
    (SubmissionState.SUBMITTED, SubmissionAction.RETURN): SubmissionState.RETURNED,
    (SubmissionState.SUBMITTED, SubmissionAction.ACCEPT): SubmissionState.ACCEPTED,
    (SubmissionState.ACCEPTED, SubmissionAction.RETURN): SubmissionState.RETURNED,
}
EDITABLE = frozenset({SubmissionState.DRAFT, SubmissionState.RETURNED})


def next_state(state: SubmissionState, action: SubmissionAction) -> SubmissionState:
    """The state after the action; ``NotAllowedNow`` where the table has no such step."""
    try:
        return TRANSITIONS[(state, action)]
    except KeyError:
        raise NotAllowedNow(state, action) from None
