"""All finished reports and documents of a publication in one ZIP."""

import io
import zipfile

from django.utils import timezone

from assessment.publication.models import Publication
from assessment.reports.archive import archive_of
from assessment.reports.file_names import document_name, download_name
from assessment.reports.models import Document, Report
from assessment.reports.services import keep_document, keep_report
from tests.cast import Cast
from tests.queries import assert_same_queries
from tests.reports.conftest import FAKE_PDF, LATER, Commit
from tests.reports.test_pages import address, ready


def test_all_that_is_made_comes_as_one_archive(cast: Cast, publication: Publication) -> None:
    """Each file as it was signed, by language; a locality gets its own and the region's."""
    own, other = ready(cast, publication), ready(cast, publication, cast.neighbour)
    summary = keep_document(
        document=Document.objects.create(kind="regional", publication=publication, language="en"),
        content=b"%PDF summary",
        at=LATER,
    )
    page = cast.client("contributor").get(address(cast)).text
    assert f'href="{address(cast, "archive")}?publication=2"' in page

    def packed(name: str) -> dict[str, bytes]:
        response = cast.client(name).get(address(cast, "archive"))
        with zipfile.ZipFile(io.BytesIO(b"".join(response))) as archive:  # type: ignore[arg-type]
            assert archive.testzip() is None
            return {item: archive.read(item) for item in archive.namelist()}

    everything = packed("coordinator")
    listed = everything.pop("files.csv").decode()
    assert everything == {
        f"en/{document_name(summary)}": b"%PDF summary",
        f"zh-hans/{download_name(own)}": FAKE_PDF,
        f"zh-hans/{download_name(other)}": FAKE_PDF,
    }
    assert f"report,{cast.neighbour.code},zh-hans," in listed
    assert other.sha256 in listed
    assert set(packed("contributor")) == set(everything) - {f"zh-hans/{download_name(other)}"} | {
        "files.csv"
    }
    # A ZIP has no zones: its times are those of the installation.
    response = cast.client("coordinator").get(address(cast, "archive"))
    with zipfile.ZipFile(io.BytesIO(b"".join(response))) as archive:  # type: ignore[arg-type]
        times = {item.date_time for item in archive.infolist()}
    assert times == {timezone.localtime(LATER).timetuple()[:6]}
    summary.file.storage.delete(summary.file.name)
    lost = packed("coordinator")
    assert f"en/{document_name(summary)}" not in lost
    assert "regional,,en,存储中找不到" in lost["files.csv"].decode()


def test_a_report_made_anew_while_the_archive_is_packed_is_packed_as_it_is_now(
    cast: Cast, publication: Publication, commit: Commit
) -> None:
    first, second = ready(cast, publication), ready(cast, publication, cast.neighbour)
    parts = archive_of(publication, [first, second], [])
    begun = next(parts)
    with commit():
        anew = keep_report(report=Report.objects.get(pk=second.pk), content=b"%PDF anew", at=LATER)
    with zipfile.ZipFile(io.BytesIO(begun + b"".join(parts))) as archive:
        assert archive.read(f"zh-hans/{download_name(anew)}") == b"%PDF anew"
        assert anew.sha256 in archive.read("files.csv").decode()


def test_the_archive_asks_the_database_equally_often_for_one_and_three(
    cast: Cast, publication: Publication
) -> None:
    client, report = cast.client("auditor"), ready(cast, publication)

    def add_rows() -> None:
        for locality in (cast.locality, cast.neighbour):
            Report.objects.create(
                publication=publication,
                locality=locality,
                language="en",
                file=report.file,
                rendered_at=LATER,
            )

    assert_same_queries(
        lambda: b"".join(client.get(address(cast, "archive"))),  # type: ignore[arg-type]
        add_rows,
    )
