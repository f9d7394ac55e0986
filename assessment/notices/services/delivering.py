"""Letters by e-mail: a job for each region, repeated while the mail server does not answer."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from accounts.letters import language_of, send_letter
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

    One address at fault stops nobody else. Raises ``JobFailed`` where the server takes nothing
    now, or refused some addresses for good.
    """
    sent, refused, total = 0, 0, 0
    tried: set[int] = set()
    waiting = _waiting(timezone.now()).filter(region=job.parameters["region"])
    while letters := list(waiting.exclude(pk__in=tried).select_related("user")[:50]):
        total += len(letters)
        for letter in letters:
            tried.add(letter.pk)
            progress.report((sent + refused) * 100 // max(total, 1), _SENDING)
            if not _claim(letter, timezone.now()):
                continue
            outcome = _send(letter)
            sent += outcome == "sent"
            refused += outcome == "refused"
    if refused:
        raise JobFailed(SOME_REFUSED)
    if waiting.filter(pk__in=tried, error__gt="").exists():
        raise JobFailed(MAIL_SILENT)
    return {"sent": sent}


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
    """Send one letter: ``sent``, ``refused`` for good, or ``later``; stop where nothing goes."""
    stored = Letter.objects.filter(pk=letter.pk)
    try:
        _write(letter)
    except (SMTPRecipientsRefused, SMTPDataError, ValueError) as error:
        log.warning("the e-mail to %s was refused: %s", letter.user.email, error)
        said = str(error)[:300] or type(error).__name__
        if _is_final(error):
            stored.update(refused_at=timezone.now(), error=said)
            return "refused"
        stored.update(claimed_at=None, error=said)
        return "later"
    except OSError as error:
        log.warning("the mail server does not answer: %s", error)
        stored.update(claimed_at=None, error=str(error)[:300] or type(error).__name__)
        raise JobFailed(MAIL_SILENT) from error
    stored.update(sent_at=timezone.now(), error="")
    return "sent"


def _is_final(error: Exception) -> bool:
    """Whether trying again is in vain: codes from 500 on, and addresses that cannot be written."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    if isinstance(error, SMTPDataError):
        return error.smtp_code >= 500
    return True


def _write(letter: Letter) -> None:
    person = letter.user
    with translation.override(language_of(person)):
        event = Event.objects.select_related("region", "locality").get(sequence=letter.sequence)
        notice = notices_of([event], person)[0]
        send_letter(
            "notice",
            to=person.email,
            person=person,
            notice=notice,
            link=f"{settings.SITE_URL}{notice.url}" if settings.SITE_URL else "",
            mark=installation_notice(),
        )
