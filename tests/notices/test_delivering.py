"""Letters by e-mail: in the person's language, past bad addresses, until the server answers."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts.models import User
from assessment.jobs.models import Job
from assessment.jobs.runs import run_job
from assessment.jobs.services import retry_job
from assessment.jobs.workflow import JobState
from assessment.notices.models import Letter
from assessment.notices.services import JOB_KIND, delivering, queue_letters, remind_people
from assessment.notices.services.delivering import MAIL_SILENT, SOME_REFUSED, SOME_UNWRITTEN
from assessment.submissions.models import Submission
from tests.cast import Cast
from tests.notices.conftest import moment

DAY = moment(3, 14)


class Clock:
    """The present of services that ask for it."""

    now = DAY


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    """The day of the reminder."""
    Clock.now = DAY
    monkeypatch.setattr("django.utils.timezone.now", lambda: Clock.now)
    return Clock


@pytest.fixture
def waiting(form: Submission) -> Job:
    """The job of the reminders to contributor, approver, the neighbours and the coordinator."""
    remind_people(at=DAY)
    return Job.objects.get(kind=JOB_KIND)


def failing(monkeypatch: pytest.MonkeyPatch, fault: Callable[[str], Exception | None]) -> None:
    """A mail server that answers some addresses with a fault."""
    send = EmailBackend.send_messages

    def send_or_fail(self: Any, messages: Any) -> int:
        for message in messages:
            error = fault(message.to[0])
            if error is not None:
                raise error
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_or_fail)


def test_each_letter_is_sent_once_in_the_language_of_its_reader(cast: Cast, waiting: Job) -> None:
    User.objects.filter(pk=cast.contributor.pk).update(language="en")
    run_job(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.result) == (JobState.SUCCEEDED, {"sent": 5})
    letters = {message.to[0]: message for message in mail.outbox}
    assert len(letters) == len(mail.outbox) == 5
    english = letters[cast.contributor.email]
    assert english.subject == "Lianping: Reminder: 1 form waits for you"
    assert "last day 2017-03-15, due in 1 working day" in english.body
    assert letters[cast.approver.email].subject == "联评：填报提醒：您有 1 份填报表待完成"
    queue_letters(region=cast.region, at=DAY)
    assert Job.objects.count() == 1


def test_one_bad_address_stops_nobody_else(
    cast: Cast, waiting: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(address: str) -> Exception | None:
        if address != cast.approver.email:
            return None
        return smtplib.SMTPRecipientsRefused({address: (550, b"no such user")})

    failing(monkeypatch, refuse)
    run_job(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (JobState.FAILED, SOME_REFUSED)
    assert len(mail.outbox) == 4
    refused = Letter.objects.get(refused_at__isnull=False)
    assert refused.user == cast.approver
    assert "no such user" in refused.error


def test_a_letter_that_cannot_be_written_is_no_refusal_and_stops_nobody_else(
    cast: Cast, waiting: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = delivering.notices_of

    def fail_for_one(events: Any, reader: User) -> Any:
        if reader == cast.approver:
            raise KeyError("day")
        return write(events, reader)

    with monkeypatch.context() as patch:
        patch.setattr(delivering, "notices_of", fail_for_one)
        run_job(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (JobState.FAILED, SOME_UNWRITTEN)
    assert len(mail.outbox) == 4
    letter = Letter.objects.get(sent_at__isnull=True)
    assert (letter.user, letter.refused_at, letter.error) == (cast.approver, None, "'day'")
    retry_job(job=waiting, by=None, at=DAY)
    run_job(waiting.pk)
    assert len(mail.outbox) == 5


def test_a_silent_server_is_seen_and_tried_again_after_a_pause(
    cast: Cast, waiting: Job, monkeypatch: pytest.MonkeyPatch, clock: type[Clock]
) -> None:
    with monkeypatch.context() as patch:
        failing(patch, lambda _address: ConnectionRefusedError("connection refused"))
        run_job(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (JobState.FAILED, MAIL_SILENT)
    assert waiting.parameters["region"] == cast.region.pk  # its coordinators see it
    queue_letters(region=cast.region, at=DAY + timedelta(minutes=14))
    waiting.refresh_from_db()
    assert waiting.state == JobState.FAILED
    clock.now = DAY + timedelta(minutes=16)
    queue_letters(region=cast.region, at=clock.now)
    waiting.refresh_from_db()
    assert waiting.state == JobState.QUEUED
    run_job(waiting.pk)
    assert len(mail.outbox) == 5
    assert not Letter.objects.filter(sent_at__isnull=True).exists()


def test_a_busy_server_is_asked_again_for_that_letter_alone(
    cast: Cast, waiting: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def later(address: str) -> Exception | None:
        if address != cast.approver.email:
            return None
        return smtplib.SMTPRecipientsRefused({address: (451, b"greylisted, try again")})

    failing(monkeypatch, later)
    run_job(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (JobState.FAILED, MAIL_SILENT)
    assert len(mail.outbox) == 4
    assert Letter.objects.get(sent_at__isnull=True).refused_at is None


def test_a_letter_another_worker_has_taken_up_is_left_to_it(waiting: Job) -> None:
    Letter.objects.update(claimed_at=DAY - timedelta(minutes=9))
    run_job(waiting.pk)
    assert mail.outbox == []
    Letter.objects.update(claimed_at=DAY - timedelta(minutes=11))
    Job.objects.update(state=JobState.QUEUED, finished_at=None)
    run_job(waiting.pk)
    assert len(mail.outbox) == 5


def test_what_is_older_than_three_days_is_not_sent_any_more(cast: Cast, waiting: Job) -> None:
    Letter.objects.update(created_at=DAY - timedelta(days=3, minutes=1))
    run_job(waiting.pk)
    assert mail.outbox == []
