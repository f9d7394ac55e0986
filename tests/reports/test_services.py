"""Asking for reports, making them, keeping them."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import translation

from accounts.models import Locality
from assessment.audit.models import Event
from assessment.cycles.workflow import Stage
from assessment.jobs.failures import JobFailed
from assessment.jobs.models import Job
from assessment.jobs.services import reap_jobs, request_cancel, retry_job
from assessment.jobs.workflow import JobState
from assessment.publication.models import Publication
from assessment.publication.services import withdraw_preliminary
from assessment.reports import pdf, rendering
from assessment.reports.contents import ReportContents
from assessment.reports.models import Batch, Report
from assessment.reports.queries import LANGUAGES, public_reports, reports_of, visible_to
from assessment.reports.services import Wanted, keep_report, request_documents, request_reports
from assessment.scores.models import ScoreRun
from tests.cast import Cast
from tests.factories import LocalityFactory
from tests.flushing import past_triggers
from tests.observations.scene import at_stage, fill
from tests.publishing import said
from tests.reports.conftest import FAKE_PDF, LATER, published, text_of

Commit = Callable[[], Any]
AT = LATER + timedelta(hours=1)


def ask(cast: Cast, publication: Publication, **changes: Any) -> list[Job]:
    given = {
        "publication": publication,
        "localities": [cast.locality],
        "languages": ["zh-hans"],
        "by": cast.coordinator,
        "at": AT,
    }
    return request_reports(**given | changes)


def content_of(report: Report) -> bytes:
    with report.file.open("rb") as file:
        return bytes(file.read())


def test_a_request_ends_in_a_report_with_the_published_score(
    cast: Cast, publication: Publication, commit: Commit
) -> None:
    with commit():
        [job] = ask(cast, publication)
        assert (job.state, job.kind) == (JobState.QUEUED, "reports.locality")
    job.refresh_from_db()
    assert (job.state, job.error, job.percent) == (JobState.SUCCEEDED, "", 100)
    report = Report.objects.get()
    content = content_of(report)
    assert (report.locality, report.language, report.job) == (cast.locality, "zh-hans", job)
    assert (report.sha256, report.size) == (hashlib.sha256(content).hexdigest(), len(content))
    assert job.result == {"report": report.pk, "sha256": report.sha256, "bytes": report.size}
    assert report.is_ready
    score = publication.run.results.get(locality=cast.locality, node="index").published
    assert f"{score:.2f}" in text_of(content)
    assert report.file.name.startswith("reports/")
    assert cast.locality.code not in report.file.name


def test_a_request_makes_one_job_for_each_locality_and_language(
    cast: Cast, publication: Publication, commit: Commit, quick: list[ReportContents]
) -> None:
    with commit():
        jobs = ask(
            cast, publication, localities=[cast.locality, cast.neighbour], languages=LANGUAGES
        )
    assert len({job.pk for job in jobs}) == 4
    assert sorted((c.locality.code, c.language) for c in quick) == sorted(
        (locality.code, language)
        for locality in (cast.locality, cast.neighbour)
        for language in LANGUAGES
    )
    assert reports_of(publication).filter(rendered_at__isnull=False).count() == 4
    assert public_reports().count() == 4


def test_a_request_is_one_event(cast: Cast, publication: Publication) -> None:
    ask(cast, publication, localities=[cast.locality, cast.neighbour], languages=["en"])
    event = Event.objects.get(action="reports.request")
    assert (event.actor, event.region) == (cast.coordinator, cast.region)
    assert event.after == {
        "reports": [f"{cast.locality.code} en", f"{cast.neighbour.code} en"],
    }


def test_a_report_under_way_keeps_its_job(cast: Cast, publication: Publication) -> None:
    first, second = ask(cast, publication), ask(cast, publication)
    assert [job.pk for job in first] == [job.pk for job in second]
    assert Job.objects.count() == 1
    assert Event.objects.filter(action="reports.request").count() == 1


def test_only_what_is_missing_is_asked_for_and_recorded(
    cast: Cast, publication: Publication
) -> None:
    ask(cast, publication, languages=["en"])
    places = [cast.locality, cast.neighbour]
    jobs = ask(cast, publication, localities=places, languages=LANGUAGES, wanted=Wanted.MISSING)
    assert len(jobs) == 3
    event = Event.objects.filter(action="reports.request").first()
    assert event is not None
    assert f"{cast.locality.code} en" not in event.after["reports"]
    assert (
        ask(cast, publication, localities=places, languages=LANGUAGES, wanted=Wanted.MISSING) == []
    )
    assert Event.objects.filter(action="reports.request").count() == 2


ALLOWED = {
    "coordinator": True,
    "contributor": True,
    "approver": True,
    "neighbour_contributor": False,
    "other_coordinator": False,
    "reviewer": False,
    "auditor": False,
    "system_administrator": False,
    "security_administrator": False,
    "audit_administrator": False,
}


@pytest.mark.parametrize(("name", "allowed"), ALLOWED.items())
def test_who_may_have_a_report_made(
    cast: Cast, publication: Publication, name: str, allowed: bool
) -> None:
    if allowed:
        assert len(ask(cast, publication, by=getattr(cast, name))) == 1
    else:
        with pytest.raises(PermissionDenied):
            ask(cast, publication, by=getattr(cast, name))
        assert not Report.objects.exists()


def test_a_locality_waits_until_its_results_are_public(
    cast: Cast, publication: Publication
) -> None:
    with past_triggers():
        Publication.objects.filter(pk=publication.pk).update(published_at=None)
    with pytest.raises(PermissionDenied):
        ask(cast, publication, by=cast.approver)


def test_reports_and_documents_are_made_of_public_results(
    cast: Cast, publication: Publication
) -> None:
    """They state the day of publication, so there must be one."""
    with past_triggers():
        Publication.objects.filter(pk=publication.pk).update(published_at=None)
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        ask(cast, publication)
    assert refused.value.message_dict["publication"] == [
        "These results are not public yet. Reports state the day of publication: publish first."
    ]
    with pytest.raises(ValidationError) as refused:
        request_documents(
            publication=publication, kind="regional", languages=["en"], by=None, at=LATER
        )
    assert set(refused.value.message_dict) == {"publication"}


def test_an_own_and_a_foreign_locality_together_are_refused(
    cast: Cast, publication: Publication
) -> None:
    with pytest.raises(PermissionDenied):
        ask(cast, publication, by=cast.approver, localities=[cast.locality, cast.neighbour])
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"languages": []}, "languages"),
        ({"languages": ["fr"]}, "languages"),
        ({"localities": []}, "localities"),
    ],
)
def test_a_request_that_names_nothing_usable_is_refused(
    cast: Cast, publication: Publication, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        ask(cast, publication, **changes)
    assert list(caught.value.message_dict) == [field]


def test_a_locality_without_results_is_refused(cast: Cast, publication: Publication) -> None:
    with pytest.raises(ValidationError) as caught:
        ask(cast, publication, localities=[cast.locality, LocalityFactory()])
    assert list(caught.value.message_dict) == ["localities"]
    assert not Report.objects.exists()


def test_a_withdrawn_publication_has_no_new_reports(cast: Cast, commit: Commit) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    publication = published(cast, final=False)
    [job] = ask(cast, publication)
    withdraw_preliminary(cycle=cast.cycle, reason=said("Error"), by=cast.coordinator, at=LATER)
    with pytest.raises(ValidationError) as caught:
        ask(cast, publication)
    assert list(caught.value.message_dict) == ["publication"]
    with commit():
        reap_jobs(at=AT + timedelta(seconds=301))
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, rendering.WITHDRAWN)


def test_results_of_another_engine_have_no_new_reports(
    cast: Cast, publication: Publication, commit: Commit
) -> None:
    [job] = ask(cast, publication)
    with past_triggers():
        ScoreRun.objects.filter(pk=publication.run_id).update(engine_version="1.2.0")
    with commit():
        reap_jobs(at=AT + timedelta(seconds=301))
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, rendering.OTHER_ENGINE)


def test_a_kept_report_is_an_event_of_the_system(cast: Cast, publication: Publication) -> None:
    ask(cast, publication)
    for content in (FAKE_PDF, FAKE_PDF, b"%PDF other"):
        keep_report(report=Report.objects.get(), content=content, at=AT)
    events = list(Event.objects.filter(action="reports.keep").order_by("sequence"))
    assert [(event.actor, event.locality) for event in events] == [(None, cast.locality)] * 2
    assert events[1].before["sha256"] == events[0].after["sha256"]


def test_cancelling_and_repeating_are_events(cast: Cast, publication: Publication) -> None:
    [job] = ask(cast, publication)
    request_cancel(job=job, by=cast.coordinator, at=AT)
    retry_job(job=job, by=cast.coordinator, at=AT)
    events = Event.objects.filter(target_type="jobs.job").order_by("sequence")
    assert [event.action for event in events] == ["jobs.cancel", "jobs.retry"]
    assert {event.locality for event in events} == {cast.locality}


def test_visible_reports_follow_region_and_locality(cast: Cast, publication: Publication) -> None:
    ask(cast, publication, localities=[cast.locality, cast.neighbour])
    seen = {name: visible_to(getattr(cast, name)).count() for name in ALLOWED}
    assert seen == {
        "coordinator": 2,
        "contributor": 1,
        "approver": 1,
        "neighbour_contributor": 1,
        "other_coordinator": 0,
        "reviewer": 0,
        "auditor": 2,
        "system_administrator": 0,
        "security_administrator": 0,
        "audit_administrator": 0,
    }
    with past_triggers():
        Publication.objects.filter(pk=publication.pk).update(published_at=None)
    assert visible_to(cast.contributor).count() == 0
    assert visible_to(cast.coordinator).count() == 2


def test_a_worker_that_dies_while_rendering_is_followed_by_another(
    cast: Cast,
    publication: Publication,
    commit: Commit,
    quick: list[ReportContents],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [job] = ask(cast, publication)
    Job.objects.update(state=JobState.RUNNING, attempts=1, started_at=AT, heartbeat_at=AT)
    with commit():
        assert reap_jobs(at=AT + timedelta(seconds=301)) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, len(quick)) == (JobState.SUCCEEDED, 2, 1)
    assert Report.objects.get().is_ready


def test_a_worker_that_dies_once_the_file_is_kept_is_followed_by_one_that_sets_nothing(
    cast: Cast, publication: Publication, commit: Commit, quick: list[ReportContents]
) -> None:
    with commit():
        [job] = ask(cast, publication)
    kept = Report.objects.get()
    Job.objects.update(state=JobState.RUNNING, finished_at=None, heartbeat_at=AT)
    with commit():
        assert reap_jobs(at=AT + timedelta(seconds=301)) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, len(quick)) == (JobState.SUCCEEDED, 2, 1)
    assert Report.objects.get().file.name == kept.file.name
    assert Event.objects.filter(action="reports.keep").count() == 1


def test_a_report_asked_for_while_it_is_being_made_is_made_again_from_what_is_newer(
    cast: Cast, publication: Publication, commit: Commit, quick: list[ReportContents]
) -> None:
    """What the first job had read already may have changed: it keeps nothing of it."""
    [first] = ask(cast, publication)
    Job.objects.update(state=JobState.RUNNING, started_at=AT, heartbeat_at=AT)
    first.refresh_from_db()
    [second] = ask(cast, publication)
    [same] = ask(cast, publication)
    assert first != second == same
    with pytest.raises(JobFailed, match="another job makes it"):
        keep_report(report=Report.objects.get(), content=b"%PDF old", at=AT, job=first)
    assert not Report.objects.get().is_ready
    awaited = [set(batch.jobs.all()) for batch in Batch.objects.order_by("pk")]
    assert awaited == [{second}, {second}]
    keep_report(report=Report.objects.get(), content=FAKE_PDF, at=AT, job=second)
    assert content_of(Report.objects.get()) == FAKE_PDF


def test_a_broken_layout_fails_the_job_in_words_and_keeps_nothing(
    cast: Cast, publication: Publication, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_contents: ReportContents, _html: str) -> bytes:
        raise pdf.RefusedAddress("http://elsewhere")

    monkeypatch.setattr(pdf, "render_pdf", broken)
    with commit():
        [job] = ask(cast, publication)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "elsewhere" not in job.error
    assert not Report.objects.get().is_ready


def test_a_job_of_a_vanished_report_fails_in_words(
    cast: Cast, publication: Publication, commit: Commit
) -> None:
    [job] = ask(cast, publication)
    Report.objects.all().delete()
    with commit():
        reap_jobs(at=AT + timedelta(seconds=301))
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, rendering.GONE)


def test_titles_read_nothing_but_the_job(cast: Cast, django_assert_num_queries: Any) -> None:
    named = Job(parameters={"name_zh": "保定", "name_en": "Baoding", "language": "en"})
    with django_assert_num_queries(0):
        assert rendering.title_of(Job(parameters={"region": 1})) != ""
        assert ("保定" in rendering.title_of(named)) or ("Baoding" in rendering.title_of(named))
    assert rendering.result_link(Job(result={})) is None


def test_locality_names_are_kept_in_both_languages(cast: Cast, publication: Publication) -> None:
    [job] = ask(cast, publication)
    locality: Locality = cast.locality
    assert job.parameters["name_zh"] == locality.name_zh
    assert job.parameters["name_en"] == locality.name_en
    assert job.parameters["region"] == cast.region.pk
