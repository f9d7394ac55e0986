"""催报: reminding a locality by hand that its form is awaited."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts.authorization import require
from accounts.models import User
from assessment.audit.models import Event
from assessment.audit.services import record_event
from assessment.submissions.models import Submission
from assessment.submissions.permissions import can_decide_submission
from assessment.submissions.services.locking import lock_submission
from assessment.submissions.waiting import waiting_for
from assessment.submissions.workflow import (
    AlreadyUrged,
    SubmissionAction,
    SubmissionState,
    next_state,
    require_open_stage,
)

# A second press, or a second coordinator, within this time urges nobody again.
URGED_AGAIN_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Urged:
    """What was recorded, and whom it is to be told."""

    submission: Submission
    people: list[User]
    event: Event


@transaction.atomic
def urge_submission(*, submission: Submission, by: User | None, at: datetime) -> Urged:
    """Record that those the form waits for are urged to hand it in.

    ``NotAllowedNow`` where the form is not with its locality or the stage is closed, and
    ``AlreadyUrged`` within a day of the last time. Telling the people is the caller's.
    """
    submission = lock_submission(submission)
    if by is not None:
        require(can_decide_submission, by, submission)
    next_state(SubmissionState(submission.state), SubmissionAction.SAVE)
    require_open_stage(submission.cycle.stage, SubmissionAction.SAVE)
    if submission.urged_at is not None and at < submission.urged_at + URGED_AGAIN_AFTER:
        raise AlreadyUrged(submission.urged_at)
    waiting = waiting_for([submission])[submission.pk]
    submission.urged_at = at
    submission.save(update_fields=["urged_at"])
    event = record_event(
        action="submissions.urge",
        by=by,
        at=at,
        target=submission,
        after={
            "people": [person.username for person in waiting.people],
            "last_day": submission.end_date.isoformat(),
            "missing": waiting.missing,
        },
        region=submission.cycle.region,
        locality=submission.locality,
    )
    return Urged(submission, waiting.people, event)
