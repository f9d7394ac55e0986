"""The queue does not answer: what was saved stays saved, and the work starts when it does."""

from datetime import timedelta

import pytest
from celery import current_app
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessment.jobs import announcing
from assessment.jobs.models import Job
from assessment.jobs.services import enqueue_job, reap_jobs, retry_job
from assessment.jobs.workflow import JobState
from tests.cast import Cast
from tests.factories import NOW

LATER = NOW + timedelta(seconds=61)
# Nothing listens on port 1: the connection is refused at once, as by a Redis that is down.
REFUSING = "redis://127.0.0.1:1/0"


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send messages for good, to a broker that refuses; nothing of it outlives the test."""
    monkeypatch.setitem(current_app.conf, "task_always_eager", False)
    monkeypatch.setitem(current_app.conf, "broker_url", REFUSING)
    monkeypatch.setitem(current_app.conf, "broker_write_url", REFUSING)
    monkeypatch.setattr(current_app.amqp, "_producer_pool", None)
    monkeypatch.setattr(announcing._Queue, "silent_until", 0.0)


def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(current_app.conf, "task_always_eager", True)
    monkeypatch.setattr(announcing._Queue, "silent_until", 0.0)


def saved(kind: str, by: User, commit) -> Job:
    with commit(execute=True):
        job = enqueue_job(kind=kind, parameters={"number": 7}, by=by, at=NOW)
    job.refresh_from_db()
    return job


@pytest.mark.usefixtures("refusing")
def test_a_job_waits_where_the_queue_refuses(
    cast: Cast, kind: str, django_capture_on_commit_callbacks, caplog: pytest.LogCaptureFixture
) -> None:
    job = saved(kind, cast.contributor, django_capture_on_commit_callbacks)
    assert (job.state, job.is_announced) == (JobState.QUEUED, False)
    assert "the queue does not answer" in caplog.text


@pytest.mark.usefixtures("refusing")
def test_the_reaper_announces_it_when_the_queue_answers(
    cast: Cast, kind: str, django_capture_on_commit_callbacks, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = saved(kind, cast.contributor, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        assert reap_jobs(at=LATER) == 1
    job.refresh_from_db()
    assert (job.state, job.is_announced) == (JobState.QUEUED, False)  # it refused again

    answering(monkeypatch)
    with django_capture_on_commit_callbacks(execute=True):
        assert reap_jobs(at=LATER + timedelta(seconds=61)) == 1
    job.refresh_from_db()
    assert (job.state, job.is_announced, job.result) == (JobState.SUCCEEDED, True, {"of": 7})


@pytest.mark.usefixtures("refusing")
def test_a_batch_asks_the_dead_queue_once(
    cast: Cast,
    kind: str,
    django_capture_on_commit_callbacks,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            enqueue_job(kind=kind, parameters={}, by=cast.contributor, at=NOW)
    assert caplog.text.count("the queue does not answer") == 1
    assert Job.objects.filter(is_announced=False, state=JobState.QUEUED).count() == 3


@pytest.mark.usefixtures("refusing")
def test_the_page_says_that_the_work_starts_by_itself(
    cast: Cast, kind: str, django_capture_on_commit_callbacks
) -> None:
    job = saved(kind, cast.contributor, django_capture_on_commit_callbacks)
    client: Client = cast.client("contributor")
    page = client.get(reverse("jobs:detail", args=[job.pk]), headers={"accept-language": "en"})
    assert "starts by itself as soon as it does" in page.content.decode()
    page = client.get(reverse("jobs:detail", args=[job.pk]), headers={"accept-language": "zh-hans"})
    assert "队列暂时没有响应" in page.content.decode()


@pytest.mark.usefixtures("refusing")
def test_trying_again_is_a_redirect_and_not_an_error(
    cast: Cast, kind: str, django_capture_on_commit_callbacks
) -> None:
    job = Job.objects.create(
        kind=kind,
        created_by=cast.contributor,
        created_at=NOW,
        state=JobState.FAILED,
        finished_at=NOW,
    )
    with django_capture_on_commit_callbacks(execute=True):
        response = cast.client("contributor").post(reverse("jobs:retry", args=[job.pk]))
    assert response.status_code == 302
    job.refresh_from_db()
    assert (job.state, job.is_announced) == (JobState.QUEUED, False)


def test_a_cancelled_job_tried_again_is_no_longer_silent(cast: Cast, kind: str) -> None:
    job = Job.objects.create(
        kind=kind,
        created_at=NOW,
        state=JobState.CANCELLED,
        finished_at=NOW,
        is_announced=False,
    )
    assert retry_job(job=job, by=None, at=NOW).is_announced
