"""The workbook of a large region: made by a job, kept for days, for those who see the board."""

import io
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from assessment.audit.models import Event
from assessment.jobs.models import Job
from assessment.jobs.runs import run_job
from assessment.jobs.workflow import JobState
from assessment.submissions.models import RegionWorkbook, Submission
from assessment.submissions.services import (
    KEPT,
    discard_old_region_workbooks,
    keep_region_workbook,
    request_region_workbook,
)
from assessment.submissions.workbooks import region
from tests.cast import Cast
from tests.factories import NOW


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any region counts as large."""
    monkeypatch.setattr(region, "AT_ONCE", 0)


@pytest.fixture
def made(
    submission: Submission,
    cast: Cast,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> RegionWorkbook:
    """The workbook, asked for and made."""
    asked = request_region_workbook(cycle=cast.cycle, language="en", by=cast.auditor, at=NOW)
    assert asked.job is not None
    with django_capture_on_commit_callbacks(execute=True):
        run_job(asked.job.pk)
    asked.refresh_from_db()
    return asked


def test_page_asks_once_shows_the_work_and_then_the_file(
    submission: Submission, cast: Cast
) -> None:
    client, page = (
        cast.client("coordinator"),
        reverse("submissions:board-workbook", args=[cast.cycle.code]),
    )
    assert b"Make the workbook" in client.get(page, headers={"accept-language": "en"}).content
    for _press in range(2):
        assert client.post(page, headers={"accept-language": "en"}).headers["Location"] == page
    job = Job.objects.get()
    shown = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert reverse("jobs:panel", args=[job.pk]) in shown
    assert "Make the workbook" not in shown
    asked = Event.objects.get(action="submissions.request_workbook")
    assert (asked.region, asked.after) == (cast.region, {"language": "en"})
    run_job(job.pk)
    address = reverse("submissions:board-workbook-file", args=[cast.cycle.code, "en"])
    assert address in client.get(page, headers={"accept-language": "en"}).content.decode()
    response = client.get(address)
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="{cast.cycle.code}-forms.xlsx"'
    )
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))  # type: ignore[attr-defined]
    assert book.sheetnames[0] == "Overview"
    for stranger in ("contributor", "reviewer"):
        assert cast.client(stranger).get(address).status_code == 403


def test_file_made_again_takes_the_place_of_the_earlier_one(
    made: RegionWorkbook,
    cast: Cast,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    earlier = made.file.name
    again = request_region_workbook(cycle=cast.cycle, language="en", by=cast.coordinator, at=NOW)
    assert again.job is not None
    assert (again.pk, again.job == made.job) == (made.pk, False)
    assert default_storage.exists(earlier)
    with django_capture_on_commit_callbacks(execute=True):
        run_job(again.job.pk)
    made.refresh_from_db()
    assert made.file.name != earlier
    assert (default_storage.exists(earlier), default_storage.exists(made.file.name)) == (
        False,
        True,
    )


def test_of_two_jobs_the_file_read_later_stays(
    made: RegionWorkbook, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    name, as_of = made.file.name, made.as_of
    assert as_of is not None
    others = set(default_storage.listdir("exports")[1])
    with django_capture_on_commit_callbacks(execute=True):
        keep_region_workbook(
            workbook=made, content=io.BytesIO(b"old"), size=3, as_of=as_of - timedelta(seconds=1)
        )
    made.refresh_from_db()
    assert (made.file.name, made.as_of) == (name, as_of)
    assert set(default_storage.listdir("exports")[1]) == others


def test_file_replaced_while_it_is_asked_for_comes_as_the_new_one(
    made: RegionWorkbook, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = RegionWorkbook.objects.get(pk=made.pk)
    earlier.file.name = "exports/removed.xlsx"
    rows = iter([earlier, made])
    monkeypatch.setattr(
        "assessment.submissions.views.workbooks.kept_region_workbook", lambda *_asked: next(rows)
    )
    address = reverse("submissions:board-workbook-file", args=[cast.cycle.code, "en"])
    content = b"".join(cast.client("auditor").get(address).streaming_content)  # type: ignore[attr-defined]
    assert len(content) == made.size


def test_file_is_forgotten_after_its_days(
    made: RegionWorkbook,
    cast: Cast,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    assert made.as_of is not None
    name, over = made.file.name, made.as_of + KEPT
    assert discard_old_region_workbooks(at=over) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert discard_old_region_workbooks(at=over + timedelta(seconds=1)) == 1
    assert not default_storage.exists(name)
    address = reverse("submissions:board-workbook-file", args=[cast.cycle.code, made.language])
    assert cast.client("auditor").get(address).headers["Location"] == reverse(
        "submissions:board", args=[cast.cycle.code]
    )


def test_work_that_is_stopped_keeps_nothing(submission: Submission, cast: Cast) -> None:
    asked = request_region_workbook(cycle=cast.cycle, language="en", by=cast.coordinator, at=NOW)
    assert asked.job is not None
    Job.objects.filter(pk=asked.job.pk).update(is_cancel_requested=True)
    run_job(asked.job.pk)
    asked.refresh_from_db()
    assert (asked.job.state, asked.file.name, asked.as_of) == (JobState.CANCELLED, "", None)
