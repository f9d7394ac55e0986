"""What the people of a locality say to one another about an answer."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import User
from accounts.text import MAX_REASON, refuse_long_texts
from assessment.audit.services import record_event
from assessment.submissions.answers import reported_nodes
from assessment.submissions.mentions import mentioned_in, people_of
from assessment.submissions.models import Comment, Submission
from assessment.submissions.permissions import can_comment_internally


@transaction.atomic
def write_comment(
    *,
    submission: Submission,
    indicator: str,
    text: str,
    mentions: Collection[User] = (),
    by: User,
    at: datetime,
) -> Comment:
    """Add an internal comment; those it mentions find it among their notices.

    Mentioned are ``mentions`` and everybody of the locality whose name follows an ``@`` in the
    text. The form's state does not matter, and the form does not change. The event says that
    there is a comment, not what it says: the log is read outside the locality, too.
    ``PermissionDenied`` for others than people of the locality, ``ValidationError`` on
    ``text``, ``indicator`` or ``mentions``.
    """
    require(can_comment_internally, by, submission)
    words = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if indicator not in reported_nodes(submission.cycle.framework_version.parsed):
        raise ValidationError({"indicator": [_("The form does not ask this indicator.")]})
    if not words:
        raise ValidationError({"text": [_("Write the comment first.")]})
    refuse_long_texts({"text": words}, MAX_REASON)
    people = people_of(submission.locality)
    known = {person.pk for person in people}
    if any(person.pk not in known for person in mentions):
        raise ValidationError({"mentions": [_("Only people of the locality can be mentioned.")]})
    comment = Comment.objects.create(
        submission=submission, indicator=indicator, text=words, by=by, at=at
    )
    told = {p.pk: p for p in (*mentioned_in(words, people), *mentions) if p.pk != by.pk}
    comment.mentions.set(told.values())
    record_event(
        action="submissions.write_comment",
        by=by,
        at=at,
        target=comment,
        after={"indicator": indicator, "mentions": [p.username for p in told.values()]},
        region=submission.cycle.region,
        locality=submission.locality,
    )
    return comment
