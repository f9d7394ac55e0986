"""Queueing, steering and taking up jobs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from assessment.audit.models import Event
from assessment.jobs.failures import LOST_TOO_OFTEN, JobCancelled, JobLost
from assessment.jobs.models import Job
from assessment.jobs.runs import claim_job
from assessment.jobs.services import (
    MOST_LOSSES,
    enqueue_job,
    reap_jobs,
    report_progress,
    request_cancel,
    retry_job,
)
from assessment.jobs.workflow import JobState, NotAllowedNow
from tests.cast import Cast
from tests.factories import NOW, UserFactory

LATER = NOW + timedelta(seconds=61)
STEERING = {
    "coordinator": True,
    "contributor": True,  # asked for the job
    "approver": False,
    "neighbour_contributor": False,
    "other_coordinator": False,
    "reviewer": False,
    "auditor": False,
    "system_administrator": False,
}


@pytest.fixture
def owner(db: None) -> User:
    return UserFactory()


def queued(kind: str, by: User, **parameters: object) -> Job:
    return enqueue_job(kind=kind, parameters=parameters, by=by, at=NOW)


def running(kind: str, by: User) -> Job:
    claimed = claim_job(job_id=queued(kind, by).pk, at=NOW)
    assert claimed is not None
    return claimed


def test_enqueue_runs_the_work_after_commit(
    kind: str, owner: User, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        job = queued(kind, owner, number=7)
        assert job.state == JobState.QUEUED
    job.refresh_from_db()
    assert (job.state, job.percent, job.result, job.attempts) == ("succeeded", 100, {"of": 7}, 1)


def test_enqueue_refuses_a_kind_nobody_registered(owner: User) -> None:
    with pytest.raises(LookupError):
        queued("tests.unknown", owner)
    assert Job.objects.count() == 0


def test_progress_is_a_sign_of_life(kind: str, owner: User) -> None:
    job = running(kind, owner)
    report_progress(job_id=job.pk, percent=130, step="Almost", at=LATER)
    job.refresh_from_db()
    assert (job.percent, job.step, job.heartbeat_at) == (100, "Almost", LATER)


def test_progress_of_an_earlier_attempt_is_refused(kind: str, owner: User) -> None:
    job = running(kind, owner)
    reap_jobs(at=LATER)
    second = claim_job(job_id=job.pk, at=LATER)
    assert second is not None
    with pytest.raises(JobLost):
        report_progress(job_id=job.pk, percent=9, step="", at=LATER, attempt=job.attempts)
    report_progress(job_id=job.pk, percent=9, step="", at=LATER, attempt=second.attempts)


def test_progress_of_an_unknown_job_is_refused(db: None) -> None:
    with pytest.raises(JobLost):
        report_progress(job_id=uuid4(), percent=1, step="", at=NOW)


def test_cancel_ends_a_waiting_job_at_once(kind: str, owner: User) -> None:
    job = request_cancel(job=queued(kind, owner), by=owner, at=LATER)
    assert (job.state, job.finished_at) == (JobState.CANCELLED, LATER)


def test_cancel_stops_a_running_job_at_its_next_step(kind: str, owner: User) -> None:
    job = request_cancel(job=running(kind, owner), by=owner, at=LATER)
    assert (job.state, job.is_cancel_requested) == (JobState.RUNNING, True)
    with pytest.raises(JobCancelled):
        report_progress(job_id=job.pk, percent=50, step="", at=LATER)


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled"])
def test_cancel_refuses_a_finished_job(kind: str, owner: User, state: str) -> None:
    job = queued(kind, owner)
    Job.objects.update(state=state, finished_at=NOW)
    with pytest.raises(NotAllowedNow):
        request_cancel(job=job, by=owner, at=LATER)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_retry_queues_an_ended_job_again(
    kind: str, owner: User, state: str, django_capture_on_commit_callbacks
) -> None:
    job = queued(kind, owner)
    Job.objects.update(
        state=state, finished_at=NOW, error="x", is_cancel_requested=True, percent=30
    )
    with django_capture_on_commit_callbacks(execute=True):
        job = retry_job(job=job, by=owner, at=LATER)
        assert (job.state, job.error, job.percent) == (JobState.QUEUED, "", 0)
    job.refresh_from_db()
    assert job.state == JobState.SUCCEEDED


@pytest.mark.parametrize("state", ["queued", "running", "succeeded"])
def test_retry_refuses_any_other_job(kind: str, owner: User, state: str) -> None:
    job = queued(kind, owner)
    finished = NOW if state == "succeeded" else None
    Job.objects.update(state=state, finished_at=finished)
    with pytest.raises(NotAllowedNow):
        retry_job(job=job, by=owner, at=LATER)


@pytest.mark.parametrize(("name", "allowed"), STEERING.items())
@pytest.mark.parametrize("act", [request_cancel, retry_job])
def test_steering_is_for_the_creator_and_the_region(
    cast: Cast, kind: str, act, name: str, allowed: bool
) -> None:
    job = queued(kind, cast.contributor, region=cast.region.pk)
    if act is retry_job:
        Job.objects.update(state=JobState.FAILED, finished_at=NOW)
    if allowed:
        act(job=job, by=getattr(cast, name), at=LATER)
    else:
        with pytest.raises(PermissionDenied):
            act(job=job, by=getattr(cast, name), at=LATER)


def test_reaper_requeues_a_job_whose_worker_died(
    kind: str, owner: User, django_capture_on_commit_callbacks
) -> None:
    job = running(kind, owner)
    with django_capture_on_commit_callbacks(execute=True):
        assert reap_jobs(at=LATER) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.SUCCEEDED, 2)


def test_reaper_announces_a_waiting_job_whose_message_was_lost(
    kind: str, owner: User, django_capture_on_commit_callbacks
) -> None:
    job = queued(kind, owner)  # its message is never sent: the test's transaction stays open
    assert reap_jobs(at=LATER) == 0  # all workers may be busy: messages would only pile up
    with django_capture_on_commit_callbacks(execute=True):
        assert reap_jobs(at=NOW + timedelta(seconds=301)) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.SUCCEEDED, 1)


@pytest.mark.parametrize("state", ["queued", "running"])
def test_reaper_leaves_living_jobs_alone(kind: str, owner: User, state: str) -> None:
    queued(kind, owner)
    Job.objects.update(state=state, heartbeat_at=NOW + timedelta(seconds=1))
    assert reap_jobs(at=LATER) == 0
    assert Job.objects.get().state == state


def test_reaper_leaves_finished_jobs_alone(kind: str, owner: User) -> None:
    queued(kind, owner)
    Job.objects.update(state=JobState.FAILED, finished_at=NOW)
    assert reap_jobs(at=LATER) == 0


def test_reaper_twice_at_once_takes_up_a_job_once(kind: str, owner: User) -> None:
    running(kind, owner)
    assert [reap_jobs(at=LATER), reap_jobs(at=LATER)] == [1, 0]


def test_reaper_fails_a_job_that_kills_its_workers(kind: str, owner: User) -> None:
    job = running(kind, owner)
    Job.objects.update(losses=MOST_LOSSES - 1)
    reap_jobs(at=LATER)
    job.refresh_from_db()
    assert (job.state, job.error, job.finished_at) == (JobState.FAILED, LOST_TOO_OFTEN, LATER)


def test_who_retries_such_a_job_gives_it_all_its_chances_again(kind: str, owner: User) -> None:
    job = running(kind, owner)
    Job.objects.update(losses=MOST_LOSSES - 1)
    reap_jobs(at=LATER)
    retry_job(job=job, by=owner, at=LATER)
    assert claim_job(job_id=job.pk, at=LATER)
    reap_jobs(at=LATER + timedelta(seconds=61))
    job.refresh_from_db()
    assert (job.state, job.losses) == (JobState.QUEUED, 1)


def test_reaper_cancels_where_that_was_asked(kind: str, owner: User) -> None:
    job = running(kind, owner)
    request_cancel(job=job, by=owner, at=NOW)
    reap_jobs(at=LATER)
    job.refresh_from_db()
    assert (job.state, job.finished_at) == (JobState.CANCELLED, LATER)


def test_steering_a_job_of_any_kind_is_one_event_each(kind: str, cast: Cast) -> None:
    job = queued(kind, cast.contributor, region=cast.region.pk)
    request_cancel(job=job, by=cast.coordinator, at=NOW)
    retry_job(job=job, by=cast.coordinator, at=NOW)
    assert claim_job(job_id=job.pk, at=NOW)
    for _time in range(2):
        request_cancel(job=job, by=cast.coordinator, at=NOW)
    events = Event.objects.filter(target_type="jobs.job").order_by("sequence")
    assert [e.action for e in events] == ["jobs.cancel", "jobs.retry", "jobs.cancel"]
    assert [e.after["state"] for e in events] == ["cancelled", "queued", "running"]
    assert {e.region for e in events} == {cast.region}
