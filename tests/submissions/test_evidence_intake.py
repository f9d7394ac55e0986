"""What happens to a file on its way in: the place of a picture, the virus scanner, the archive."""

import csv
import io
import socketserver
import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from PIL import Image

from assessment.audit.models import Event
from assessment.submissions.evidence_intake import take_in
from assessment.submissions.evidence_places import without_place
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.services import attach_evidence
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions import files

ORIENTATION, MAKER, POSITION, TAKEN = 0x0112, 0x010F, 0x8825, 0x9003
XMP = b'<x:xmpmeta xmlns:exif="e"><rdf exif:GPSLatitude="39,54.4N"/></x:xmpmeta>'


def picture(kind: str, **described: Any) -> bytes:
    """A picture of 12 × 8 pixels that says when, with what and where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "Maker"
    exif.get_ifd(0x8769)[TAKEN] = "2016:05:04 10:00:00"
    exif.get_ifd(POSITION).update({1: "N", 2: (39.0, 54.0, 26.0), 3: "E", 4: (116.0, 23.0, 29.0)})
    out = io.BytesIO()
    drawn = Image.effect_noise((12, 8), 90).convert("RGB")
    drawn.save(out, kind, exif=exif, **described)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(("kind", "format_"), [("jpg", "JPEG"), ("png", "PNG")])
def test_the_place_goes_and_all_else_stays(kind: str, format_: str) -> None:
    sent = picture(format_)
    assert opened(sent).getexif().get_ifd(POSITION)
    kept = without_place(sent, kind)
    exif = opened(kept).getexif()
    assert not exif.get_ifd(POSITION)
    assert (exif[ORIENTATION], exif[MAKER]) == (6, "Maker")
    assert exif.get_ifd(0x8769)[TAKEN] == "2016:05:04 10:00:00"
    assert opened(kept).tobytes() == opened(sent).tobytes()
    assert without_place(kept, kind) == kept


def test_other_descriptions_that_name_a_place_go_whole() -> None:
    sent = picture("JPEG", xmp=XMP)
    assert b"GPSLatitude" in sent
    assert b"GPSLatitude" not in without_place(sent, "jpg")
    behind = without_place(sent + picture("JPEG"), "jpg")
    assert not opened(behind[behind.rindex(b"\xff\xd8\xff") :]).getexif().get_ifd(POSITION)


def test_other_layouts_of_descriptions_are_known() -> None:
    """XMP too long for one segment, and profiles as older programs pack them into PNG."""
    more = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 40 + XMP
    segment = b"\xff\xe1" + struct.pack(">H", len(more) + 2) + more
    assert without_place(files.JPG[:2] + segment + files.JPG[2:], "jpg") == files.JPG
    body = b"Raw profile type exif\0\0" + zlib.compress(b"exif")
    packed = struct.pack(">I", len(body)) + b"zTXt" + body
    packed += struct.pack(">I", zlib.crc32(b"zTXt" + body))
    end_of_head = files.PNG.index(b"IHDR") + 4 + 13 + 4
    sent = files.PNG[:end_of_head] + packed + files.PNG[end_of_head:]
    assert without_place(sent, "png") == files.PNG


def test_pictures_without_a_place_and_other_files_are_stored_as_they_came() -> None:
    for content, kind in ((files.JPG, "jpg"), (files.PNG, "png"), (files.PDF, "pdf")):
        assert without_place(content, kind) == content


def test_a_description_that_cannot_be_read_goes_whole() -> None:
    broken = b"\xff\xe1" + struct.pack(">H", 2 + 6 + 8) + b"Exif\0\0" + b"MM\0*\0\0\xff\xff"
    sent = files.JPG[:2] + broken + files.JPG[2:]
    assert without_place(sent, "jpg") in (files.JPG, sent)


def test_what_is_stored_is_what_is_hashed_and_logged(submission: Submission, cast: Cast) -> None:
    sent = picture("JPEG")
    attached = attach_evidence(
        submission=submission,
        indicator="S1",
        upload=SimpleUploadedFile("现场.jpg", sent),
        by=cast.contributor,
        at=NOW,
    )
    with attached.file.open("rb") as stored:
        content = stored.read()
    assert content == without_place(sent, "jpg")
    assert attached.size == len(content)
    assert Event.objects.get(action="submissions.attach_evidence").after["place_removed"] is True
    with pytest.raises(ValidationError):  # the same picture, known by what is left of it
        attach_evidence(
            submission=submission,
            indicator="S1",
            upload=SimpleUploadedFile("again.jpg", sent),
            by=cast.contributor,
            at=NOW,
        )


class _Scanner(socketserver.BaseRequestHandler):
    """Speaks clamd's INSTREAM; whatever holds the word EICAR is infected."""

    def handle(self) -> None:
        content = b""
        with self.request.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            while length := struct.unpack(">I", stream.read(4))[0]:
                content += stream.read(length)
        said = b"stream: Eicar-Signature FOUND" if b"EICAR" in content else b"stream: OK"
        self.request.sendall(said + b"\0")


@pytest.fixture
def scanner(settings: Any) -> Iterator[None]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Scanner) as server:
        settings.CLAMD = f"tcp://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield
        server.shutdown()


def taken(content: bytes) -> str:
    """What the intake says of a PDF with that content; empty where it is taken."""
    with translation.override("en"):
        try:
            take_in(SimpleUploadedFile("a.pdf", content))
        except ValidationError as error:
            return str(error.message_dict["upload"][0])
    return ""


def test_the_scanner_is_asked_where_one_is_named(scanner: None) -> None:
    assert taken(files.PDF) == ""
    infected = files.PDF.replace(b"1 0 obj", b"%EICAR\n1 0 obj", 1)
    assert b"EICAR" in infected
    assert taken(infected) == (
        "Found “a.pdf”, in which the virus scanner finds Eicar-Signature; expected a file without "
        "malware. Have the computer it comes from checked, and attach a clean file."
    )


def test_a_scanner_that_does_not_answer_lets_nothing_through(settings: Any) -> None:
    settings.CLAMD = "unix:/nowhere/clamd.ctl"
    assert taken(files.PDF).startswith("Found “a.pdf”, which could not be checked for malware")


def test_all_files_of_a_form_come_as_one_archive(submission: Submission, cast: Cast) -> None:
    contents = {"一.pdf": files.PDF, "图.png": files.PNG}
    for name, content in contents.items():
        attach_evidence(
            submission=submission,
            indicator="S1",
            upload=SimpleUploadedFile(name, content),
            by=cast.contributor,
            at=NOW,
        )
    lost = Evidence.objects.get(name="图.png")
    lost.file.storage.delete(lost.file.name or "")
    answer = cast.client("contributor").get(
        reverse("submissions:evidence-archive", args=[submission.pk]),
        headers={"accept-language": "en"},
    )
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        assert archive.testzip() is None
        assert archive.read("S1 Indicator S1/一.pdf") == files.PDF
        rows = list(csv.DictReader(io.StringIO(archive.read("files.csv").decode("utf-8-sig"))))
    assert [row["sha256"] for row in rows] == [
        Evidence.objects.get(name=name).sha256 for name in contents
    ]
    assert rows[1]["file"] == "missing from the storage"


def test_a_file_sent_by_the_page_s_script_is_attached_or_refused(
    submission: Submission, cast: Cast
) -> None:
    address = reverse("submissions:attach", args=[submission.pk, "S1"])
    client = cast.client("contributor")

    def send(name: str, content: bytes) -> Any:
        body = {"upload": SimpleUploadedFile(name, content)}
        return client.post(address, body, headers={"accept-language": "en"})

    told = send("a.pdf", files.PDF).json()
    assert told["problems"] == []
    assert "a.pdf" in told["html"]
    assert told["room"].startswith("In the whole form: 1 of")
    told = send("b.pdf", b"no PDF").json()
    assert told["problems"][0].startswith("Found “b.pdf”, which cannot be recognised as PDF")
    assert Evidence.objects.count() == 1
