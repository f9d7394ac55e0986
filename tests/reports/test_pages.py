"""The list of reports, asking for them from the page, live progress, downloads."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Locality
from assessment.cycles.models import Participant
from assessment.cycles.workflow import Stage
from assessment.jobs.models import Job
from assessment.jobs.workflow import JobState
from assessment.publication.models import Publication
from assessment.reports.contents import ReportContents
from assessment.reports.file_names import download_name
from assessment.reports.models import Report
from assessment.reports.services import keep_report, request_reports
from tests.cast import Cast
from tests.factories import LocalityFactory
from tests.flushing import past_triggers
from tests.observations.scene import at_stage, fill
from tests.queries import assert_same_queries
from tests.reports.conftest import FAKE_PDF, LATER, published

LISTS = {
    "visitor": 302,
    "contributor": 200,
    "approver": 200,
    "neighbour_contributor": 200,
    "coordinator": 200,
    "auditor": 200,
    "reviewer": 403,
    "other_coordinator": 404,
    "system_administrator": 404,
}


def address(cast: Cast, name: str = "list") -> str:
    return reverse(f"reports:{name}", args=[cast.cycle.code])


def ready(cast: Cast, publication: Publication, locality: Any = None) -> Report:
    report = Report.objects.create(
        publication=publication, locality=locality or cast.locality, language="zh-hans"
    )
    return keep_report(report=report, content=FAKE_PDF, at=LATER)


@pytest.mark.parametrize(("name", "status"), LISTS.items())
def test_who_opens_the_list(cast: Cast, publication: Publication, name: str, status: int) -> None:
    assert cast.client(name).get(address(cast)).status_code == status


def test_a_locality_sees_its_own_row_only(cast: Cast, publication: Publication) -> None:
    response = cast.client("contributor").get(address(cast))
    assert [row.locality for row in response.context["listing"].rows] == [cast.locality]
    everything = cast.client("auditor").get(address(cast))
    assert [row.locality for row in everything.context["listing"].rows] == [
        cast.locality,
        cast.neighbour,
    ]


def test_an_auditor_is_offered_no_buttons(cast: Cast, publication: Publication) -> None:
    assert "reports/request" not in cast.client("auditor").get(address(cast)).text
    assert "reports/request" in cast.client("coordinator").get(address(cast)).text


def test_before_any_publication_the_list_says_so(cast: Cast) -> None:
    response = cast.client("coordinator").get(address(cast))
    assert response.status_code == 200
    assert "lp-empty" in response.text


def test_results_that_are_not_public_are_for_the_region_alone(
    cast: Cast, publication: Publication
) -> None:
    with past_triggers():
        Publication.objects.filter(pk=publication.pk).update(published_at=None)
    at_stage(cast.cycle, Stage.FINAL)
    numbers = {
        name: cast.client(name).get(address(cast)).context["publication"].number
        for name in ("coordinator", "contributor")
    }
    assert numbers == {"coordinator": 2, "contributor": 1}
    hidden = cast.client("contributor").get(address(cast), {"publication": "2"})
    assert hidden.status_code == 404


def test_one_report_is_asked_for_by_its_button(
    cast: Cast, publication: Publication, quick: list[ReportContents], commit: Any
) -> None:
    client = cast.client("contributor")
    with commit():
        response = client.post(
            address(cast, "request"),
            {"publication": publication.number, "locality": cast.locality.code, "language": "en"},
        )
    assert response["Location"] == f"{address(cast)}?publication={publication.number}"
    assert [(c.locality.code, c.language) for c in quick] == [(cast.locality.code, "en")]
    page = client.get(address(cast))
    assert reverse("reports:download", args=[Report.objects.get().pk]) in page.text


def test_a_published_report_is_made_anew_by_the_coordinator_alone(
    cast: Cast, publication: Publication
) -> None:
    report = ready(cast, publication)
    button = f'id="make-{cast.locality.code}-{report.language}"'
    shown = {
        n: button in cast.client(n).get(address(cast)).text for n in ("contributor", "coordinator")
    }
    assert shown == {"contributor": False, "coordinator": True}
    body = {
        "publication": publication.number,
        "locality": cast.locality.code,
        "language": report.language,
    }
    cast.client("contributor").post(address(cast, "request"), body)
    assert not Job.objects.exists()
    cast.client("coordinator").post(address(cast, "request"), body)
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("contributor", "neighbour", 404),
        ("coordinator", "000000", 404),
        ("auditor", "locality", 403),
        ("reviewer", "locality", 403),
        ("other_coordinator", "locality", 404),
        ("visitor", "locality", 302),
    ],
)
def test_who_may_not_ask(
    cast: Cast, publication: Publication, name: str, code: str, status: int
) -> None:
    chosen = getattr(cast, code).code if hasattr(cast, code) else code
    response = cast.client(name).post(
        address(cast, "request"), {"publication": publication.number, "locality": chosen}
    )
    assert response.status_code == status
    assert not Job.objects.exists()


def test_missing_reports_are_asked_for_and_no_others(cast: Cast, publication: Publication) -> None:
    ready(cast, publication)
    client = cast.client("coordinator")
    body = {"publication": publication.number, "missing": "1", "language": ["zh-hans", "en"]}
    client.post(address(cast, "request"), body)
    asked = {(job.parameters["locality"], job.parameters["language"]) for job in Job.objects.all()}
    assert asked == {
        (cast.neighbour.pk, "zh-hans"),
        (cast.neighbour.pk, "en"),
        (cast.locality.pk, "en"),
    }
    client.post(address(cast, "request"), body)
    assert Job.objects.count() == 3


def test_missing_reports_are_not_for_auditors(cast: Cast, publication: Publication) -> None:
    response = cast.client("auditor").post(address(cast, "request"), {"missing": "1"})
    assert response.status_code == 403


def test_an_unknown_language_is_refused_in_words(cast: Cast, publication: Publication) -> None:
    client = cast.client("coordinator")
    body = {"locality": cast.locality.code, "language": "fr"}
    response = client.post(address(cast, "request"), body, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    assert not Job.objects.exists()


def test_the_panel_adds_up_the_work_and_refreshes_at_its_end(
    cast: Cast, publication: Publication
) -> None:
    jobs = request_reports(
        publication=publication,
        localities=[cast.locality, cast.neighbour],
        languages=["zh-hans", "en"],
        by=cast.coordinator,
        at=LATER,
    )
    started = timezone.now() - timedelta(seconds=30)
    done = {"state": JobState.SUCCEEDED, "percent": 100, "finished_at": LATER}
    Job.objects.filter(pk=jobs[0].pk).update(started_at=started, **done)
    Job.objects.filter(pk=jobs[1].pk).update(
        state=JobState.RUNNING, percent=50, started_at=started, step="Setting the pages"
    )
    client = cast.client("coordinator")
    with translation.override("en"):
        live = client.get(
            address(cast, "panel"), headers={"HX-Request": "true", "Accept-Language": "en"}
        )
    panel = live.context["listing"].panel
    assert (panel.percent, panel.state, panel.message) == (
        37,
        "running",
        f"1 of 4 reports are made. Now: {cast.locality.name_en}, English (Setting the pages).",
    )
    assert panel.parts == (("Done", 1), ("Failed", 0), ("Cancelled", 0), ("Remaining", 3))
    assert panel.remaining_seconds in range(50, 54)
    assert "1 of 4 reports are made." in live.text
    # What was stopped is no progress: only the report at 50 % is still on its way.
    Job.objects.exclude(pk=jobs[1].pk).update(state=JobState.CANCELLED, finished_at=LATER)
    assert client.get(address(cast, "panel")).context["listing"].panel.percent == 50
    Job.objects.filter(pk=jobs[0].pk).update(**done)
    assert 'hx-swap-oob="true"' in live.text
    assert "HX-Refresh" not in live.headers
    Job.objects.exclude(pk=jobs[0].pk).update(**done)
    assert client.get(address(cast, "panel"))["HX-Refresh"] == "true"


def test_what_was_not_made_stays_in_sight_until_it_is_asked_for_again(
    cast: Cast, publication: Publication
) -> None:
    jobs = request_reports(
        publication=publication,
        localities=[cast.locality, cast.neighbour],
        languages=["en"],
        by=cast.coordinator,
        at=LATER,
    )
    ended = {"percent": 100, "finished_at": LATER}
    Job.objects.filter(pk=jobs[0].pk).update(state=JobState.SUCCEEDED, **ended)
    Job.objects.filter(pk=jobs[1].pk).update(state=JobState.FAILED, **ended)
    client = cast.client("coordinator")
    live = client.get(address(cast, "panel"), headers={"accept-language": "en"})
    assert live["HX-Refresh"] == "true"
    panel = live.context["listing"].panel
    assert (panel.state, panel.is_finished) == ("failed", True)
    assert panel.error == f"1 report was not made: {cast.neighbour.name_en}, English."
    assert panel.parts == (("Done", 1), ("Failed", 1), ("Cancelled", 0), ("Remaining", 0))
    assert cast.client("auditor").get(address(cast)).context["listing"].panel.retry_url == ""
    client.post(panel.retry_url)
    again = Job.objects.exclude(pk__in=[job.pk for job in jobs])
    assert [job.parameters["locality"] for job in again] == [cast.neighbour.pk]
    again.update(state=JobState.SUCCEEDED, **ended)
    assert client.get(address(cast)).context["listing"].panel is None


def test_cancel_stops_all_that_is_under_way(cast: Cast, publication: Publication) -> None:
    request_reports(
        publication=publication,
        localities=[cast.locality, cast.neighbour],
        languages=["en"],
        by=cast.coordinator,
        at=LATER,
    )
    assert cast.client("auditor").post(address(cast, "cancel")).status_code == 403
    cast.client("coordinator").post(address(cast, "cancel"))
    assert set(Job.objects.values_list("state", flat=True)) == {JobState.CANCELLED}
    page = cast.client("coordinator").get(address(cast))
    panel = page.context["listing"].panel
    assert (panel.state, panel.is_finished, panel.cancel_url) == ("cancelled", True, "")
    cells = page.context["listing"].rows[0].cells
    assert [(cell.was_cancelled, cell.has_failed) for cell in cells[1:]] == [(True, False)]


DOWNLOADS = {
    "visitor": 302,
    "contributor": 200,
    "approver": 200,
    "coordinator": 200,
    "auditor": 200,
    "neighbour_contributor": 404,
    "reviewer": 404,
    "other_coordinator": 404,
    "system_administrator": 404,
}


@pytest.mark.parametrize(("name", "status"), DOWNLOADS.items())
def test_who_downloads(cast: Cast, publication: Publication, name: str, status: int) -> None:
    report = ready(cast, publication)
    response = cast.client(name).get(reverse("reports:download", args=[report.pk]))
    assert response.status_code == status
    if status == 200:
        assert b"".join(response.streaming_content) == FAKE_PDF


def test_a_download_says_what_it_is(cast: Cast, publication: Publication) -> None:
    report = ready(cast, publication)
    response = cast.client("coordinator").get(reverse("reports:download", args=[report.pk]))
    name = download_name(report)
    assert name.startswith(f"{cast.cycle.name_zh} {cast.locality.name_zh} ")
    assert name.endswith(" 2.pdf")
    assert f"filename*=utf-8''{quote(name)}" in response["Content-Disposition"]
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(len(FAKE_PDF))
    assert response["ETag"] == f'"{report.sha256}"'
    assert b"".join(response.streaming_content) == FAKE_PDF


def test_a_download_name_has_no_character_a_file_may_not_have(
    cast: Cast,
) -> None:
    Locality.objects.filter(pk=cast.locality.pk).update(name_en='A/B\\C: "D"\t*')
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    publication = published(cast)
    report = Report(publication=publication, locality=cast.locality, language="en")
    assert download_name(report) == "Assessment 2016 A_B_C_ _D_ Evaluation report 2.pdf"


def test_an_unfinished_report_cannot_be_downloaded(cast: Cast, publication: Publication) -> None:
    report = Report.objects.create(publication=publication, locality=cast.locality, language="en")
    response = cast.client("coordinator").get(reverse("reports:download", args=[report.pk]))
    assert response.status_code == 404


@pytest.mark.parametrize("name", ["list", "panel"])
def test_the_list_asks_the_database_equally_often_for_one_and_three(cast: Cast, name: str) -> None:
    extra = [LocalityFactory(), LocalityFactory()]
    Participant.objects.filter(cycle=cast.cycle).exclude(locality=cast.locality).delete()
    at_stage(cast.cycle, Stage.REVIEWING)
    for locality in extra:
        Participant.objects.create(cycle=cast.cycle, locality=locality)
    fill(cast.cycle)
    publication = published(cast)
    client = cast.client("coordinator")

    def ask_for(localities: list[Any]) -> None:
        request_reports(
            publication=publication,
            localities=localities,
            languages=["zh-hans", "en"],
            by=cast.coordinator,
            at=LATER,
        )

    ask_for([cast.locality])
    assert_same_queries(lambda: client.get(address(cast, name)), lambda: ask_for(extra))
