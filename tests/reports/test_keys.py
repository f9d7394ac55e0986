"""What a file is made of: every kind of change shows in its keys, nothing else does."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import Region
from assessment.jobs.models import Job
from assessment.publication.models import Publication
from assessment.publication.services import keep_analysis
from assessment.reports import contents, keys
from assessment.reports.attachments import DataFile
from assessment.reports.contents import ReportContents, report_contents
from assessment.reports.keys import content_key, inputs_key
from assessment.reports.models import Report
from assessment.reports.services import request_reports, set_logo, write_text
from assessment.reviews.models import Remark
from tests.cast import Cast
from tests.reports.conftest import LATER, Commit
from tests.reports.test_logos import picture

AT = datetime(2017, 3, 1, tzinfo=UTC)
# Written once, so that its key in the publication's row stands for it.
RUN = "scores_scorerun"


@dataclass(frozen=True)
class Paper:
    """The least that can be printed."""

    title: str = "Evaluation report"
    template: str = ""
    style_sheets: tuple[str, ...] = ("reports/report.css",)
    pictures: dict[str, bytes] = field(default_factory=lambda: {"a.svg": b"<svg/>"})
    data: tuple[DataFile, ...] = (DataFile("results.csv", "Scores", b"1", AT),)
    published_at: datetime = AT


@pytest.fixture
def report(cast: Cast, publication: Publication) -> Report:
    """A report with a remark and an analysis, not made yet."""
    Remark.objects.create(
        cycle=cast.cycle, locality=cast.locality, text_zh="好。", written_at=publication.made_at
    )
    keep_analysis(publication=publication, at=LATER)
    return Report.objects.create(
        publication=publication, locality=cast.locality, language="zh-hans"
    )


def fresh(report: Report) -> Report:
    """As a worker reads it."""
    return Report.objects.select_related("publication__cycle__region", "locality").get(pk=report.pk)


def test_all_that_goes_into_the_file_shows_in_the_key_of_its_content(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paper = Paper()
    later = AT + timedelta(seconds=1)
    changed = [
        replace(paper, title="Receipt"),
        replace(paper, style_sheets=("reports/notice.css",)),
        replace(paper, pictures={"a.svg": b"<svg></svg>"}),
        replace(paper, pictures={"b.svg": b"<svg/>"}),
        replace(paper, published_at=later),
        *(
            replace(paper, data=(DataFile(*file),))
            for file in (
                ("scores.csv", "Scores", b"1", AT),
                ("results.csv", "Ranks", b"1", AT),
                ("results.csv", "Scores", b"2", AT),
                ("results.csv", "Scores", b"1", later),
            )
        ),
    ]
    found = [content_key(paper, "<p>1</p>"), content_key(paper, "<p>2</p>")]
    found += [content_key(each, "<p>1</p>") for each in changed]
    sheet = keys.style_sheet
    tools = {
        "style_sheet": lambda name: sheet(name) + "p { margin: 0 }",
        "setting_tools": lambda: "another WeasyPrint",
        "signing_credential": lambda: Certificate(("0" * 64,)),
    }
    for name, other in tools.items():
        with monkeypatch.context() as patch:
            patch.setattr(keys, name, other)
            found.append(content_key(paper, "<p>1</p>"))
    assert len(set(found)) == len(found) == 14
    assert content_key(Paper(), "<p>1</p>") == found[0]


@dataclass(frozen=True)
class Certificate:
    """What a key asks of the signing key."""

    certificates: tuple[str, ...]


def test_all_that_a_report_is_read_from_shows_in_the_key_of_its_inputs(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = inputs_key(fresh(report))
    assert inputs_key(fresh(report)) == before
    found = [before]
    english = fresh(report)
    english.language = "en"
    found.append(inputs_key(english))
    neighbours = fresh(report)
    neighbours.locality = cast.neighbour
    found.append(inputs_key(neighbours))
    for patched in (
        (keys, "software_digest", lambda: "another version"),
        (keys, "setting_tools", lambda: "another WeasyPrint"),
        (keys, "signing_credential", lambda: Certificate(("0" * 64,))),
        (settings, "SITE_URL", "https://other.example.org"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(*patched)
            found.append(inputs_key(fresh(report)))
    Remark.objects.update(text_zh="很好。")
    found.append(inputs_key(fresh(report)))
    Region.objects.filter(pk=cast.region.pk).update(contact="010-1234")
    found.append(inputs_key(fresh(report)))
    given: Any = {"region": cast.region, "by": cast.coordinator, "at": LATER}
    write_text(key="report-closing", text_zh="谢谢。", text_en="", seen=None, **given)
    found.append(inputs_key(fresh(report)))
    set_logo(upload=SimpleUploadedFile("logo.png", picture()), **given)
    found.append(inputs_key(fresh(report)))
    assert len(set(found)) == len(found) == 11


def test_no_table_that_a_report_is_read_from_is_left_out_of_the_key(report: Report) -> None:
    """Whoever lets a report read something new has to let the key of its inputs cover it."""
    with CaptureQueriesContext(connection) as covered:
        inputs_key(fresh(report))
    with CaptureQueriesContext(connection) as read, translation.override(report.language):
        publication = Publication.objects.get(pk=report.publication_id)
        report_contents(publication=publication, locality=report.locality, language=report.language)
    assert len(covered) <= 8
    assert tables(read) - tables(covered) == {RUN}


def test_no_other_rows_of_those_tables_are_read_than_the_key_is_known_to_cover(
    report: Report,
) -> None:
    """Whoever reads others, or by another condition, has the key cover them before naming them."""
    with CaptureQueriesContext(connection) as read, translation.override(report.language):
        publication = Publication.objects.get(pk=report.publication_id)
        report_contents(publication=publication, locality=report.locality, language=report.language)
    assert conditions(read) == {
        ("accounts_region", "id"),
        ("cycles_cycle", "id"),
        ("publication_analysis", "publication_id"),
        ("publication_publication", "id"),
        ("publication_publishedmeans", "publication_id"),
        ("reports_logo", "region_id"),
        ("reports_textversion", "id region_id"),
        ("reviews_remark", "cycle_id locality_id written_at"),
        ("scores_origins", "locality_id run_id"),
        (RUN, "id"),
    }


def test_no_setting_that_a_report_is_made_of_is_left_out_of_the_key() -> None:
    """The key is known by its certificates and the program that draws by the software's files."""
    found = {
        name
        for room in ("reports", "charts")
        for path in (settings.BASE_DIR / "assessment" / room).rglob("*.py")
        for name in re.findall(r"settings\.([A-Z_]+)", path.read_text())
    }
    signing = {"REPORT_SIGNING_KEY", "REPORT_SIGNING_PASSPHRASE", "HOME_DIR"}
    of_no_contents = {"AUTH_USER_MODEL", "REDIS_URL"}
    assert found - signing - of_no_contents == {"SITE_URL", "ECHARTS_FILE"}


def tables(asked: CaptureQueriesContext) -> set[str]:
    """The tables that the queries name."""
    named = (re.findall(r'(?:FROM|JOIN) "(\w+)"', each["sql"]) for each in asked)
    return {name for names in named for name in names}


def conditions(asked: CaptureQueriesContext) -> set[tuple[str, str]]:
    """The table that each query reads and the columns it chooses rows by, once each in order."""
    found = set()
    for each in asked:
        head, _where, condition = each["sql"].partition(" WHERE ")
        [table, *_joined] = re.findall(r'FROM "(\w+)"', head)
        columns = re.findall(r'"(\w+)" (?:[<>=]|IN|IS)', condition)
        found.add((table, " ".join(dict.fromkeys(columns))))
    return found


def asked(cast: Cast, publication: Publication, commit: Commit) -> Job:
    """The report asked for, its job carried out."""
    with commit():
        [job] = request_reports(
            publication=publication,
            localities=[cast.locality],
            languages=["zh-hans"],
            by=cast.coordinator,
            at=LATER,
        )
    job.refresh_from_db()
    assert job.error == ""
    return job


def test_asked_for_again_with_nothing_changed_a_report_is_not_even_read(
    cast: Cast,
    publication: Publication,
    commit: Commit,
    quick: list[ReportContents],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = asked(cast, publication, commit)
    made = Report.objects.get()

    def unread(**_asked: Any) -> None:
        pytest.fail("the contents were read")

    monkeypatch.setattr(contents, "report_contents", unread)
    again = asked(cast, publication, commit)
    assert again.result == first.result | {"unchanged": True}
    kept = Report.objects.get()
    assert (kept.file.name, kept.rendered_at, kept.job) == (made.file.name, made.rendered_at, again)
    assert len(quick) == 1


def test_a_changed_comment_is_set_anew(
    cast: Cast, publication: Publication, commit: Commit, quick: list[ReportContents]
) -> None:
    remark = Remark.objects.create(
        cycle=cast.cycle, locality=cast.locality, text_zh="好。", written_at=publication.made_at
    )
    asked(cast, publication, commit)
    Remark.objects.filter(pk=remark.pk).update(text_zh="很好。")
    assert "unchanged" not in asked(cast, publication, commit).result
    assert [[c.paragraphs for c in each.comments] for each in quick] == [[("好。",)], [("很好。",)]]


def test_another_version_that_says_the_same_reads_the_report_once_and_sets_nothing(
    cast: Cast,
    publication: Publication,
    commit: Commit,
    quick: list[ReportContents],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked(cast, publication, commit)
    monkeypatch.setattr(keys, "software_digest", lambda: "another version")
    assert asked(cast, publication, commit).result["unchanged"]
    kept = Report.objects.get()
    assert kept.inputs_key == inputs_key(fresh(kept))
    assert len(quick) == 1


def test_a_file_that_was_lost_is_made_anew(
    cast: Cast, publication: Publication, commit: Commit, quick: list[ReportContents]
) -> None:
    asked(cast, publication, commit)
    made = Report.objects.get()
    made.file.storage.delete(made.file.name)
    assert "unchanged" not in asked(cast, publication, commit).result
    assert Report.objects.get().file.storage.exists(Report.objects.get().file.name)
    assert len(quick) == 2
