"""What was asked for in one go: its end is recorded once, whoever dies, and told once."""

from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessment.audit.models import Event
from assessment.jobs.models import Job
from assessment.jobs.services import request_cancel, retry_job
from assessment.jobs.workflow import JobState
from assessment.notices.models import Letter
from assessment.publication.models import Publication
from assessment.reports import services
from assessment.reports.contents import ReportContents
from assessment.reports.models import Batch, Report
from assessment.reports.queries import LANGUAGES
from assessment.reports.services import Wanted, end_batches, request_reports
from tests.cast import Cast
from tests.concurrency import at_once, refusals
from tests.reports.conftest import LATER, Commit


def ask(cast: Cast, publication: Publication, **changes: Any) -> list[Job]:
    """Both localities in Chinese, as the coordinator asks."""
    given = {
        "publication": publication,
        "localities": [cast.locality, cast.neighbour],
        "languages": ["zh-hans"],
        "by": cast.coordinator,
        "at": LATER,
    }
    return request_reports(**given | changes)


def finish(job: Job, state: JobState = JobState.SUCCEEDED) -> None:
    """The job has ended and its worker died before it could say so."""
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=LATER)


def ends() -> list[dict[str, Any]]:
    """What the log says of the ends, in order."""
    events = Event.objects.filter(action="reports.end_batch").order_by("sequence")
    return [event.after for event in events]


def test_the_last_report_ends_the_batch_and_whoever_asked_is_written_to_once(
    cast: Cast,
    publication: Publication,
    commit: Commit,
    quick: list[ReportContents],
    settings: Any,
) -> None:
    settings.SITE_URL = "https://lianping.example.org"
    with commit():
        ask(cast, publication, languages=LANGUAGES)
    assert ends() == [{"asked": 4, "done": 4}]
    [letter] = Letter.objects.all()
    assert letter.user == cast.coordinator
    assert letter.sent_at is not None
    [message] = mail.outbox
    page = reverse("reports:list", args=[cast.cycle.code])
    assert message.to == [cast.coordinator.email]
    assert message.subject == f"联评：{cast.cycle.name_zh}：所需 4 份评估报告已全部生成"
    assert f"https://lianping.example.org{page}?publication={publication.number}" in message.body
    with commit():
        ask(cast, publication, languages=LANGUAGES)
    assert ends()[1] == {"asked": 4, "done": 4, "unchanged": 4}
    assert "沿用原文件 4 份" in mail.outbox[1].body


def test_a_failed_and_a_cancelled_report_are_counted_in_the_language_of_the_reader(
    cast: Cast, publication: Publication, commit: Commit
) -> None:
    User.objects.filter(pk=cast.coordinator.pk).update(language="en")
    failed, cancelled, done = ask(cast, publication, languages=LANGUAGES)[:3]
    last = Job.objects.exclude(pk__in=[failed.pk, cancelled.pk, done.pk]).get()
    finish(failed, JobState.FAILED)
    finish(cancelled, JobState.CANCELLED)
    finish(done)
    assert end_batches(at=LATER) == 0
    with commit():
        request_cancel(job=last, by=cast.coordinator, at=timezone.now())
    assert ends() == [{"asked": 4, "done": 1, "failed": 1, "cancelled": 2}]
    [message] = mail.outbox
    name = cast.cycle.name_en
    assert message.subject == f"Lianping: {name}: 1 of 4 evaluation reports asked for are ready"
    assert "Failed: 1." in message.body
    assert "Cancelled: 2." in message.body


def test_a_batch_whose_last_worker_died_is_ended_by_the_clock(
    cast: Cast, publication: Publication
) -> None:
    for job in ask(cast, publication):
        finish(job)
    assert not Event.objects.filter(action="reports.end_batch").exists()
    assert [end_batches(at=LATER) for _run in range(2)] == [1, 0]
    assert len(ends()) == Letter.objects.count() == 1


def test_a_fault_in_telling_leaves_the_batch_to_be_ended_again(
    cast: Cast, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the worker is killed between the event and the letter."""
    for job in ask(cast, publication):
        finish(job)

    def killed(**_told: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("assessment.notices.receivers.tell_of_batch", killed)
        with pytest.raises(KeyboardInterrupt):
            end_batches(at=LATER)
    assert ends() == []
    assert end_batches(at=LATER) == 1
    assert Letter.objects.count() == 1


@pytest.mark.parametrize("state", ["wants no e-mail", "left"])
def test_who_wants_no_e_mail_gets_none(cast: Cast, publication: Publication, state: str) -> None:
    people = User.objects.filter(pk=cast.coordinator.pk)
    people.update(**{"wants_email": False} if state == "wants no e-mail" else {"is_active": False})
    for job in ask(cast, publication):
        finish(job)
    end_batches(at=LATER)
    assert len(ends()) == 1
    assert list(Letter.objects.values_list("is_mailed", flat=True)) == (
        [False] if state == "wants no e-mail" else []
    )


def test_nobody_is_written_to_because_of_a_single_report(
    cast: Cast, publication: Publication
) -> None:
    [job] = ask(cast, publication, localities=[cast.locality])
    finish(job)
    end_batches(at=LATER)
    assert ends() == [{"asked": 1, "done": 1}]
    assert not Letter.objects.exists()


def test_a_batch_waits_for_what_somebody_else_had_asked_for_already(
    cast: Cast, publication: Publication
) -> None:
    [other] = ask(cast, publication, localities=[cast.locality], by=None)
    _same, own = ask(cast, publication)
    finish(own)
    assert end_batches(at=LATER) == 0
    finish(other)
    assert end_batches(at=LATER) == 2
    assert {each["asked"] for each in ends()} == {1, 2}


def test_a_job_tried_again_after_its_batch_ended_ends_it_once_more(
    cast: Cast, publication: Publication
) -> None:
    done, failed = ask(cast, publication)
    finish(done)
    finish(failed, JobState.FAILED)
    end_batches(at=LATER)
    retry_job(job=failed, by=cast.coordinator, at=LATER)
    assert end_batches(at=LATER) == 0
    finish(failed)
    assert end_batches(at=LATER) == 1
    assert ends() == [{"asked": 2, "done": 1, "failed": 1}, {"asked": 2, "done": 2}]
    assert Letter.objects.count() == 2


def test_a_job_tried_again_makes_the_report_unless_another_one_is_to(
    cast: Cast, publication: Publication
) -> None:
    [failed] = ask(cast, publication, localities=[cast.locality])
    finish(failed, JobState.FAILED)
    [newer] = ask(cast, publication, localities=[cast.locality])
    retry_job(job=failed, by=cast.coordinator, at=LATER)
    assert Report.objects.get().job == newer
    finish(failed, JobState.FAILED)
    finish(newer, JobState.FAILED)
    retry_job(job=failed, by=cast.coordinator, at=LATER)
    assert Report.objects.get().job == failed


def test_only_what_failed_is_made_again(cast: Cast, publication: Publication) -> None:
    first, second = ask(cast, publication)
    finish(first)
    finish(second, JobState.FAILED)
    [again] = ask(cast, publication, languages=LANGUAGES, wanted=Wanted.FAILED)
    assert again.parameters["locality"] == cast.neighbour.pk
    assert again.pk != second.pk
    assert ask(cast, publication, languages=LANGUAGES, wanted=Wanted.FAILED) == []
    newest = Batch.objects.first()
    assert newest is not None
    assert list(newest.jobs.all()) == [again]


@pytest.mark.django_db(transaction=True)
def test_of_workers_that_see_the_end_at_once_one_records_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from tests.cast import make_cast
    from tests.observations.scene import at_stage, fill
    from tests.reports.conftest import Stage, published

    monkeypatch.setattr("assessment.notices.services.telling.queue_letters", lambda **_asked: None)
    monkeypatch.setattr("assessment.jobs.announcing._announce", lambda _job: None)
    cast = make_cast()
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    for job in ask(cast, published(cast)):
        finish(job)
    outcomes = at_once([partial(services.end_batches, at=LATER)] * 3)
    assert refusals(outcomes) == []
    assert sum(outcomes) == 1  # type: ignore[arg-type]
    assert len(ends()) == Letter.objects.count() == 1
