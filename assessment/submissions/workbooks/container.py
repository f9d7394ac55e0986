"""Whether a file can be read as a workbook at all, asked before anything parses it.

A packed file may promise little and unpack to gigabytes, and a workbook of five kilobytes may
name the last cell of a sheet: what is unpacked is counted first, and ``reading`` looks at a
bounded part of each sheet.
"""

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

import olefile  # type: ignore[import-untyped]
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.sizes import told_apart
from assessment.observations.numbers import shown
from assessment.observations.validity import Fault
from assessment.submissions.evidence_files import MACROS, clean_name, detect_kind

MAX_BYTES = 2 * 1024 * 1024
# A form of five hundred indicators with long texts unpacks to less than a fifth of this.
MAX_UNPACKED = 10 * 1024 * 1024
MAX_MEMBERS = 1000
# Elements of all parts, and of those that are no sheet: those are held in memory and cost most.
# A form of five hundred indicators has fewer than a tenth, styles pasted together a third.
MAX_ELEMENTS, MAX_ELEMENTS_BESIDE = 200_000, 30_000
ACCEPT = ".xlsx,.csv"
# Read piece by piece.
_LONG_PARTS = ("xl/worksheets/", "xl/sharedStrings.xml")
# A part's own header in the archive: its length, and where the lengths of name and extra stand.
_HEADER, _LENGTHS = 30, 26
# Byte order marks, blanks and the zeros of two-byte letters.
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
_ENCODING = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")


class FileError(ValueError):
    """Nothing of the file can be read; the message says why and what to do."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))


def read_upload(upload: "UploadedFile[bytes]") -> tuple[str, bytes]:
    """Name and content of a file people sent; ``FileError`` for one too large or empty.

    The size is looked at before anything is read.
    """
    name, size = clean_name(upload.name or ""), upload.size or 0
    if size > MAX_BYTES:
        limit, found = told_apart(MAX_BYTES, size)
        raise FileError(
            Fault(
                _("%(name)s of %(size)s") % {"name": shown(name), "size": found},
                _("at most %(limit)s") % {"limit": limit},
                _(
                    "The form needs no pictures and no other sheets: "
                    "download it again and fill it in."
                ),
            )
        )
    if size == 0:
        raise FileError(
            Fault(
                _("%(name)s, which is empty (0 bytes)") % {"name": shown(name)},
                _("a file with content"),
                _("Save the workbook again and choose it."),
            )
        )
    upload.seek(0)
    return name, upload.read()


def kind_of(name: str, content: bytes) -> str:
    """``xlsx`` or ``csv``; ``FileError`` names what else the file is.

    The content decides, not the extension.
    """
    kind = detect_kind(ContentFile(content, name=name))  # type: ignore[arg-type]
    if kind == "xlsx":
        _check_size(name, content)
        elements = _elements(content)
        if elements is None:
            raise not_readable(name)
        if elements.beside > MAX_ELEMENTS_BESIDE or elements.all > MAX_ELEMENTS:
            raise FileError(_overgrown(name, elements))
        return kind
    fault = _kind_fault(name, kind, content)
    if fault is not None:
        raise FileError(fault)
    return "csv"


def has_external_links(content: bytes) -> bool:
    """Whether formulas of the workbook look into other files."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(name.startswith("xl/externalLinks/") for name in archive.namelist())


def not_readable(name: str) -> FileError:
    """What to say of a workbook no reader can take apart."""
    return FileError(
        Fault(
            _("%(name)s, which is damaged") % {"name": shown(name)},
            _("an Excel workbook (.xlsx)"),
            _("Open it in a spreadsheet program, save it as .xlsx, and choose it again."),
        )
    )


def too_many_rows(name: str, most: int) -> FileError:
    """What to say of a workbook with far more rows than any form."""
    return FileError(
        Fault(
            _("%(name)s with more than %(most)d filled rows") % {"name": shown(name), "most": most},
            _("the rows of the form"),
            _("Download the form again and copy your answers into it."),
        )
    )


def no_rows(name: str) -> FileError:
    """What to say of a readable file in which no sheet is one of the form."""
    return FileError(
        Fault(
            _("no sheet of the form in %(name)s") % {"name": shown(name)},
            _("the workbook downloaded on this page"),
            _("Download the form, fill it in, and choose that file."),
        )
    )


def _check_size(name: str, content: bytes) -> None:
    """The sizes named in the archive; ``_unpacked`` holds each part to its own."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        total = sum(member.file_size for member in members)
        is_locked = any(member.flag_bits & 0x1 for member in members)
    if is_locked:
        raise FileError(_locked(name))
    if total > MAX_UNPACKED or len(members) > MAX_MEMBERS:
        raise FileError(
            Fault(
                _("%(name)s, which unpacks to %(size)s in %(count)d parts")
                % {"name": shown(name), "size": filesizeformat(total), "count": len(members)},
                _("at most %(size)s in %(count)d parts")
                % {"size": filesizeformat(MAX_UNPACKED), "count": MAX_MEMBERS},
                _("Download the form again and copy your answers into it."),
            )
        )


@dataclass(frozen=True)
class _Elements:
    """How many elements the parts of a workbook have together, and those that are no sheet."""

    all: int
    beside: int


def _elements(content: bytes) -> _Elements | None:
    """Counted in every part; ``None`` where one is not as large as it says, or grows when read."""
    found, beside = 0, 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            for member in archive.infolist():
                part = _unpacked(content, member)
                if not _is_tame(part):
                    return None
                here = part.count(b"<") - part.count(b"</")
                found += here
                beside += 0 if member.filename.startswith(_LONG_PARTS) else here
        except (ValueError, struct.error, zlib.error):
            return None
    return _Elements(found, beside)


def _overgrown(name: str, elements: _Elements) -> Fault:
    return Fault(
        _("%(name)s with %(count)d cells, styles and other elements")
        % {"name": shown(name), "count": elements.all},
        _("at most %(count)d, of them %(beside)d outside the sheets")
        % {"count": MAX_ELEMENTS, "beside": MAX_ELEMENTS_BESIDE},
        _("Download the form again and copy your answers into it."),
    )


def _unpacked(content: bytes, member: zipfile.ZipInfo) -> bytes:
    """The part, unpacked by one byte more than it says at most; ``ValueError`` if it lies.

    ``zipfile`` unpacks the whole part before it cuts it to the size it was promised.
    """
    lengths = struct.unpack_from("<HH", content, member.header_offset + _LENGTHS)
    start = member.header_offset + _HEADER + sum(lengths)
    packed = content[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_DEFLATED:
        packed = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, member.file_size + 1)
    elif member.compress_type != zipfile.ZIP_STORED:
        raise ValueError(member.compress_type)
    if len(packed) != member.file_size:
        raise ValueError(member.filename)
    return packed


def _is_tame(part: bytes) -> bool:
    """Whether a part is no XML, or XML in UTF-8 that declares no document type.

    No workbook declares one: entities grow when read. In other encodings it could not be found.
    """
    if not part.lstrip(_BEFORE_XML).startswith(b"<"):
        return True
    encoding = _ENCODING.match(part)
    is_utf8 = encoding is None or encoding[1].lower() in (b"utf-8", b"us-ascii")
    return is_utf8 and b"\0" not in part and b"<!DOCTYPE" not in part


def _kind_fault(name: str, kind: str, content: bytes) -> Fault | None:
    """What is wrong with a file that is no plain workbook; nothing where it may be text."""
    expected = _("an Excel workbook (.xlsx) or a CSV file")
    if kind == MACROS:
        return Fault(
            _("%(name)s with macros") % {"name": shown(name)},
            _("a workbook without macros"),
            _("Save it as .xlsx, which keeps no macros, and choose it again."),
        )
    if kind == "xls":
        return Fault(
            _("%(name)s, an Excel workbook of the old kind (.xls)") % {"name": shown(name)},
            expected,
            _("Open it in a spreadsheet program and save it as .xlsx."),
        )
    if _is_encrypted(content):
        return _locked(name)
    if not kind and not content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return None
    if not kind:
        return Fault(
            _("%(name)s, which is damaged or no workbook") % {"name": shown(name)},
            expected,
            _("Open it in a spreadsheet program, save it as .xlsx, and choose it again."),
        )
    return Fault(
        _("%(name)s, whose content is %(content)s")
        % {"name": shown(name), "content": kind.upper()},
        expected,
        _("Download the form, fill it in, and choose that file."),
    )


def _locked(name: str) -> Fault:
    return Fault(
        _("%(name)s, which opens only with a password") % {"name": shown(name)},
        _("a workbook without a password to open it"),
        _("Save it without the password and choose it again."),
    )


def _is_encrypted(content: bytes) -> bool:
    """Office keeps a workbook with a password as an encrypted stream of another container."""
    if not olefile.isOleFile(data=content):
        return False
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as document:
            return bool(document.exists("EncryptedPackage"))
    except (OSError, ValueError, IndexError, TypeError, RecursionError):
        return False
