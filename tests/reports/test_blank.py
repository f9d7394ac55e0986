"""The form without answers, to print: what it holds, who has it made, and how it is set."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Region
from assessment.frameworks.models import FrameworkVersion
from assessment.jobs.workflow import JobState
from assessment.reports import pdf
from assessment.reports.blank import BlankContents, BlankField, blank_form, blank_framework
from assessment.reports.file_names import document_name
from assessment.reports.models import Document
from assessment.reports.printable import Printable, html_of
from assessment.reports.queries import documents_visible_to
from assessment.reports.services import request_blank_form, write_text
from assessment.submissions.models import Submission
from assessment.submissions.services import open_collection
from tests.cast import Cast
from tests.factories import NOW, FrameworkFactory, FrameworkVersionFactory, tiny_framework
from tests.reports.conftest import FAKE_PDF, LATER, Commit
from tests.submissions.conftest import fill


@pytest.fixture
def form(cast: Cast) -> Submission:
    """The empty form of the cast's locality."""
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    return Submission.objects.get(cycle=cast.cycle, locality=cast.locality)


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[Printable]:
    """No layout: what would be rendered is kept."""
    kept: list[Printable] = []

    def keep(contents: Printable, html: str | None = None) -> bytes:
        kept.append(contents)
        return FAKE_PDF

    monkeypatch.setattr(pdf, "render_pdf", keep)
    return kept


def fields(contents: BlankContents) -> dict[str, BlankField]:
    return {field.card.code: field for section in contents.sections for field in section.fields}


def test_form_asks_what_the_locality_answers_and_nothing_else(form: Submission) -> None:
    with translation.override("en"):
        contents = blank_form(form, "en")
        html = html_of(contents)
    found = fields(contents)
    assert {code: field.number for code, field in found.items()} == {
        "S1": "1.1",
        "S2": "1.2",
        "S3": "2.1",
    }
    assert found["S2"].statuses == ("Value", "Nothing to report", "Not applicable")
    assert (found["S2"].asks_reason, found["S1"].statuses) == (True, ())
    assert dict(contents.facts)["Last day"] == "2017-03-15"
    assert "Ledger" in html
    assert "a number from 0 to 100, at most 1 decimal" in html


def test_answers_given_are_not_printed(form: Submission, cast: Cast) -> None:
    fill(form, cast.contributor)
    with translation.override("en"):
        assert "81.5" not in html_of(blank_form(form, "en"))


def test_levels_and_yes_or_no_are_boxes_to_tick(cast: Cast) -> None:
    document = tiny_framework()
    level = {"type": "level", "levels": [], "min": 0, "max": 1}
    for value, title in ((0, "None"), (1, "Full")):
        texts = {"zh-Hans": title, "en": title}
        level["levels"].append({"value": value, "score": value * 100, "title": texts})
    for node in document["nodes"]:
        if node["code"] in {"S1", "S3"}:
            node["value"] = level if node["code"] == "S1" else {"type": "boolean"}
            node["normalisation"] = {"method": "levels"}
    version = FrameworkVersion(document=document, number=1)
    version.framework = FrameworkFactory.build(region=cast.region)
    version.updated_at = NOW
    with translation.override("en"):
        found = fields(blank_framework(version, "en"))
    assert found["S1"].choices == ("0 · None", "1 · Full")
    assert found["S3"].choices == ("Yes", "No")


def test_it_is_made_by_a_job_and_downloaded_by_whoever_sees_the_form(
    form: Submission, cast: Cast, commit: Commit, printed: list[Printable], client: Any
) -> None:
    client = cast.client("contributor")
    with commit():
        asked = client.post(reverse("reports:blank", args=[form.pk]))
    document = Document.objects.get()
    assert document.job is not None
    assert asked.headers["Location"] == reverse("jobs:detail", args=[document.job.pk])
    document.job.refresh_from_db()
    assert (document.job.state, document.job.error) == (JobState.SUCCEEDED, "")
    assert [type(each) for each in printed] == [BlankContents]
    page = client.get(reverse("reports:document", args=[document.pk]))
    assert b"".join(page.streaming_content) == FAKE_PDF
    seen = {
        user.username
        for user in (cast.approver, cast.auditor, cast.neighbour_approver, cast.reviewer)
        if documents_visible_to(user).exists()
    }
    assert seen == {"approver", "auditor"}
    document.refresh_from_db()
    document.language = "en"
    assert document_name(document).startswith("Assessment 2016 ")


def test_form_of_a_frozen_version_is_set_once_for_all_that_it_says(
    form: Submission, cast: Cast, commit: Commit, printed: list[Printable]
) -> None:
    asked = {"framework_version": form.cycle.framework_version, "language": "en", "at": LATER}
    for _time in (1, 2):
        with commit():
            request_blank_form(by=cast.coordinator, **asked)
    assert len(printed) == 1
    write_text(
        region=cast.region,
        key="blank-how",
        text_zh="",
        text_en="Ask {body}.",
        seen=None,
        by=cast.coordinator,
        at=timezone.now(),
    )
    with commit():
        request_blank_form(by=cast.coordinator, **asked)
    assert isinstance(printed[-1], BlankContents)
    assert (len(printed), printed[-1].how) == (2, (f"Ask {cast.region.body_name_en}.",))
    Region.objects.filter(pk=cast.region.pk).update(body_name_en="The new office")
    with commit():
        request_blank_form(by=cast.coordinator, **asked)
    assert isinstance(printed[-1], BlankContents)
    assert (len(printed), printed[-1].how) == (3, ("Ask The new office.",))
    # Localities that take part read the framework, and so its form.
    assert documents_visible_to(cast.neighbour_contributor).exists()
    assert not documents_visible_to(cast.other_coordinator).exists()


def test_who_does_not_fill_it_in_or_send_it_out_is_refused(form: Submission, cast: Cast) -> None:
    for user in (cast.auditor, cast.neighbour_contributor, cast.other_coordinator):
        with pytest.raises(PermissionDenied):
            request_blank_form(submission=form, language="en", by=user, at=LATER)
    with pytest.raises(ValidationError):
        request_blank_form(submission=form, language="fr", by=cast.contributor, at=LATER)


def test_version_with_problems_is_not_printed(form: Submission, cast: Cast) -> None:
    broken = FrameworkVersionFactory(
        framework=form.cycle.framework_version.framework,
        number=2,
        state="draft",
        frozen_at=None,
        document={**tiny_framework(), "grades": []},
    )
    with pytest.raises(ValidationError):
        request_blank_form(framework_version=broken, language="en", by=cast.coordinator, at=LATER)
