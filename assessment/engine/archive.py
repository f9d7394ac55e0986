"""Opening a bundle that may be hostile: names, sizes and damage are checked before use."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from assessment.engine.bundle import is_safe_name
from assessment.engine.limits import Limits, size_text
from assessment.engine.problems import BundleError, Problem

# Before each entry of a zip's directory: counted before the directory is read at all.
_ENTRY: Final = b"PK\x01\x02"
# Before each file, at the end of the directory, and behind a file that was streamed.
_HEADER_SIZE: Final = 30
_END: Final = b"PK\x05\x06"
_END_SIZE: Final = 22
_DESCRIPTOR: Final = b"PK\x07\x08"
_IS_STREAMED: Final = 0x8
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What the zip reader raises over bytes that are no sound zip: places before the beginning or
# beyond any file, names that are no text, fields cut off.
DAMAGE: Final = (
    *(zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OverflowError),
    *(OSError, struct.error, zlib.error),
)


def read_archive(source: str | Path | bytes, limits: Limits) -> Mapping[str, bytes]:
    """Return a bundle's files by name, held in memory; nothing is written anywhere.

    Raises BundleError for anything but a sound zip of safe names within the limits and nothing
    beside them. Sizes are
    measured while unpacking, not taken from the zip's own claims.
    """
    try:
        content = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _fault("bundle_unreadable", reason=reason) from error
    if content.count(_ENTRY) > limits.files:
        raise _fault("bundle_too_many_files", limit=limits.files)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = _files(archive, limits)
            if not _is_whole(content, archive.infolist()):
                raise _fault("bundle_stray_bytes")
            return files
    except BundleError:
        raise
    except DAMAGE as error:
        raise _fault("bundle_not_zip") from error


def _fault(code: str, **params: object) -> BundleError:
    return BundleError([Problem(code, params=params)])


def _files(archive: zipfile.ZipFile, limits: Limits) -> Mapping[str, bytes]:
    files: dict[str, bytes] = {}
    for entry in archive.infolist():
        name = entry.orig_filename
        if not is_safe_name(name) or entry.is_dir() or _is_link(entry):
            raise _fault("bundle_unsafe_name", name=name)
        if name in files:
            raise _fault("bundle_duplicate_name", name=name)
        if entry.flag_bits & 0x1:
            raise _fault("bundle_encrypted", name=name)
        if entry.compress_type not in _METHODS:
            raise _fault("bundle_not_zip")
        left = limits.unpacked_bytes - sum(map(len, files.values()))
        files[name] = _content(archive, entry, left)
        if len(files[name]) > left:
            raise _fault("bundle_too_large", limit=size_text(limits.unpacked_bytes))
    return files


def _is_whole(content: bytes, entries: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether every byte belongs to one of the files, the directory or its end.

    What lies before, between or behind them no reader of the bundle shows, or another one does:
    of two zips glued together some read the first and some the last.
    """
    size, start, comment = struct.unpack_from(
        "<LLH", content, max(0, len(content) - _END_SIZE) + 12
    )
    end = len(content) - _END_SIZE
    if content[end : end + 4] != _END or comment or start + size != end:
        return False
    place = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        if entry.header_offset != place:
            return False
        name, extra = struct.unpack_from("<HH", content, place + 26)
        place += _HEADER_SIZE + name + extra + entry.compress_size
        if entry.flag_bits & _IS_STREAMED:
            place += _descriptor_size(content, place)
    return place == int(start)


def _descriptor_size(content: bytes, place: int) -> int:
    """The size of what a writer that streams puts behind a file: checksum and sizes."""
    return 16 if content[place : place + 4] == _DESCRIPTOR else 12


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return (entry.external_attr >> 16) & 0o170000 == 0o120000


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    try:
        with archive.open(entry) as stream:
            return stream.read(left + 1)
    except DAMAGE as error:
        raise _fault("bundle_damaged", name=entry.orig_filename) from error
