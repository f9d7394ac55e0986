"""Who sees which job, and what the panel says."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from assessment.jobs.models import Job
from assessment.jobs.panels import JobPanel, panel_for, remaining_seconds
from assessment.jobs.queries import visible_to
from assessment.jobs.workflow import JobState
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import assert_same_queries

SEES = {"contributor": 1, "coordinator": 1, "auditor": 1, "approver": 0, "reviewer": 0,
        "neighbour_contributor": 0, "other_coordinator": 0, "system_administrator": 0}  # fmt: skip


def make_job(cast: Cast, kind: str, by: User | None = None, **fields: object) -> Job:
    return Job.objects.create(
        kind=kind,
        parameters={"region": cast.region.pk},
        created_by=by or cast.contributor,
        created_at=NOW,
        heartbeat_at=NOW,
        **fields,
    )


@pytest.mark.parametrize(("name", "count"), SEES.items())
def test_jobs_are_seen_by_creator_and_region(cast: Cast, kind: str, name: str, count: int) -> None:
    job = make_job(cast, kind)
    assert visible_to(getattr(cast, name)).count() == count
    response = cast.client(name).get(reverse("jobs:detail", args=[job.pk]))
    assert response.status_code == (200 if count else 404)


@pytest.mark.parametrize("name", ["jobs:cancel", "jobs:retry"])
def test_steering_an_invisible_job_is_not_found(cast: Cast, kind: str, name: str) -> None:
    job = make_job(cast, kind)
    response = cast.client("other_coordinator").post(reverse(name, args=[job.pk]))
    assert response.status_code == 404


def test_steering_by_an_auditor_is_forbidden(cast: Cast, kind: str) -> None:
    job = make_job(cast, kind)
    response = cast.client("auditor").post(reverse("jobs:cancel", args=[job.pk]))
    assert response.status_code == 403


def test_cancel_returns_to_the_page_the_button_was_on(cast: Cast, kind: str) -> None:
    job = make_job(cast, kind)
    client = cast.client("contributor")
    response = client.post(
        reverse("jobs:cancel", args=[job.pk]), HTTP_REFERER="http://testserver/desk/x/"
    )
    assert (response.status_code, response["Location"]) == (302, "http://testserver/desk/x/")
    foreign = client.post(
        reverse("jobs:cancel", args=[job.pk]), HTTP_REFERER="https://elsewhere.example/"
    )
    assert foreign["Location"] == reverse("jobs:detail", args=[job.pk])


def test_panel_polls_until_finished_then_refreshes_the_page(cast: Cast, kind: str) -> None:
    job = make_job(
        cast, kind, state=JobState.RUNNING, percent=30, started_at=NOW, step="Rendering §1"
    )
    url = reverse("jobs:panel", args=[job.pk])
    client = cast.client("contributor")
    live = client.get(url)
    assert f'hx-get="{url}"' in live.text
    assert "HX-Refresh" not in live.headers
    assert "Rendering §1" in live.text
    assert reverse("jobs:cancel", args=[job.pk]) in live.text
    Job.objects.update(state=JobState.SUCCEEDED, percent=100, finished_at=NOW, result={"of": 3})
    done = client.get(url)
    assert done["HX-Refresh"] == "true"
    assert "hx-get" not in done.text
    assert 'href="/result/3/"' in done.text


def test_panel_offers_a_reader_only_what_they_may_do(cast: Cast, kind: str) -> None:
    job = make_job(cast, kind, state=JobState.FAILED, finished_at=NOW, error="Broken")
    owner = panel_for(job=job, reader=cast.contributor, at=NOW)
    auditor = panel_for(job=job, reader=cast.auditor, at=NOW)
    assert owner.retry_url == reverse("jobs:retry", args=[job.pk])
    assert (owner.cancel_url, auditor.retry_url) == ("", "")
    assert (owner.error, owner.percent) == ("Broken", 0)


@pytest.mark.parametrize(
    ("percent", "seconds", "expected"),
    [(50, 10, 10), (20, 3, 12), (4, 10, None), (50, 0, None), (33, 10, 21)],
)
def test_remaining_time_goes_on_as_so_far(percent: int, seconds: int, expected: int | None) -> None:
    job = Job(state=JobState.RUNNING, percent=percent, started_at=NOW)
    assert remaining_seconds(job=job, at=NOW + timedelta(seconds=seconds)) == expected


def test_list_filters_by_state(cast: Cast, kind: str) -> None:
    make_job(cast, kind)
    failed = make_job(cast, kind, state=JobState.FAILED, finished_at=NOW)
    response = cast.client("coordinator").get(reverse("jobs:list"), {"state": "failed"})
    assert [job.pk for job, _panel in response.context["rows"]] == [failed.pk]


def test_list_is_empty_for_who_never_asked(cast: Cast) -> None:
    response = cast.client("reviewer").get(reverse("jobs:list"))
    assert response.context["rows"] == []
    assert "lp-empty" in response.text


def test_list_asks_the_database_equally_often_for_one_and_three(cast: Cast, kind: str) -> None:
    client = cast.client("coordinator")
    make_job(cast, kind)

    def add_two() -> None:
        make_job(cast, kind, cast.approver)
        make_job(cast, kind, cast.coordinator, state=JobState.FAILED, finished_at=timezone.now())

    assert_same_queries(lambda: client.get(reverse("jobs:list")), add_two)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (119, "about 119 s remaining"),
        (120, "about 2 min remaining"),
        (899, "about 15 min remaining"),
    ],
)
def test_long_times_are_told_in_minutes(seconds: int | None, text: str) -> None:
    panel = JobPanel(
        pk="1",
        title="",
        state="running",
        percent=1,
        message="",
        error="",
        remaining_seconds=seconds,
        is_finished=False,
    )
    with translation.override("en"):
        assert panel.remaining == text
