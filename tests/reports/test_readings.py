"""Documents to read on the screen and to edit: who has them, what they are marked with."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import docx
import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Locality
from assessment.cycles.models import Participant
from assessment.cycles.workflow import Stage
from assessment.frameworks.models import FrameworkVersion
from assessment.jobs.failures import JobFailed
from assessment.publication.models import Publication
from assessment.publication.services import publish
from assessment.reports import contents, pictures
from assessment.reports.models import Document, Report
from assessment.reports.services import keep_report
from assessment.reviews.models import Remark
from assessment.scores.services import run_scores
from assessment.submissions.models import Submission, Version
from assessment.submissions.services import open_collection
from tests.cast import Cast
from tests.factories import NOW, FrameworkVersionFactory, LocalityFactory
from tests.flushing import past_triggers
from tests.observations.scene import at_stage, fill
from tests.publishing import finalise, publish_preliminary
from tests.queries import assert_same_queries
from tests.reports.conftest import FAKE_PDF, LATER
from tests.submissions.conftest import fill as answer
from tests.submissions.conftest import sign


@pytest.fixture(autouse=True)
def _undrawn(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    """Charts are drawn elsewhere; what stands around them is looked at here. Nothing is kept."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    monkeypatch.setattr(pictures, "to_svg", lambda *_args, **_options: "<svg/>")


@pytest.fixture
def version(cast: Cast) -> Version:
    """The locality's form, filled and signed off."""
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    cast.cycle.refresh_from_db()
    submission = Submission.objects.get(cycle=cast.cycle, locality=cast.locality)
    answer(submission, cast.contributor)
    sign(submission, cast.approver)
    return submission.versions.get()


def report_url(cast: Cast, form: str = "html", language: str = "en", number: int = 0) -> str:
    named = [cast.cycle.code, cast.locality.code, language, form]
    query = f"?publication={number}" if number else ""
    return reverse("reports:read_report", args=named) + query


def english(cast: Cast, name: str) -> Client:
    client = cast.client(name)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def opened(response: Any) -> Any:
    assert response.status_code == 200
    return docx.Document(io.BytesIO(response.content))


def test_a_preview_is_the_document_between_a_bar_and_a_mark(
    cast: Cast, publication: Publication
) -> None:
    response = english(cast, "contributor").get(report_url(cast))
    page = response.text
    assert "Preview, not an issued document." in page
    assert page.count("<h1>") == 1
    assert "chart:" not in page
    assert 'src="data:image/svg+xml;base64,PHN2Zy8+"' in page
    assert "<style" not in page
    assert " style=" not in page
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_bar_leads_back_to_the_other_language_and_to_the_files(
    cast: Cast, publication: Publication
) -> None:
    client, number = english(cast, "coordinator"), publication.number
    assert 'id="pdf"' not in client.get(report_url(cast)).text
    report = Report.objects.create(publication=publication, locality=cast.locality, language="en")
    keep_report(report=report, content=FAKE_PDF, at=LATER)
    page = client.get(report_url(cast)).text
    for address in (
        reverse("reports:list", args=[cast.cycle.code]) + f"?publication={number}",
        report_url(cast, "html", "zh-hans", number),
        report_url(cast, "docx", "en", number),
        reverse("reports:download", args=[report.pk]),
    ):
        assert f'href="{address}"' in page


def test_the_bar_speaks_the_readers_language_and_the_document_its_own(
    cast: Cast, publication: Publication
) -> None:
    page = english(cast, "coordinator").get(report_url(cast, language="zh-hans")).text
    assert '<html lang="zh-Hans">' in page
    assert '<nav class="bar" lang="en" aria-label="Preview">' in page
    assert "评估报告" in page


def test_results_that_are_not_public_are_marked_and_read_by_the_region_alone(
    cast: Cast, publication: Publication
) -> None:
    with past_triggers():
        Publication.objects.filter(pk=publication.pk).update(published_at=None)
    at_stage(cast.cycle, Stage.FINAL)
    address = report_url(cast, number=publication.number)
    statuses = {
        name: cast.client(name).get(address).status_code
        for name in ("coordinator", "auditor", "contributor", "reviewer", "other_coordinator")
    }
    assert statuses == {
        "coordinator": 200,
        "auditor": 200,
        "contributor": 404,
        "reviewer": 403,
        "other_coordinator": 404,
    }
    client = english(cast, "coordinator")
    assert "These results are not public yet." in client.get(address).text
    public = report_url(cast, number=publication.number - 1)
    assert "These results are not public yet." not in client.get(public).text
    document = opened(client.get(report_url(cast, "docx", number=publication.number)))
    assert "Not public yet" in document.sections[0].header.paragraphs[0].text
    assert document.paragraphs[0].text == "These results are not public yet."


def test_an_edited_file_is_named_like_the_pdf(cast: Cast, publication: Publication) -> None:
    response = cast.client("contributor").get(report_url(cast, "docx"))
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert disposition.endswith(f'Evaluation report {publication.number}.docx"')
    assert opened(response).core_properties.title.endswith("Evaluation report")


@pytest.mark.parametrize("wrong", ["de", "zh", "EN"])
def test_other_languages_are_not_there(cast: Cast, publication: Publication, wrong: str) -> None:
    assert cast.client("coordinator").get(report_url(cast, language=wrong)).status_code == 404


def document_url(cast: Cast, kind: str, form: str = "html", number: int = 0) -> str:
    query = f"?publication={number}" if number else ""
    return reverse("reports:read_document", args=[cast.cycle.code, kind, "en", form]) + query


def test_documents_of_a_region_are_read_and_edited(cast: Cast, publication: Publication) -> None:
    client = english(cast, "contributor")
    assert "Regional summary report" in client.get(document_url(cast, "regional")).text
    text = [
        p.text for p in opened(client.get(document_url(cast, "commendation", "docx"))).paragraphs
    ]
    assert "To all localities assessed:" in text
    assert client.get(document_url(cast, "receipt")).status_code == 404


def test_what_nothing_is_a_reason_for_is_refused_with_the_reason(
    cast: Cast, publication: Publication
) -> None:
    client = english(cast, "coordinator")
    response = client.get(document_url(cast, "commendation", number=1), follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "Only final results are a reason to commend."
    ]


def receipt_url(version: Version, form: str = "html") -> str:
    named = [version.submission_id, version.number, "en", form]
    return reverse("reports:read_receipt", args=named)


def test_a_receipt_is_read_by_its_locality_and_those_who_oversee(
    cast: Cast, version: Version
) -> None:
    statuses = {
        name: cast.client(name).get(receipt_url(version)).status_code
        for name in ("approver", "coordinator", "auditor", "reviewer", "neighbour_contributor")
    }
    assert statuses == {
        "approver": 200,
        "coordinator": 200,
        "auditor": 200,
        "reviewer": 403,
        "neighbour_contributor": 404,
    }
    document = opened(cast.client("approver").get(receipt_url(version, "docx")))
    [first, *_others] = document.tables
    assert [cell.text for cell in first.rows[0].cells] == [
        "Indicator",
        "Answer",
        "Reason and note",
        "Evidence",
    ]
    assert version.sha256 in [paragraph.text for paragraph in document.paragraphs]


def test_a_framework_with_faults_is_not_shown_empty(cast: Cast) -> None:
    faulty = FrameworkVersionFactory(framework__region=cast.region, document={"code": "broken"})
    address = reverse(
        "reports:read_framework", args=[faulty.framework.code, faulty.number, "en", "html"]
    )
    response = english(cast, "coordinator").get(address)
    assert response.headers["Location"] == reverse(
        "frameworks:version", args=[faulty.framework.code, faulty.number]
    )
    assert FrameworkVersion.objects.filter(pk=faulty.pk).exists()


def test_what_the_server_cannot_make_is_told_on_the_list(
    cast: Cast, publication: Publication, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise JobFailed(pictures.NO_CHARTS)

    monkeypatch.setattr(pictures, "to_svg", fail)
    response = english(cast, "coordinator").get(report_url(cast), follow=True)
    assert response.redirect_chain[0][0].startswith(reverse("reports:list", args=[cast.cycle.code]))
    [message] = response.context["messages"]
    assert str(message).startswith("The charts of the report")


def test_neither_the_key_nor_the_bundle_is_needed_to_read_a_document(
    cast: Cast, publication: Publication, settings: LazySettings
) -> None:
    """They make an issued file; without them one can still see what it would say."""
    client = english(cast, "coordinator")
    assert "Electronic signature: " in client.get(report_url(cast)).text
    settings.REPORT_SIGNING_KEY = "/nonexistent/key.p12"
    publication.bundle.storage.delete(publication.bundle.name or "")
    for address in (report_url(cast), document_url(cast, "regional")):
        page = client.get(address)
        assert page.status_code == 200
        assert "Electronic signature: " not in page.text
        assert "SHA-256 of the certificate" not in page.text


@pytest.fixture
def kept(settings: LazySettings) -> Iterator[None]:
    """With a cache, empty before and after."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The languages in which contents were read."""
    found: list[str] = []
    contents_of = contents.report_contents

    def counted(**asked: Any) -> Any:
        found.append(asked["language"])
        return contents_of(**asked)

    monkeypatch.setattr(contents, "report_contents", counted)
    return found


def test_a_document_is_read_anew_once_what_it_is_made_of_has_changed(
    cast: Cast, publication: Publication, kept: None, read: list[str]
) -> None:
    client = english(cast, "coordinator")
    first = client.get(report_url(cast))
    again = client.get(report_url(cast))
    assert again.content == first.content
    assert again.headers["Cache-Control"] == "private, no-store"
    assert read == ["en"]
    # Another language, another form, and a page that leads somewhere else are their own.
    client.get(report_url(cast, language="zh-hans"))
    opened(client.get(report_url(cast, "docx")))
    opened(client.get(report_url(cast, "docx")))
    assert read == ["en", "zh-hans", "en"]
    Remark.objects.create(
        cycle=cast.cycle, locality=cast.locality, text_en="Well done.", written_at=NOW
    )
    assert "Well done." in client.get(report_url(cast)).text


def test_an_account_has_so_many_documents_made_in_a_minute(
    cast: Cast,
    publication: Publication,
    kept: None,
    read: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is kept is read without limit; each account has its own."""
    monkeypatch.setattr("assessment.reports.views.readings.MADE_PER_MINUTE", 1)
    moment = datetime(2017, 6, 1, 12, 0, 18, tzinfo=UTC)
    monkeypatch.setattr("assessment.reports.views.readings.timezone.now", lambda: moment)
    client = english(cast, "contributor")
    statuses = [client.get(report_url(cast)).status_code for _time in range(3)]
    assert statuses == [200, 200, 200]
    refused = client.get(report_url(cast, "docx"))
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "42")
    assert "Try again in 42 seconds." in refused.text
    assert english(cast, "approver").get(report_url(cast, "docx")).status_code == 200
    assert read == ["en", "en"]


def of_one_and_three(cast: Cast) -> tuple[int, int]:
    """Numbers of two publications of the cycle, of one locality and of three."""
    Participant.objects.filter(cycle=cast.cycle).exclude(locality=cast.locality).delete()
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    first = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    small = publish_preliminary(cycle=cast.cycle, run=first, by=cast.coordinator, at=NOW)
    for locality in (LocalityFactory(), LocalityFactory()):
        Participant.objects.create(cycle=cast.cycle, locality=locality)
    fill(cast.cycle)
    second = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    finalise(cycle=cast.cycle, run=second, by=cast.coordinator, at=LATER)
    return small.number, publish(cycle=cast.cycle, by=cast.coordinator, at=LATER).number


def test_documents_ask_equally_often(cast: Cast) -> None:
    small, large = of_one_and_three(cast)
    current = [small]
    client = cast.client("coordinator")

    def read() -> None:
        client.get(report_url(cast, "docx", number=current[0]))
        client.get(document_url(cast, "regional", "html", current[0]))

    def grow() -> None:
        current[0] = large
        for text in ("First.", "Second."):
            Remark.objects.create(
                cycle=cast.cycle, locality=cast.locality, text_zh=text, text_en=text, written_at=NOW
            )

    assert_same_queries(read, grow, grows_by=2)
    assert Locality.objects.count() >= 3


def test_receipts_ask_equally_often(cast: Cast, version: Version) -> None:
    """Of a form with the files of one answer, and with two more."""
    client = cast.client("approver")
    addresses = [receipt_url(version), receipt_url(version, "docx")]

    def more() -> None:
        stored = Version.objects.get(pk=version.pk)
        content = stored.content
        files = next(iter(content["evidence"].values()))
        content["evidence"] = {code: [*files, *files] for code in ("S1", "S2")}
        with past_triggers():
            Version.objects.filter(pk=version.pk).update(content=content)

    def read() -> None:
        for address in addresses:
            assert client.get(address).status_code == 200

    assert_same_queries(read, more)
    assert not Document.objects.exists()  # reading makes nothing
