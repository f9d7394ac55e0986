"""Which events of the log concern a person, and which of them are unread."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce

from accounts.models import Membership, User
from accounts.queries import memberships_of
from accounts.roles import LOCALITY_ROLES, REGION_ROLES, Role
from assessment.audit.models import Event
from assessment.cycles.models import Cycle, Participant
from assessment.notices.models import Letter, ReadNotice, ReadUntil
from assessment.submissions.models import Comment

# The bar shows "99+" beyond this, so that counting never reads the whole log.
MOST_COUNTED = 99

_FORM_ACTIONS = (
    "submissions.submit",
    "submissions.withdraw",
    "submissions.begin_review",
    "submissions.ask_unlock",
    "submissions.unlock",
    "submissions.refuse_unlock",
    "submissions.return",
    "submissions.accept",
    "submissions.extend_deadline",
    "submissions.divide",
)
_HANDED_IN = ("submissions.submit", "submissions.withdraw", "submissions.ask_unlock")
# What is said of a remark once the locality was sent it, by either side.
_OF_REMARKS = ("submissions.answer_remark", "submissions.reopen_remark")
_STAGE_ACTIONS = (
    "cycles.open_collection",
    "cycles.start_review",
    "cycles.reopen_collection",
    "cycles.publish_preliminary",
    "cycles.withdraw_preliminary",
    "cycles.publish",
)
# What a region's own people learn besides: steps that are not public.
_INNER_STAGE_ACTIONS = (
    "cycles.create_cycle",
    "cycles.finalise",
    "cycles.reopen_preliminary",
    "cycles.archive",
)
# What may make a day one of reminding: stages, timetables and holidays, and a form's own last day.
_MOVES_DAYS = Q(action__startswith="cycles.") | Q(
    action__in=("submissions.extend_deadline", "submissions.return", "submissions.unlock")
)


def last_move_of_days(since: datetime) -> int:
    """The number of the newest event since then that may move days of reminding; 0 for none."""
    moves = Event.objects.filter(_MOVES_DAYS, at__gte=since)
    return moves.order_by("-sequence").values_list("sequence", flat=True).first() or 0


def notices_for(user: User | AnonymousUser) -> QuerySet[Event]:
    """The events that concern the user in the roles held now, newest first, places included.

    Since a role is held: what others did to the forms of one's locality, answers to remarks,
    internal comments that mention one, the steps of the cycles one takes part in or works for,
    finished batches of reports for coordinators, and the granting of one's own roles; besides,
    whatever one was told directly. What one did oneself is no news.
    """
    held = memberships_of(user)
    if not held:
        return Event.objects.none()
    wanted = Q()
    for membership in held:
        granted = _granted(membership)
        wanted |= granted
        if membership.role in LOCALITY_ROLES:
            wanted |= _since(granted) & (_of_locality(membership) | _mentions(membership))
        elif membership.role in REGION_ROLES:
            wanted |= _since(granted) & _of_region(membership)
    wanted |= Q(sequence__in=Letter.objects.filter(user=user.pk).values("sequence"))
    return (
        Event.objects.filter(wanted)
        .exclude(actor=user.pk)
        .select_related("region", "locality")
        .order_by("-sequence")
    )


def unread(user: User, events: QuerySet[Event]) -> QuerySet[Event]:
    """Those of the events the user has not read."""
    return events.filter(is_unread(user))


def is_unread(user: User) -> Q:
    """The condition on an event that the user has not read it."""
    until = ReadUntil.objects.filter(user=user).values("sequence")[:1]
    read = ReadNotice.objects.filter(user=user, sequence=OuterRef("sequence"))
    return Q(~Exists(read), sequence__gt=Coalesce(Subquery(until), 0))


def unread_count(user: User | AnonymousUser) -> int:
    """How many notices are unread, at most one more than ``MOST_COUNTED``; one query."""
    if not isinstance(user, User):
        return 0
    some = unread(user, notices_for(user)).order_by().values("pk")[: MOST_COUNTED + 1]
    return some.count()


def read_sequences(user: User, events: list[Event]) -> set[int]:
    """The numbers of those of the events the user has read; two queries."""
    until = ReadUntil.objects.filter(user=user).values_list("sequence", flat=True).first() or 0
    numbers = [event.sequence for event in events]
    alone = ReadNotice.objects.filter(user=user, sequence__in=numbers)
    return {number for number in numbers if number <= until} | set(
        alone.values_list("sequence", flat=True)
    )


def _granted(membership: Membership) -> Q:
    return Q(
        action="accounts.grant_membership",
        target_type=Membership._meta.label_lower,
        target_id=str(membership.pk),
    )


def _since(granted: Q) -> Q:
    """What the log has after the granting: in its own order, whatever the clock said."""
    first = Event.objects.filter(granted).order_by("sequence").values("sequence")[:1]
    return Q(sequence__gt=Coalesce(Subquery(first), 0))


def _of_locality(membership: Membership) -> Q:
    taken_part = (
        Participant.objects.filter(locality=membership.locality_id)
        .annotate(key=Cast("cycle", CharField()))
        .values("key")
    )
    return Q(locality=membership.locality_id, action__in=(*_FORM_ACTIONS, *_OF_REMARKS)) | Q(
        action__in=_STAGE_ACTIONS,
        target_type=Cycle._meta.label_lower,
        target_id__in=taken_part,
    )


def _mentions(membership: Membership) -> Q:
    """Internal comments of the locality that mention the person."""
    mentioned = Comment.objects.filter(
        mentions=membership.user_id, submission__locality=membership.locality_id
    )
    return Q(
        action="submissions.write_comment",
        target_type=Comment._meta.label_lower,
        target_id__in=mentioned.annotate(key=Cast("pk", CharField())).values("key"),
    )


def _of_region(membership: Membership) -> Q:
    stages = Q(action__in=(*_STAGE_ACTIONS, *_INNER_STAGE_ACTIONS))
    if membership.role == Role.COORDINATOR:
        # Forms handed in or taken back, requests to unlock one, and reports asked for together
        # that are done: a single one is awaited on its page.
        stages |= Q(action__in=(*_HANDED_IN, *_OF_REMARKS))
        stages |= Q(action="reports.end_batch", after__asked__gt=1)
    return Q(region=membership.region_id) & stages
