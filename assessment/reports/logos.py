"""Logos: what may be uploaded, and the picture that is kept of it."""

import hashlib
import io
import warnings
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from assessment.observations.numbers import shown
from assessment.observations.validity import Fault

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

ACCEPT = ".png,.jpg,.jpeg"
MAX_BYTES = 4 * 1024 * 1024
# A picture is unpacked to four bytes for each pixel: 50 megapixels would take 200 MB.
MAX_PIXELS = 10_000_000
# At least so many pixels on the shorter side, and one side at most so many times the other.
LEAST_SIDE, MOST_TIMES = 16, 20
# Kept so large that 22 mm of height or 90 mm of width are printed at 300 dpi and more.
_KEPT = (1100, 420)
_FORMATS = ("PNG", "JPEG")
_WHITE = (255, 255, 255, 255)


@dataclass(frozen=True)
class DrawnLogo:
    """A PNG with nothing in it but its pixels."""

    content: bytes
    width: int
    height: int

    @property
    def sha256(self) -> str:
        """The SHA-256 of the file."""
        return hashlib.sha256(self.content).hexdigest()


def drawn_anew(upload: "UploadedFile[bytes]") -> DrawnLogo:
    """The uploaded PNG or JPEG as a PNG of its own on white: no metadata, nothing behind its end.

    The kind is told by the content alone. ``ValidationError`` on ``upload`` for a file that is
    empty, too large, of another kind, too large once unpacked (which is told by its head, before
    it is unpacked), or broken.
    """
    found = _size_fault(upload)
    if found is None:
        upload.seek(0)
        drawn = _drawn(upload.read(), upload.name or "")
        if isinstance(drawn, DrawnLogo):
            return drawn
        found = drawn
    raise ValidationError({"upload": [str(found)]})


def _drawn(content: bytes, name: str) -> DrawnLogo | Fault:
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures by itself; what is too large here is decided below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=_FORMATS)
    except Image.DecompressionBombError:
        return _bomb_fault(name)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return Fault(
            _("%(name)s, which is no PNG or JPEG") % {"name": shown(name)},
            _("a picture as PNG or JPEG"),
            _("Save the logo as PNG. A drawing as SVG is not taken: save it as PNG, too."),
        )
    with picture:
        fault = _shape_fault(picture, name)
        if fault is not None:
            return fault
        # Pillow has no list of what it may raise on a broken picture.
        with suppress(Exception):
            if _has_end(content):
                return _png(picture)
        return Fault(
            _("%(name)s, which cannot be read to its end") % {"name": shown(name)},
            _("a whole picture"),
            _("Open the file, check it, save it again and upload that."),
        )


def _has_end(content: bytes) -> bool:
    """Whether the picture's own end is in the file: WeasyPrint has Pillow draw broken ones, too."""
    if content.startswith(b"\x89PNG"):
        return b"IEND" in content
    return content.rfind(b"\xff\xd9") > content.find(b"\xff\xda") > 0


def _png(picture: Image.Image) -> DrawnLogo:
    turned = ImageOps.exif_transpose(picture)
    if turned.mode.startswith("I;16"):  # 16 bits of grey
        turned = turned.point(lambda grey: grey / 256).convert("L")
    coloured = turned.convert("RGBA")
    coloured.thumbnail(_KEPT)
    flat = Image.new("RGBA", coloured.size, _WHITE)
    flat.alpha_composite(coloured)
    out = io.BytesIO()
    flat.convert("RGB").save(out, "PNG", optimize=True)
    return DrawnLogo(out.getvalue(), *flat.size)


def _size_fault(upload: "UploadedFile[bytes]") -> Fault | None:
    name, size = shown(upload.name or ""), upload.size or 0
    if size == 0:
        return Fault(
            _("%(name)s, which is empty (0 bytes)") % {"name": name},
            _("a file with content"),
            _("Open the file, check it, and upload it again."),
        )
    if size > MAX_BYTES:
        return Fault(
            _("%(name)s of %(size)s") % {"name": name, "size": filesizeformat(size)},
            _("at most %(limit)s") % {"limit": filesizeformat(MAX_BYTES)},
            _("Save the logo smaller: it is printed at most 9 cm wide."),
        )
    return None


def _shape_fault(picture: Image.Image, name: str) -> Fault | None:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        return _bomb_fault(name, width, height)
    if min(width, height) < LEAST_SIDE or max(width, height) > MOST_TIMES * min(width, height):
        return Fault(
            _("%(name)s of %(width)d × %(height)d pixels")
            % {"name": shown(name), "width": width, "height": height},
            _(
                "at least %(least)d pixels on each side, and no side more than %(times)d times "
                "the other"
            )
            % {"least": LEAST_SIDE, "times": MOST_TIMES},
            _("Cut the picture to the logo itself."),
        )
    return None


def _bomb_fault(name: str, width: int = 0, height: int = 0) -> Fault:
    expected = _("at most %(limit)d megapixels") % {"limit": MAX_PIXELS // 1_000_000}
    remedy = _("Save the logo smaller: it is printed at most 9 cm wide.")
    if not width:
        return Fault(_("%(name)s of far too many pixels") % {"name": shown(name)}, expected, remedy)
    found = _("%(name)s of %(width)d × %(height)d pixels (%(count)d megapixels)") % {
        "name": shown(name),
        "width": width,
        "height": height,
        "count": round(width * height / 1_000_000),
    }
    return Fault(found, expected, remedy)
