"""Letters by e-mail: a job for each region, repeated while the mail server does not answer."""

import logging
from collections import Counter
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage
from django.db.models import Max, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from accounts.letters import language_of, written_letter
from accounts.models import Region
from assessment.audit.models import Event
from assessment.cycles.queries import installation_notice
from assessment.jobs.failures import JobFailed
from assessment.jobs.kinds import Progress
from assessment.jobs.models import Job
from assessment.jobs.services import enqueue_job, retry_job
from assessment.jobs.workflow import JobState
from assessment.notices.models import Letter
from assessment.notices.wording import notices_of

log = logging.getLogger(__name__)

JOB_KIND = "notices.letters"
MAIL_SILENT = gettext_noop(
    "The mail server does not take e-mails at present. Those that wait are tried again by "
    "themselves; the notices stand in the interface."
)
SOME_REFUSED = gettext_noop(
    "The mail server refused the addresses of some people. They find the notice in the "
    "interface; ask the system administrator to correct the addresses (they are in the log)."
)
SOME_UNWRITTEN = gettext_noop(
    "Some e-mails could not be written: the fault is the software’s, not the mail server’s. They "
    "are tried again by themselves; their readers find the notice in the interface. Show your "
    "system administrator the log."
)
# What the job says of letters that did not go; of several, what people must see to comes first.
_NOT_SENT = {"unwritten": SOME_UNWRITTEN, "refused": SOME_REFUSED, "later": MAIL_SILENT}
_SENDING = gettext_noop("Sending e-mails")
# A letter nobody could send for so long has nothing new to say.
KEPT_FOR = timedelta(days=3)
# Whoever took a letter up and did not finish it is given up for lost.
CLAIM_HOLDS = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=15), timedelta(hours=4)


def queue_letters(*, region: Region, at: datetime) -> None:
    """Have the region's waiting letters sent; nothing where none wait or a job is at it.

    A job that failed is tried again after a pause, twice as long each time, or at once when
    there are newer letters. Call it inside a transaction.
    """
    newest = _waiting(at).filter(region=region).aggregate(at=Max("created_at"))["at"]
    if newest is None:
        return
    jobs = Job.objects.filter(kind=JOB_KIND, parameters__region=region.pk)
    last = jobs.order_by("-created_at").first()
    if last is None or last.state == JobState.SUCCEEDED:
        _enqueue(region, at)
    elif last.is_finished and last.finished_at is not None:
        is_news = newest > last.finished_at
        if is_news or (last.state == JobState.FAILED and at >= last.finished_at + _pause(last)):
            retry_job(job=last, by=None, at=at)


def queue_waiting_letters(*, at: datetime) -> None:
    """``queue_letters`` for every region in which letters wait."""
    for region in Region.objects.filter(pk__in=_waiting(at).values("region")):
        queue_letters(region=region, at=at)


def send_letters(job: Job, progress: Progress) -> dict[str, Any]:
    """Send what waits in the region; the handler of the job, safe to run twice.

    One address at fault stops nobody else, nor does one letter that cannot be written. Raises
    ``JobFailed`` where the server takes nothing now, refused some addresses for good, or some
    letters could not be written.
    """
    outcomes: Counter[str] = Counter()
    total = 0
    tried: set[int] = set()
    waiting = _waiting(timezone.now()).filter(region=job.parameters["region"])
    while letters := list(waiting.exclude(pk__in=tried).select_related("user")[:50]):
        total += len(letters)
        for letter in letters:
            tried.add(letter.pk)
            progress.report(outcomes.total() * 100 // max(total, 1), _SENDING)
            if _claim(letter, timezone.now()):
                outcomes[_send(letter)] += 1
    for outcome, message in _NOT_SENT.items():
        if outcomes[outcome]:
            raise JobFailed(message)
    return {"sent": outcomes["sent"]}


def _waiting(at: datetime) -> QuerySet[Letter]:
    return Letter.objects.filter(
        is_mailed=True,
        sent_at__isnull=True,
        refused_at__isnull=True,
        created_at__gte=at - KEPT_FOR,
    ).order_by("pk")


def _enqueue(region: Region, at: datetime) -> None:
    about = {"region": region.pk, "name_zh": region.name_zh, "name_en": region.name_en}
    enqueue_job(kind=JOB_KIND, parameters=about, by=None, at=at)


def _pause(job: Job) -> timedelta:
    doubled = min(max(job.attempts - 1, 0), 8)  # more is far beyond the longest pause
    return min(FIRST_PAUSE * int(2**doubled), LONGEST_PAUSE)


def _claim(letter: Letter, at: datetime) -> bool:
    """Take the letter for this worker: of any number that try, one conditional UPDATE wins."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - CLAIM_HOLDS)
    waiting = Letter.objects.filter(free, pk=letter.pk, sent_at__isnull=True)
    return bool(waiting.update(claimed_at=at))


def _send(letter: Letter) -> str:
    """Send one letter: ``sent``, ``refused`` for good, ``unwritten``, or ``later``.

    Stops where nothing goes. What could not be written is no refusal: the letter waits.
    """
    stored = Letter.objects.filter(pk=letter.pk)
    try:
        message = _written(letter)
    except Exception as error:  # whatever a text or a template may raise
        return _unwritten(letter, error)
    try:
        message.send()
    except BadHeaderError as error:  # our own subject breaks the line
        return _unwritten(letter, error)
    except (SMTPRecipientsRefused, SMTPDataError, ValueError) as error:
        log.warning("the e-mail to %s was refused: %s", letter.user.email, error)
        said = _said(error)
        if _is_final(error):
            stored.update(refused_at=timezone.now(), error=said)
            return "refused"
        stored.update(claimed_at=None, error=said)
        return "later"
    except OSError as error:
        log.warning("the mail server does not answer: %s", error)
        stored.update(claimed_at=None, error=_said(error))
        raise JobFailed(MAIL_SILENT) from error
    stored.update(sent_at=timezone.now(), error="")
    return "sent"


def _unwritten(letter: Letter, error: Exception) -> str:
    log.error("the e-mail to %s could not be written", letter.user.email, exc_info=error)
    Letter.objects.filter(pk=letter.pk).update(claimed_at=None, error=_said(error))
    return "unwritten"


def _said(error: Exception) -> str:
    return str(error)[:300] or type(error).__name__


def _is_final(error: Exception) -> bool:
    """Whether trying again is in vain: codes from 500 on, and addresses that cannot be written."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= 500
    return True


def _written(letter: Letter) -> EmailMessage:
    person = letter.user
    with translation.override(language_of(person)):
        event = Event.objects.select_related("region", "locality").get(sequence=letter.sequence)
        notice = notices_of([event], person)[0]
        return written_letter(
            "notice",
            to=person.email,
            person=person,
            notice=notice,
            link=f"{settings.SITE_URL}{notice.url}" if settings.SITE_URL else "",
            mark=installation_notice(),
        )
