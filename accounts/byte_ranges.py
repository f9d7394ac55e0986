"""Which bytes of a file a request asks for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass

from django.core.files import File
from django.http import HttpRequest

UNIT = "bytes"
# One range of the unit; more digits than any file has bytes are no range.
_RANGES = re.compile(rf"{UNIT}=(.+)", re.IGNORECASE)
_RANGE = re.compile(r"([0-9]{0,18})-([0-9]{0,18})")


@dataclass(frozen=True)
class ByteRange:
    """``length`` bytes from the one numbered ``first``, counted from 0."""

    first: int
    length: int

    def of(self, size: int) -> str:
        """As ``Content-Range`` says it of a file of that size."""
        return f"{UNIT} {self.first}-{self.first + self.length - 1}/{size}"


class UnsatisfiableError(Exception):
    """The range lies behind the end of the file."""


def asked_range(request: HttpRequest, size: int, etag: str) -> ByteRange | None:
    """The part of a file of ``size`` bytes that the request asks for; ``None`` for the whole.

    The whole is due, too, where several ranges are asked for at once, where the header says
    nothing understandable, and where ``If-Range`` names anything but ``etag``, which is strong:
    the part would not fit what the asker has. ``UnsatisfiableError`` for a part that is not there.
    """
    header = request.headers.get("Range")
    if header is None or request.method != "GET":
        return None
    known = request.headers.get("If-Range")
    if known is not None and (not etag or known.strip() != etag):
        return None
    return _read(header, size)


def _read(header: str, size: int) -> ByteRange | None:
    found = _RANGES.fullmatch(header.strip())
    specs = [part.strip(" \t") for part in found[1].split(",")] if found else []
    [spec, *others] = [part for part in specs if part] or [""]
    bounds = _RANGE.fullmatch(spec)
    if others or bounds is None:
        return None
    first, last = bounds.groups()
    if not first:
        return _last_bytes(last, size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise UnsatisfiableError
    end = min(int(last) + 1, size) if last else size
    return ByteRange(int(first), end - int(first))


def _last_bytes(typed: str, size: int) -> ByteRange | None:
    if not typed:
        return None
    wanted = min(int(typed), size)
    if not wanted:
        raise UnsatisfiableError
    return ByteRange(size - wanted, wanted)


class PartOfFile:
    """The bytes of a range, read from an open file as they are sent, and no more."""

    def __init__(self, file: "File[bytes]", part: ByteRange) -> None:
        file.seek(part.first)
        self._file, self._left = file, part.length

    def read(self, size: int) -> bytes:
        """Up to so many bytes of what is left."""
        found: bytes = self._file.read(min(size, self._left))
        self._left -= len(found)
        return found

    def close(self) -> None:
        """Close the file."""
        self._file.close()
