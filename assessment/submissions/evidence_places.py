"""Takes out of a picture where it was made: evidence is read by people who need not know.

Only descriptions are rewritten, the picture itself stays bit for bit: in JPEG the segments of
Exif, XMP and IPTC, in PNG the chunks that hold the first two. Of Exif the position goes and the
rest stays (day, camera, which side is up); XMP and IPTC go whole where they name a place.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from PIL.Image import Exif

_POSITION = 0x8825  # the Exif tag that leads to the position
# What is too long for one XMP segment goes on in others of its own.
_XMP_MORE = b"http://ns.adobe.com/xmp/extension/\0"
_EXIF, _XMP, _IPTC = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"Photoshop 3.0\0"
_SCAN, _APP1, _APP13 = 0xDA, 0xE1, 0xED
_BEGIN, _END = b"\xff\xd8\xff", b"\xff\xd9"
_PNG = b"\x89PNG\r\n\x1a\n"
_XMP_KEYWORD = b"XML:com.adobe.xmp\0"
# Names under which XMP and IPTC keep a position, an address or a place.
_PLACE = re.compile(
    rb"GPS|Iptc4xmp(?:Core|Ext):(?:Location|CountryCode)|photoshop:(?:City|State|Country)", re.I
)
# Records of IPTC: sublocation, city, province, country code and name.
_PLACE_RECORD = re.compile(rb"\x1c\x02[\x5a\x5c\x5f\x64\x65]")


def without_place(content: bytes, kind: str) -> bytes:
    """The picture without its place; the same bytes where it names none, or is no JPEG or PNG.

    A description that cannot be read goes whole.
    """
    if kind == "jpg":
        return b"".join(_jpeg_parts(content))
    if kind == "png":
        return b"".join(_png_parts(content))
    return content


def _jpeg_parts(content: bytes) -> Iterator[bytes]:
    """Of a JPEG, and of those behind its end: telephones add smaller ones of the same scene."""
    start = 0
    while content.startswith(_BEGIN, start):
        yield content[start : start + 2]
        scan = start + 2
        while (end := _segment_end(content, scan)) > scan:
            yield _jpeg_segment(content[scan + 1], content[scan:end])
            scan = end
        start = content.find(_END, scan) + len(_END)
        if start < len(_END):  # it breaks off
            start = len(content)
        yield content[scan:start]
    yield content[start:]


def _segment_end(content: bytes, at: int) -> int:
    """Where the segment that begins there ends; the same place where the picture begins."""
    if at + 4 > len(content) or content[at] != 0xFF or content[at + 1] == _SCAN:
        return at
    mark = content[at + 1]
    if mark == 0xFF:  # filling
        return at + 1
    if mark == 0x01 or 0xD0 <= mark <= 0xD7:  # without a length
        return at + 2
    return at + 2 + int(struct.unpack_from(">H", content, at + 2)[0])


def _jpeg_segment(mark: int, segment: bytes) -> bytes:
    body = segment[4:]
    if mark == _APP1 and body.startswith(_EXIF):
        kept = _exif_without_position(body[len(_EXIF) :])
        if kept is None:
            return segment
        length = len(_EXIF) + len(kept) + 2
        if not kept or length > 0xFFFF:
            return b""
        return segment[:2] + struct.pack(">H", length) + _EXIF + kept
    if mark == _APP1 and body.startswith(_XMP_MORE):
        return b""  # cut anywhere, a place in it may be spelt across two of them
    names_place = (mark == _APP1 and body.startswith(_XMP) and _PLACE.search(body)) or (
        mark == _APP13 and body.startswith(_IPTC) and _PLACE_RECORD.search(body)
    )
    return b"" if names_place else segment


def _png_parts(content: bytes) -> Iterator[bytes]:
    position = len(_PNG)
    yield content[:position]
    while position + 12 <= len(content):
        (size,) = struct.unpack_from(">I", content, position)
        end = position + 12 + size
        kind, body = content[position + 4 : position + 8], content[position + 8 : end - 4]
        yield _png_chunk(kind, body, content[position:end])
        position = end
    yield content[position:]


def _png_chunk(kind: bytes, body: bytes, chunk: bytes) -> bytes:
    if kind == b"eXIf":
        kept = _exif_without_position(body)
        if kept is None:
            return chunk
        if not kept:
            return b""
        return (
            struct.pack(">I", len(kept)) + kind + kept + struct.pack(">I", zlib.crc32(kind + kept))
        )
    if kind == b"iTXt" and body.startswith(_XMP_KEYWORD):
        # A packed one may name anything.
        is_packed = body[len(_XMP_KEYWORD) : len(_XMP_KEYWORD) + 1] == b"\1"
        return b"" if is_packed or _PLACE.search(body) else chunk
    if kind in (b"tEXt", b"zTXt", b"iTXt") and body.startswith(b"Raw profile type"):
        return b""  # another way to keep Exif, XMP or IPTC, packed
    return chunk


def _exif_without_position(body: bytes) -> bytes | None:
    """The description without the position; ``None`` where it has none, empty if unreadable."""
    exif = Exif()
    try:
        exif.load(_EXIF + body)
        if _POSITION not in exif:
            return None
        del exif[_POSITION]
        return exif.tobytes()[len(_EXIF) :]
    # Pillow has no list of what it may raise on a broken description.
    except Exception:
        return b""
