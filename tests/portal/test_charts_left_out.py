"""A chart that cannot be drawn takes nothing else with it."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.test import Client

from assessment.jobs.models import Job
from assessment.reports.models import Report
from assessment.reports.services import request_reports
from tests.cast import Cast
from tests.factories import NOW
from tests.portal.published import bundle_results, final


@pytest.fixture
def without_echarts(settings, tmp_path: Path) -> Path:
    settings.ECHARTS_FILE = tmp_path / "node_modules/echarts/dist/echarts.min.js"
    return settings.ECHARTS_FILE


def test_with_the_program_pages_show_the_chart(cast: Cast) -> None:
    final(cast.cycle)
    page = Client().get(f"/cycles/{cast.cycle.code}/localities/{cast.locality.code}/")
    assert page.status_code == 200
    assert b'<figure class="lp-chart">' in page.content


@pytest.mark.parametrize("address", ["localities/{locality}/", "indicators/S1/"])
def test_without_the_program_the_page_keeps_its_figures(
    cast: Cast, without_echarts: Path, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    publication = final(cast.cycle)
    score = bundle_results(publication)[cast.locality.code, "S1"]["published"]
    page = Client().get(f"/cycles/{cast.cycle.code}/{address.format(locality=cast.locality.code)}")
    assert page.status_code == 200
    assert b"lp-chart" not in page.content
    assert score in page.content.decode()
    assert str(without_echarts) in caplog.text


def test_a_program_that_breaks_leaves_the_chart_out(cast: Cast, without_echarts: Path) -> None:
    without_echarts.parent.mkdir(parents=True)
    without_echarts.write_text("throw new Error('broken');")
    final(cast.cycle)
    page = Client().get(f"/cycles/{cast.cycle.code}/localities/{cast.locality.code}/")
    assert page.status_code == 200
    assert b"lp-chart" not in page.content


def test_without_the_program_no_report_is_kept_and_the_job_says_why(
    cast: Cast, without_echarts: Path, django_capture_on_commit_callbacks
) -> None:
    publication = final(cast.cycle)
    with django_capture_on_commit_callbacks(execute=True):
        request_reports(
            publication=publication,
            localities=[cast.locality],
            languages=["en"],
            by=None,
            at=NOW,
        )
    job = Job.objects.get()
    assert job.state == "failed"
    assert job.error.startswith("The charts of the report cannot be drawn on this server")
    assert not Report.objects.get().file


def test_the_check_names_the_missing_file_and_the_command(without_echarts: Path) -> None:
    [warning] = run_checks(tags=["charts"])
    assert warning.id == "charts.W001"
    assert str(without_echarts) in warning.msg
    assert "npm ci --ignore-scripts" in (warning.hint or "")


def test_where_the_program_is_there_the_check_is_silent() -> None:
    assert run_checks(tags=["charts"]) == []
