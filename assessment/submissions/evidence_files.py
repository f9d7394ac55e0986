"""What may be attached as evidence: type by content, name, size, SHA-256."""

import hashlib
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

import filetype  # type: ignore[import-untyped]
import olefile  # type: ignore[import-untyped]
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from accounts.sizes import told_apart
from accounts.text import join_items
from assessment.engine.archive import DAMAGE
from assessment.observations.numbers import shown
from assessment.observations.validity import Fault
from assessment.submissions.evidence_shapes import is_whole

# Kind by extension, with the content type it is served under.
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "zip": "application/zip",
}
SAME_KIND = {"jpeg": "jpg"}
# The only kinds a browser may show in place; everything else is downloaded.
INLINE_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png"})
ACCEPT = ",".join(f".{extension}" for extension in [*CONTENT_TYPES, *SAME_KIND])
MAX_NAME = 200
HEAD_BYTES = 8192
# Reading the table of contents of an archive costs memory for each entry, whatever it packs.
MAX_ENTRIES = 10_000
_ENTRY = b"PK\x01\x02"
# Kinds that are no extension: refused with words of their own.
MACROS, _CROWDED, _PROGRAM = "macros", "crowded", "program"
# What a computer runs when it is opened; evidence is read.
_RUN = (
    *(".exe", ".com", ".dll", ".msi", ".scr", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js"),
    *(".jse", ".wsf", ".hta", ".lnk", ".jar", ".apk", ".sh"),
)
# Members that tell what a ZIP container really is.
_MEMBERS = (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("OFD.xml", "ofd"))
_STREAMS = (("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"))


@dataclass(frozen=True)
class FileFacts:
    """What is stored beside the file."""

    name: str
    content_type: str
    size: int
    sha256: str


def kinds_text() -> str:
    """The kinds of files that are taken, for the reader."""
    return join_items(extension.upper() for extension in CONTENT_TYPES)


def inspect_upload(upload: "UploadedFile[bytes]") -> FileFacts:
    """Facts of an acceptable file; ``ValidationError`` on ``upload`` says what is wrong.

    The size is checked before anything is read, the type by the content alone; the
    extension must agree with it.
    """
    name = clean_name(upload.name or "")
    size = upload.size or 0
    fault = _size_fault(name, size)
    if fault is None:
        kind = detect_kind(upload)
        fault = _kind_fault(name, kind) or _end_fault(upload, name, kind)
    if fault is not None:
        raise ValidationError({"upload": [str(fault)]})
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return FileFacts(name, CONTENT_TYPES[kind], size, digest.hexdigest())


def clean_name(name: str) -> str:
    """The file's own name: no folders, no control or direction signs, a sane length."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = unicodedata.normalize("NFC", last)
    plain = "".join(sign for sign in plain if unicodedata.category(sign) not in {"Cc", "Cf"})
    plain = plain.strip().lstrip(".").strip()
    suffix = PurePosixPath(plain).suffix
    stem = plain[: len(plain) - len(suffix)]
    return f"{stem[: MAX_NAME - len(suffix)]}{suffix[:20]}"


def detect_kind(upload: "UploadedFile[bytes]") -> str:
    """The kind by content: a key of ``CONTENT_TYPES``, another extension, or an empty text.

    Office documents with macros, archives with programs and those of too many entries have
    kinds of their own.
    """
    upload.seek(0)
    head = upload.read(HEAD_BYTES)
    if head.startswith(b"PK"):
        return _container_kind(upload)
    if olefile.isOleFile(data=head):
        return _compound_kind(upload)
    found = filetype.guess(head)
    return str(found.extension) if found is not None else ""


def size_limit_text() -> str:
    """The limit per file as shown to people."""
    return str(filesizeformat(settings.EVIDENCE_MAX_BYTES))


def room_text(attached: int, stored: int) -> str:
    """How much of what a form may hold it holds: files attached, bytes stored."""
    return _("In the whole form: %(count)d of %(files)d files, %(size)s of %(limit)s.") % {
        "count": attached,
        "files": settings.EVIDENCE_FORM_MAX_FILES,
        "size": filesizeformat(stored),
        "limit": filesizeformat(settings.EVIDENCE_FORM_MAX_BYTES),
    }


def room_fault(name: str, size: int, attached: int, stored: int) -> Fault | None:
    """Why a form with so many files and bytes takes no file of this size; nothing if it does."""
    most, limit = settings.EVIDENCE_FORM_MAX_FILES, settings.EVIDENCE_FORM_MAX_BYTES
    if attached >= most:
        return Fault(
            _("%(name)s beside %(count)d files of the form")
            % {"name": shown(name), "count": attached},
            _("at most %(count)d files in a form") % {"count": most},
            _("Put several files into one ZIP, or remove one that is not needed."),
        )
    if stored + size > limit:
        most_said, size_said, stored_said = told_apart(limit, size, stored)
        return Fault(
            _("%(name)s of %(size)s beside %(stored)s of the form")
            % {"name": shown(name), "size": size_said, "stored": stored_said},
            _("at most %(limit)s in a form; removed files are kept and count")
            % {"limit": most_said},
            _("Compress the file, or ask the coordinating body for more room."),
        )
    return None


def _container_kind(upload: "UploadedFile[bytes]") -> str:
    if _count(upload, _ENTRY) > MAX_ENTRIES:
        return _CROWDED
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            names = set(archive.namelist())
    except DAMAGE:
        return ""
    if any(name.endswith("vbaProject.bin") for name in names):
        return MACROS
    has_program = any(name.lower().endswith(_RUN) for name in names)
    fallback = _PROGRAM if has_program else "zip" if names else ""
    return next((kind for member, kind in _MEMBERS if member in names), fallback)


def _count(upload: "UploadedFile[bytes]", mark: bytes) -> int:
    """How often the bytes of ``mark`` stand in the file."""
    upload.seek(0)
    found, end = 0, b""
    for chunk in upload.chunks():
        block = end + chunk
        found += block.count(mark)
        end = block[1 - len(mark) :]  # too short to hold the mark, long enough for its begin
    return found


def _compound_kind(upload: "UploadedFile[bytes]") -> str:
    upload.seek(0)
    try:
        with olefile.OleFileIO(upload) as document:
            return next((kind for name, kind in _STREAMS if document.exists(name)), "")
    # What olefile raises on a broken file, or on one whose folders stand in one endless row.
    except (OSError, ValueError, IndexError, TypeError, RecursionError):
        return ""
    finally:
        # OleFileIO leaves files it did not open alone, but may have moved in them.
        upload.seek(0)


def _size_fault(name: str, size: int) -> Fault | None:
    if size == 0:
        return Fault(
            _("%(name)s, which is empty (0 bytes)") % {"name": shown(name)},
            _("a file with content"),
            _("Open the file, check it, and attach it again."),
        )
    if size > settings.EVIDENCE_MAX_BYTES:
        limit, found = told_apart(settings.EVIDENCE_MAX_BYTES, size)
        return Fault(
            _("%(name)s of %(size)s") % {"name": shown(name), "size": found},
            _("at most %(limit)s per file") % {"limit": limit},
            _("Compress it or split it into several files."),
        )
    return None


def _kind_fault(name: str, kind: str) -> Fault | None:
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    extension = SAME_KIND.get(suffix, suffix)
    expected = _("one of %(kinds)s") % {"kinds": kinds_text()}
    if extension not in CONTENT_TYPES:
        return Fault(shown(name), expected, _("Save the file in one of these formats."))
    if kind == _CROWDED:
        return Fault(
            _("%(name)s with very many files inside") % {"name": shown(name)},
            _("at most %(count)d files in an archive") % {"count": MAX_ENTRIES},
            _("Split it into several archives."),
        )
    if kind == _PROGRAM:
        return Fault(
            _("%(name)s with a program inside") % {"name": shown(name)},
            _("an archive of documents, tables and pictures"),
            _("Take the program out, or attach the documents themselves."),
        )
    if kind == MACROS:
        return Fault(
            _("%(name)s with macros") % {"name": shown(name)},
            _("a document without macros"),
            _("Save it without macros, or as PDF."),
        )
    if kind == extension:
        return None
    found = (
        _("%(name)s, whose content is %(content)s")
        if kind
        else _("%(name)s, which cannot be recognised as %(expected)s")
    )
    words = {"name": shown(name), "content": kind.upper(), "expected": extension.upper()}
    return Fault(
        found % words,
        _("content that fits the extension .%(extension)s") % {"extension": suffix},
        _("Renaming does not change a format: open the file and save it as %(kinds)s.")
        % {"kinds": kinds_text()},
    )


def _end_fault(upload: "UploadedFile[bytes]", name: str, kind: str) -> Fault | None:
    if is_whole(upload, kind):
        return None
    return Fault(
        _("%(name)s, which breaks off before its end") % {"name": shown(name)},
        _("a whole %(kind)s file") % {"kind": kind.upper()},
        _("Open the file, check it, save it again and attach that."),
    )
