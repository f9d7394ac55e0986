"""Evidence: type by content, names, sizes, duplicates, and the guarded way out."""

import hashlib
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions.evidence_files import clean_name
from assessment.submissions.evidence_intake import Intake, take_in
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.queries import current_evidence, indicators_by_file
from assessment.submissions.services import attach_evidence, remove_evidence
from assessment.submissions.services.locking import lock_for_editing
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions import files

SERVICE = "assessment.submissions.services.evidence"


def attach(
    submission: Submission, by: User, name: str, content: bytes, indicator: str = "S1"
) -> Evidence:
    return attach_evidence(
        submission=submission,
        indicator=indicator,
        upload=SimpleUploadedFile(name, content),
        by=by,
        at=NOW,
    )


@pytest.fixture
def disk(tmp_path: Path, settings: Any) -> Path:
    """Where this test alone stores evidence."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "evidence").mkdir()
    return tmp_path / "evidence"


def finish(response: Any) -> None:
    """Read a file to its end, which also closes it the way the test client expects."""
    if response.streaming:
        b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("a.pdf", files.PDF, "application/pdf"),
        ("A.PDF", files.PDF, "application/pdf"),
        ("图.png", files.PNG, "image/png"),
        ("a.jpg", files.JPG, "image/jpeg"),
        ("a.jpeg", files.JPG, "image/jpeg"),
        (
            "a.docx",
            files.DOCX,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            "a.xlsx",
            files.XLSX,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("a.ofd", files.OFD, "application/ofd"),
        ("a.zip", files.ZIP, "application/zip"),
        ("a.doc", files.compound("WordDocument"), "application/msword"),
        ("a.xls", files.compound("Workbook"), "application/vnd.ms-excel"),
    ],
)
def test_attach_accepts_by_content(
    submission: Submission, cast: Cast, name: str, content: bytes, content_type: str
) -> None:
    evidence = attach(submission, cast.contributor, name, content)
    assert evidence.name == name
    assert evidence.content_type == content_type
    assert evidence.size == len(content)
    assert evidence.sha256 == hashlib.sha256(content).hexdigest()
    assert evidence.file.name == f"evidence/{evidence.pk}"
    assert Path(evidence.file.path).read_bytes() == content


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", b"", "Found “a.pdf”, which is empty (0 bytes); expected a file with content."),
        ("a.pdf", files.PROGRAM, "Found “a.pdf”, whose content is EXE; expected content that"),
        ("a.pdf", files.PAGE, "Found “a.pdf”, which cannot be recognised as PDF; expected content"),
        ("a.pdf", files.PNG, "Found “a.pdf”, whose content is PNG; expected content that fits"),
        ("a.png", files.PDF, "Found “a.png”, whose content is PDF; expected content that fits"),
        ("a.docx", files.XLSX, "whose content is XLSX"),
        ("a.docx", files.ZIP, "whose content is ZIP"),
        ("a.zip", files.DOCX, "whose content is DOCX"),
        ("a.xlsx", b"PK\x03\x04 broken archive", "cannot be recognised as XLSX"),
        ("a.doc", files.compound("Workbook"), "whose content is XLS"),
        ("a.docx", files.MACROS, "Found “a.docx” with macros; expected a document without"),
        ("a.zip", files.crowded(10_001), "with very many files inside; expected at most 10000"),
        ("a.docx", files.crowded(10_001), "with very many files inside; expected at most 10000"),
        ("a.doc", files.deep_compound(2000), "which cannot be recognised as DOC"),
        ("a.pdf", b"%PDF-1.4\n%%EOF", "Found “a.pdf”, which breaks off before its end"),
        ("a.pdf", b"%PDF-1.4\n%%EOF\n" + files.PDF[:-8], "expected a whole PDF file"),
        ("a.png", files.PNG[:-5], "Found “a.png”, which breaks off before its end"),
        ("a.jpg", files.JPG[:-2], "Found “a.jpg”, which breaks off before its end"),
        # Endless filling before the picture, which no camera writes and no end follows for long.
        (
            "f.jpg",
            files.JPG[:2] + b"\xff" * 60_000 + files.JPG[2:],
            "Found “f.jpg”, which breaks off before its end",
        ),
        ("a.zip", files.container("notes.txt", "Setup.EXE"), "“a.zip” with a program inside"),
        ("a.exe", files.PROGRAM, "Found “a.exe”; expected one of PDF, OFD, JPG, PNG"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Found “a.svg”; expected one of"),
        ("a.html", files.PAGE, "Found “a.html”; expected one of"),
        ("pdf", files.PDF, "Found “pdf”; expected one of"),
    ],
)
def test_attach_refuses_and_says_why(
    submission: Submission, cast: Cast, name: str, content: bytes, message: str
) -> None:
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        attach(submission, cast.contributor, name, content)
    assert list(refused.value.message_dict) == ["upload"]
    assert message in refused.value.messages[0]
    assert not Evidence.objects.exists()


def test_attach_refuses_too_large_a_file_by_its_size_alone(
    submission: Submission, cast: Cast
) -> None:
    upload = SimpleUploadedFile("scan.pdf", files.PDF)
    upload.size = 100 * 1024 * 1024
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        attach_evidence(
            submission=submission, indicator="S1", upload=upload, by=cast.contributor, at=NOW
        )
    message = refused.value.messages[0].replace("\xa0", " ")
    assert message == (
        "Found “scan.pdf” of 100.0 MB; expected at most 20.0 MB per file. "
        "Compress it or split it into several files."
    )


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\a.pdf", "a.pdf"),
        ("/absolute/台账 2016.pdf", "台账 2016.pdf"),
        ("a\r\nX-Header: 1.pdf", "aX-Header: 1.pdf"),
        ("evil\u202efdp.exe", "evilfdp.exe"),
        (".htaccess.pdf", "htaccess.pdf"),
        ("长" * 400 + ".pdf", "长" * 196 + ".pdf"),
    ],
)
def test_clean_name_leaves_the_name_alone(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_attach_notices_the_same_file(submission: Submission, cast: Cast) -> None:
    first = attach(submission, cast.contributor, "a.pdf", files.PDF)
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        attach(submission, cast.contributor, "copy.pdf", files.PDF)
    assert refused.value.messages == [
        "Found “copy.pdf” with the same content as “a.pdf”, already attached here; "
        "expected a file that is not attached yet. Nothing to do, or choose the other file."
    ]
    attach(submission, cast.contributor, "a.pdf", files.PDF, "S2")
    assert indicators_by_file(submission, [first.sha256]) == {first.sha256: {"S1", "S2"}}
    remove_evidence(evidence=first, by=cast.contributor, at=NOW)
    assert indicators_by_file(submission, [first.sha256]) == {first.sha256: {"S2"}}


def test_a_form_takes_no_more_files_than_it_may_hold(
    submission: Submission, cast: Cast, settings: Any
) -> None:
    settings.EVIDENCE_FORM_MAX_FILES = 2
    attach(submission, cast.contributor, "a.pdf", files.PDF)
    first = attach(submission, cast.contributor, "b.pdf", files.PDF + b" ", "S2")
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        attach(submission, cast.contributor, "c.pdf", files.PDF + b"  ", "S3")
    assert refused.value.message_dict == {
        "upload": [
            "Found “c.pdf” beside 2 files of the form; expected at most 2 files in a form. "
            "Put several files into one ZIP, or remove one that is not needed."
        ]
    }
    remove_evidence(evidence=first, by=cast.contributor, at=NOW)
    attach(submission, cast.contributor, "c.pdf", files.PDF + b"  ", "S3")


def test_a_form_keeps_no_more_bytes_than_it_may(
    submission: Submission, cast: Cast, settings: Any
) -> None:
    """Removed files stay on the disk as history, so taking one off makes no room."""
    settings.EVIDENCE_FORM_MAX_BYTES = 2 * len(files.PDF)
    first = attach(submission, cast.contributor, "a.pdf", files.PDF)
    remove_evidence(evidence=first, by=cast.contributor, at=NOW)
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        attach(submission, cast.contributor, "b.pdf", files.PDF + b" ", "S2")
    assert "removed files are kept and count" in refused.value.message_dict["upload"][0]
    attach(submission, cast.contributor, "b.pdf", files.PDF, "S2")


def test_the_form_says_how_full_it_is_before_a_file_is_chosen(
    submission: Submission, cast: Cast, settings: Any
) -> None:
    settings.EVIDENCE_FORM_MAX_FILES, settings.EVIDENCE_FORM_MAX_BYTES = 7, 3 * 1024 * 1024
    attach(submission, cast.contributor, "a.pdf", files.PDF)
    client = cast.client("contributor")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = client.get(reverse("submissions:form", args=[submission.pk]))
    size = f"{len(files.PDF)}\xa0bytes of 3.0\xa0MB."
    assert f"In the whole form: 1 of 7 files, {size}" in page.text


def test_attach_refuses_an_indicator_not_asked(submission: Submission, cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        attach(submission, cast.contributor, "a.pdf", files.PDF, "PM25_CHANGE")
    assert list(refused.value.message_dict) == ["indicator"]


def test_attach_reads_and_writes_the_file_before_it_takes_the_locks(
    submission: Submission, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = []
    save = FileSystemStorage.save

    def inspect(upload: Any) -> Intake:
        order.append("inspect")
        return take_in(upload)

    def write(storage: FileSystemStorage, *args: Any, **named: Any) -> str:
        order.append("write")
        return save(storage, *args, **named)

    def lock(submission: Submission) -> Submission:
        order.append("lock")
        return lock_for_editing(submission)

    monkeypatch.setattr(f"{SERVICE}.take_in", inspect)
    monkeypatch.setattr(FileSystemStorage, "save", write)
    monkeypatch.setattr(f"{SERVICE}.lock_for_editing", lock)
    attach(submission, cast.contributor, "a.pdf", files.PDF)
    assert order == ["inspect", "write", "lock"]


def test_attach_rolled_back_leaves_no_file_on_disk(
    submission: Submission, cast: Cast, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **named: object) -> None:
        assert list(disk.iterdir()), "the file was written by then"
        raise DatabaseError("the disk of the database is full")

    monkeypatch.setattr(f"{SERVICE}.record_change", fail)
    with pytest.raises(DatabaseError):
        attach(submission, cast.contributor, "a.pdf", files.PDF)
    assert not Evidence.objects.exists()
    assert list(disk.iterdir()) == []


def test_attach_refused_under_the_lock_leaves_no_file_on_disk(
    submission: Submission, cast: Cast, disk: Path
) -> None:
    first = attach(submission, cast.contributor, "a.pdf", files.PDF)
    with pytest.raises(ValidationError):
        attach(submission, cast.contributor, "copy.pdf", files.PDF)
    assert list(disk.iterdir()) == [disk / str(first.pk)]


def test_remove_keeps_file_and_history_and_is_harmless_twice(
    submission: Submission, cast: Cast
) -> None:
    evidence = attach(submission, cast.contributor, "a.pdf", files.PDF)
    remove_evidence(evidence=evidence, by=cast.contributor, at=NOW)
    submission.refresh_from_db()
    revision = submission.revision
    remove_evidence(evidence=evidence, by=cast.contributor, at=NOW)
    evidence.refresh_from_db()
    submission.refresh_from_db()
    assert (evidence.removed_by, evidence.removed_at) == (cast.contributor, NOW)
    assert Path(evidence.file.path).exists()
    assert submission.revision == revision
    assert not current_evidence(submission).exists()


def test_evidence_of_a_signed_form_stays(signed: Submission, cast: Cast) -> None:
    with pytest.raises(NotAllowedNow):
        remove_evidence(evidence=signed.evidence.get(), by=cast.contributor, at=NOW)
    with pytest.raises(NotAllowedNow):
        attach(signed, cast.contributor, "b.png", files.PNG)


def test_attach_only_by_contributors_of_the_locality(submission: Submission, cast: Cast) -> None:
    for name in ("approver", "neighbour_contributor", "coordinator", "auditor"):
        with pytest.raises(PermissionDenied):
            attach(submission, getattr(cast, name), "a.pdf", files.PDF)


def test_download_names_the_file_in_chinese_and_shields_the_browser(
    submission: Submission, cast: Cast
) -> None:
    evidence = attach(submission, cast.contributor, "台账 2016.pdf", files.PDF)
    response = cast.client("contributor").get(reverse("submissions:evidence", args=[evidence.pk]))
    assert b"".join(response.streaming_content) == files.PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (f"inline; filename*=utf-8''{quote('台账 2016.pdf')}")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("object-src 'self'; default-src 'none'")
    assert response["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_download_shows_only_pdf_and_images_in_place(submission: Submission, cast: Cast) -> None:
    client = cast.client("contributor")
    for name, content, way in (
        ("a.png", files.PNG, "inline"),
        ("a.docx", files.DOCX, "attachment"),
        ("a.zip", files.ZIP, "attachment"),
    ):
        evidence = attach(submission, cast.contributor, name, content)
        address = reverse("submissions:evidence", args=[evidence.pk])
        response = client.get(address)
        finish(response)
        assert response["Content-Disposition"].startswith(way)
        assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert response["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        assert response["X-Frame-Options"] == "DENY"
        forced = client.get(address, {"download": "1"})
        finish(forced)
        assert forced["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("contributor", 200),
        ("approver", 200),
        ("coordinator", 200),
        ("auditor", 200),
        ("reviewer", 404),
        ("neighbour_contributor", 404),
        ("other_coordinator", 404),
        ("system_administrator", 404),
        ("visitor", 302),
    ],
)
def test_download_only_for_people_who_see_the_form(
    submission: Submission, cast: Cast, name: str, status: int
) -> None:
    evidence = attach(submission, cast.contributor, "a.pdf", files.PDF)
    response = cast.client(name).get(reverse("submissions:evidence", args=[evidence.pk]))
    finish(response)
    assert response.status_code == status


def test_download_of_an_unknown_file_is_not_found(submission: Submission, cast: Cast) -> None:
    client = cast.client("contributor")
    assert client.get(reverse("submissions:evidence", args=[uuid.uuid4()])).status_code == 404
