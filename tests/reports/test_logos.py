"""Logos: what is taken, what is kept of it, and how a document holds it."""

import io
import struct
import zlib
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image, PngImagePlugin

from assessment.audit.models import Event
from assessment.jobs.failures import JobFailed
from assessment.publication.models import Publication
from assessment.reports.logos import MAX_BYTES, drawn_anew
from assessment.reports.models import Logo
from assessment.reports.notices import commendation_contents
from assessment.reports.pdf import OwnFilesOnly, RefusedAddress, pdf_of
from assessment.reports.printable import html_of
from assessment.reports.queries import logo_in_force
from assessment.reports.services import remove_logo, set_logo
from tests.cast import Cast
from tests.reports.conftest import LATER

RED = (200, 0, 0)


def picture(
    kind: str = "PNG", size: tuple[int, int] = (300, 100), mode: str = "RGB", **more: Any
) -> bytes:
    out = io.BytesIO()
    colour: Any = RED if mode == "RGB" else 0
    Image.new(mode, size, colour).save(out, kind, **more)
    return out.getvalue()


def upload(content: bytes, name: str = "logo.png") -> "SimpleUploadedFile":
    return SimpleUploadedFile(name, content)


def png_of(width: int, height: int) -> bytes:
    """The head of a PNG of that size: a few bytes that would unpack to gigabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        sealed = kind + body
        return struct.pack(">I", len(body)) + sealed + struct.pack(">I", zlib.crc32(sealed))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(1000))
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", packed), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (picture(), (300, 100)),
        (picture("JPEG"), (300, 100)),
        (picture(size=(3000, 1000)), (1100, 367)),
        (picture(size=(100, 900)), (47, 420)),
        (picture(mode="P"), (300, 100)),
        (picture("JPEG", mode="CMYK"), (300, 100)),
        (picture(mode="1"), (300, 100)),
    ],
    ids=["png", "jpeg", "wide", "tall", "palette", "print colours", "black and white"],
)
def test_what_is_kept_is_a_png_of_printing_size(content: bytes, size: tuple[int, int]) -> None:
    drawn = drawn_anew(upload(content))
    with Image.open(io.BytesIO(drawn.content)) as kept:
        assert (kept.format, kept.mode, kept.size) == ("PNG", "RGB", size)
        assert (drawn.width, drawn.height) == size


def test_nothing_but_pixels_is_kept() -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Author", "Somebody")
    exif = Image.Exif()
    exif[0x010E] = "Somebody’s telephone"
    for content in (
        picture(pnginfo=said) + b"<script>Somebody</script>",
        picture("JPEG", exif=exif) + b"Somebody",
    ):
        assert b"Somebody" in content
        kept = drawn_anew(upload(content)).content
        assert b"Somebody" not in kept
        with Image.open(io.BytesIO(kept)) as image:
            assert image.info == {}


def test_a_picture_is_turned_as_its_camera_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right
    drawn = drawn_anew(upload(picture("JPEG", exif=exif)))
    assert (drawn.width, drawn.height) == (100, 300)


def test_what_is_transparent_becomes_white_and_greys_of_16_bits_stay_grey() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (200, 0, 0, 0)).save(out, "PNG")
    deep = io.BytesIO()
    Image.new("I;16", (40, 40), 0x8000).save(deep, "PNG")
    for content, expected in ((out, (255, 255, 255)), (deep, (128, 128, 128))):
        with Image.open(io.BytesIO(drawn_anew(upload(content.getvalue())).content)) as kept:
            assert kept.getpixel((20, 20)) == expected


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BROKEN = picture()[:200]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "0 bytes"),
        (SVG, "no PNG or JPEG"),
        (picture("GIF"), "no PNG or JPEG"),
        (b"%PDF-1.7", "no PNG or JPEG"),
        (BROKEN, "cannot be read to its end"),
        (png_of(8000, 6250), "50 megapixels"),
        (png_of(60_000, 60_000), "far too many pixels"),
        (picture(size=(15, 15)), "at least 16 pixels"),
        (picture(size=(600, 20)), "20 times the other"),
        (bytes(MAX_BYTES + 1), "4.0\xa0MB"),
    ],
    ids=["empty", "svg", "gif", "pdf", "cut", "bomb", "huge", "tiny", "thin", "heavy"],
)
def test_what_is_no_logo_is_refused_in_words(content: bytes, said: str) -> None:
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        drawn_anew(upload(content))
    assert said in refused.value.message_dict["upload"][0]


@pytest.mark.django_db
def test_a_logo_is_set_once_and_taken_out_on_record(cast: Cast) -> None:
    given = {"region": cast.region, "by": cast.coordinator, "at": LATER}
    first = set_logo(upload=upload(picture()), **given)
    assert set_logo(upload=upload(picture()), **given) == first
    assert logo_in_force(cast.region) == first
    assert first.file.name.startswith("logos/")
    assert "logo.png" not in first.file.name
    remove_logo(**given)
    assert remove_logo(**given) is None
    assert logo_in_force(cast.region) is None
    assert first.file.storage.exists(first.file.name)  # documents of before are made of it
    assert [logo.number for logo in Logo.objects.order_by("number")] == [1, 2]
    events = Event.objects.filter(action__endswith="_logo").order_by("sequence")
    assert [(event.action, event.before, event.after) for event in events] == [
        ("reports.set_logo", {}, {"logo": first.sha256}),
        ("reports.remove_logo", {"logo": first.sha256}, {}),
    ]
    for name in ("other_coordinator", "auditor", "approver"):
        with pytest.raises(PermissionDenied):
            set_logo(upload=upload(picture()), **(given | {"by": getattr(cast, name)}))
        with pytest.raises(PermissionDenied):
            remove_logo(**(given | {"by": getattr(cast, name)}))


@pytest.mark.django_db
def test_a_document_holds_the_logo_as_its_own_picture(cast: Cast, publication: Publication) -> None:
    logo = set_logo(region=cast.region, upload=upload(picture()), by=cast.coordinator, at=LATER)
    with translation.override("zh-hans"):
        said = commendation_contents(publication, "zh-hans")
        page = html_of(said)
    with logo.file.open("rb") as file:
        assert said.pictures == {"logo.png": file.read()}
    assert f'<img src="chart:logo.png" alt="{publication.body_name_zh}徽标">' in page
    logo.file.storage.delete(logo.file.name or "")
    with pytest.raises(JobFailed, match="missing from the storage"):
        commendation_contents(publication, "zh-hans")


def test_a_picture_is_served_as_what_it_is_and_nothing_else_is() -> None:
    fetcher = OwnFilesOnly({"logo.png": picture(), "code.svg": b"<svg/>"})
    assert fetcher.fetch("chart:logo.png").headers["Content-Type"] == "image/png"
    assert fetcher.fetch("chart:code.svg").headers["Content-Type"] == "image/svg+xml"
    with pytest.raises(RefusedAddress):
        pdf_of('<img src="file:///etc/passwd" alt="">', {"logo.png": picture()})
