"""Documents of a publication and receipts of forms: asked for, made, seen by whom."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from accounts.models import Locality
from assessment.audit.models import Event
from assessment.jobs.models import Job
from assessment.jobs.workflow import JobState
from assessment.publication.models import Analysis, Publication
from assessment.reports import pdf
from assessment.reports.file_names import document_name
from assessment.reports.models import Document
from assessment.reports.notices import CommendationContents, ReceiptContents
from assessment.reports.printable import Printable
from assessment.reports.queries import documents_visible_to
from assessment.reports.regional import RegionalContents, regional_contents
from assessment.reports.services import keep_document, request_documents, request_receipt
from assessment.submissions.models import Submission, Version
from assessment.submissions.services import open_collection
from tests.cast import Cast
from tests.factories import NOW
from tests.flushing import past_triggers
from tests.observations.scene import at_stage, fill
from tests.reports.conftest import FAKE_PDF, LATER, Commit, published
from tests.submissions.conftest import fill as answer
from tests.submissions.conftest import sign


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[Printable]:
    """No layout: what would be rendered is kept."""
    kept: list[Printable] = []

    def keep(contents: Printable, html: str | None = None) -> bytes:
        kept.append(contents)
        return FAKE_PDF

    monkeypatch.setattr(pdf, "render_pdf", keep)
    return kept


@pytest.fixture
def version(cast: Cast) -> Version:
    """The locality's form, filled and signed off."""
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    cast.cycle.refresh_from_db()
    submission = Submission.objects.get(cycle=cast.cycle, locality=cast.locality)
    answer(submission, cast.contributor)
    sign(submission, cast.approver)
    return submission.versions.get()


def ask(publication: Publication, kind: str, by: Any = None, **changes: Any) -> list[Job]:
    given = {"languages": ["en"], "at": LATER, **changes}
    return request_documents(publication=publication, kind=kind, by=by, **given)


def test_the_regional_summary_holds_ranking_firmness_and_every_value(
    cast: Cast, publication: Publication, commit: Commit, printed: list[Printable]
) -> None:
    with commit():
        [job] = ask(publication, "regional", by=cast.coordinator)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.SUCCEEDED, "")
    [contents] = printed
    assert isinstance(contents, RegionalContents)
    best, second = contents.standings
    assert (best.rank, str(best.score), best.grade) == ("1", "90.00", "Excellent")
    assert (second.rank, str(second.score), second.grade) == ("2", "80.00", "Good")
    # Better in every value, so the draws tell the two apart.
    assert [(line.span, line.group) for line in contents.standings] == [("1", "1"), ("2", "2")]
    assert contents.grades == [("Excellent", 1), ("Good", 1), ("Pass", 0), ("Fail", 0)]
    assert [len(table.rows) for table in contents.annexes] == [2, 2]
    [(_name, values), _other] = contents.annexes[0].rows
    assert [str(value) for value in values] == ["90.0", "90.0"]
    assert contents.commended == [f"{cast.locality.name_en}: 90.00 points, rank 1."]
    assert contents.headings["commended"].title == "Commendations"
    assert "moves" not in contents.headings  # no cycle before
    assert contents.map is None  # no locality has coordinates
    assert "map" not in contents.headings
    assert contents.coherent is not None
    assert (contents.coherent.draws, contents.coherent.groups) == (1000, 2)
    assert {file.name for file in contents.data} >= {"results.csv", "manifest.json"}
    assert Analysis.objects.count() == 1
    kept = Document.objects.get()
    assert document_name(kept) == f"{cast.cycle.name_en} Regional summary report 2.pdf"


def test_the_regional_summary_maps_the_localities_that_have_coordinates(cast: Cast) -> None:
    Locality.objects.filter(pk=cast.locality.pk).update(latitude=38, longitude=114)
    at_stage(cast.cycle, "reviewing")
    fill(cast.cycle)
    publication = published(cast, final=False)
    with translation.override("en"):
        contents = regional_contents(publication, "en")
    # Excellent as well, but the results are preliminary.
    assert (contents.commended, "commended" in contents.headings) == ([], False)
    assert contents.map is not None
    assert contents.map.title.startswith("Localities on the map by grade: Excellent 1")
    assert contents.off_the_map == cast.neighbour.name_en
    assert "map.svg" in contents.pictures
    assert contents.headings["map"].title == "Localities on the map"


def test_only_final_results_with_the_highest_grade_are_commended(
    cast: Cast, commit: Commit, printed: list[Printable]
) -> None:
    at_stage(cast.cycle, "reviewing")
    fill(cast.cycle)
    publication = published(cast)
    first = Publication.objects.get(kind="preliminary")
    with pytest.raises(ValidationError, match="只有终评结果"):
        ask(first, "commendation", by=cast.coordinator)
    with commit():
        ask(publication, "commendation", by=cast.coordinator)
    [contents] = printed
    assert isinstance(contents, CommendationContents)
    assert contents.lines == (f"{cast.locality.name_en}: 90.00 points, rank 1.",)
    with past_triggers():
        run = publication.run
        for traced in run.trace["localities"].values():
            traced["nodes"]["index"]["grade"] = "good"
        type(run).objects.filter(pk=run.pk).update(trace=run.trace)
    with pytest.raises(ValidationError, match="没有地区达到最高等次"):
        ask(publication, "commendation", by=cast.coordinator)


@pytest.mark.parametrize(
    ("kind", "languages"), [("receipt", ["en"]), ("letter", ["en"]), ("regional", [])]
)
def test_unusable_requests_are_refused(
    cast: Cast, publication: Publication, kind: str, languages: list[str]
) -> None:
    with pytest.raises(ValidationError):
        ask(publication, kind, by=cast.coordinator, languages=languages)
    with pytest.raises(PermissionDenied):
        ask(publication, "regional", by=cast.approver)
    assert not Document.objects.exists()


def test_a_receipt_is_made_once_and_then_downloaded(
    cast: Cast, version: Version, commit: Commit, printed: list[Printable]
) -> None:
    client = cast.client("contributor")
    history = client.get(reverse("submissions:history", args=[version.submission_id]))
    address = reverse("reports:receipt", args=[version.submission_id, 1])
    assert f'action="{address}"' in history.text
    with commit():
        first = client.post(address)
    assert first["Location"] == reverse("jobs:detail", args=[Job.objects.get().pk])
    [contents] = printed
    assert isinstance(contents, ReceiptContents)
    assert version.sha256 in [fact.text for fact in contents.facts]
    document = Document.objects.get()
    assert client.post(address)["Location"] == reverse("reports:document", args=[document.pk])
    download = client.get(reverse("reports:document", args=[document.pk]))
    assert b"".join(download) == FAKE_PDF  # type: ignore[arg-type]
    assert cast.client("neighbour_approver").post(address).status_code == 404
    actions = Event.objects.filter(action__endswith="_document").values_list("action", flat=True)
    assert sorted(actions) == ["reports.keep_document", "reports.request_document"]


def test_who_sees_which_document(cast: Cast, publication: Publication) -> None:
    Document.objects.create(kind="regional", publication=publication, language="en")
    names = ("coordinator", "auditor", "contributor", "neighbour_approver")
    others = ("reviewer", "other_coordinator", "system_administrator")
    seen = {name: documents_visible_to(getattr(cast, name)).count() for name in names + others}
    assert seen == dict.fromkeys(names, 1) | dict.fromkeys(others, 0)
    with past_triggers():
        Publication.objects.filter(pk=publication.pk).update(published_at=None)
    assert documents_visible_to(cast.contributor).count() == 0
    assert documents_visible_to(cast.coordinator).count() == 1


def test_a_receipt_is_the_locality_s_own(cast: Cast, version: Version) -> None:
    request_receipt(version=version, language="en", by=cast.approver, at=NOW)
    names = ("contributor", "approver", "coordinator", "auditor", "neighbour_contributor")
    seen = [name for name in names if documents_visible_to(getattr(cast, name)).exists()]
    assert seen == ["contributor", "approver", "coordinator", "auditor"]
    with pytest.raises(PermissionDenied):
        request_receipt(version=version, language="zh-hans", by=cast.neighbour_approver, at=NOW)


def test_equal_bytes_are_no_new_event(cast: Cast, publication: Publication) -> None:
    document = Document.objects.create(kind="regional", publication=publication, language="en")
    for content in (FAKE_PDF, FAKE_PDF, b"%PDF other"):
        keep_document(document=Document.objects.get(), content=content, at=LATER)
    events = Event.objects.filter(action="reports.keep_document").order_by("sequence")
    assert [event.target_id for event in events] == [str(document.pk)] * 2


def test_a_document_is_about_one_thing(cast: Cast, publication: Publication) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(kind="receipt", publication=publication, language="en")
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.create(kind="regional", language="en")


def test_the_page_offers_them_to_the_coordinator_alone(
    cast: Cast, publication: Publication
) -> None:
    address = reverse("reports:list", args=[cast.cycle.code])
    assert 'id="make-commendation-en"' in cast.client("coordinator").get(address).text
    seen = cast.client("contributor").get(address).text
    assert "区域评估总报告" in seen
    assert 'id="make-regional-en"' not in seen
