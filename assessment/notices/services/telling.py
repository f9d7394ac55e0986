"""Telling people directly: reminders, urging, and the end of what they asked for."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial

from django.db import IntegrityError, transaction

from accounts.models import Region, User
from assessment.audit.models import Event
from assessment.audit.services import record_event
from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.cycles.queries import working_calendar
from assessment.notices.digests import Digest, digests_of
from assessment.notices.models import Letter
from assessment.notices.services.delivering import queue_letters
from assessment.submissions.models import Submission
from assessment.submissions.services import Urged, urge_submissions
from assessment.submissions.waiting import waiting_for

log = logging.getLogger(__name__)


@dataclass
class Urging:
    """What came of urging several localities; ``mailed`` of the ``people`` get an e-mail, too."""

    urged: list[Submission] = field(default_factory=list)
    lately: list[tuple[Submission, datetime]] = field(default_factory=list)
    people: int = 0
    mailed: int = 0


def urge_localities(
    *, cycle: Cycle, submissions: Iterable[Submission], by: User, at: datetime
) -> Urging:
    """Urge the localities of these forms of the cycle, in the interface and by e-mail.

    One event for each form. Whoever was urged within the last day is left out and named; forms
    that were handed in meanwhile are left out. A constant number of queries.
    """
    waiting = waiting_for(submissions)
    with transaction.atomic():
        found = urge_submissions(cycle=cycle, waiting=waiting, by=by, at=at)
        letters = [
            _urging_letter(each, person, at) for each in found.urged for person in each.people
        ]
        Letter.objects.bulk_create(letters)
        # Only once the rows are free: a job's row is locked before the head of the log, never
        # after.
        transaction.on_commit(partial(_queue, cycle.region, at), robust=True)
    return Urging(
        urged=[each.submission for each in found.urged],
        lately=found.lately,
        people=len(letters),
        mailed=sum(letter.is_mailed for letter in letters),
    )


def _urging_letter(urged: Urged, person: User, at: datetime) -> Letter:
    return Letter(
        user=person,
        sequence=urged.event.sequence,
        region=urged.submission.cycle.region,
        created_at=at,
        is_mailed=_wants_email(person),
    )


@transaction.atomic
def tell_of_batch(*, person: User, event: Event, region: Region) -> None:
    """Tell the person of the event that ended a batch of reports, by e-mail where they want it.

    Part of the transaction that records the event, which happens once: so there is one letter.
    Nobody who left is written to.
    """
    if not person.is_active:
        return
    Letter.objects.create(
        user=person,
        sequence=event.sequence,
        region=region,
        created_at=event.at,
        is_mailed=_wants_email(person),
    )
    transaction.on_commit(partial(_queue, region, event.at), robust=True)


def remind_people(*, at: datetime) -> int:
    """Give everybody who is awaited their one digest of the local day; how many got theirs.

    Run again on the same day, or by two workers at once, it tells nobody twice: the database
    keeps one letter per person and day. What is interrupted is finished by the next run. What
    goes wrong with one person stops nobody else, and is raised once all others have theirs.
    """
    today, calendar = local_date(at), working_calendar()
    told = told_on(today)
    digests = [each for each in digests_of(today, calendar) if each.user.pk not in told]
    given, faults = [], []
    for digest in digests:
        try:
            if _give(digest, at):
                given.append(digest)
        except Exception as error:
            log.exception("no reminder for %s", digest.user)
            faults.append(error)
    for region in {digest.region.pk: digest.region for digest in given}.values():
        _queue(region, at)
    if faults:
        raise faults[0]
    return len(given)


def told_on(day: date) -> set[int]:
    """Who has the digest of the day."""
    return set(Letter.objects.filter(day=day).values_list("user", flat=True))


def _give(digest: Digest, at: datetime) -> Event | None:
    day = local_date(at)
    try:
        with transaction.atomic():
            event = record_event(
                action="notices.remind",
                by=None,
                at=at,
                target=digest.user,
                after=digest.recorded(day),
                region=digest.region,
            )
            Letter.objects.create(
                user=digest.user,
                sequence=event.sequence,
                day=day,
                region=digest.region,
                created_at=at,
                is_mailed=_wants_email(digest.user),
            )
    except IntegrityError:  # another worker was quicker; the event is undone with the letter
        return None
    return event


@transaction.atomic
def _queue(region: Region, at: datetime) -> None:
    queue_letters(region=region, at=at)


def _wants_email(person: User) -> bool:
    return person.wants_email and bool(person.email)
