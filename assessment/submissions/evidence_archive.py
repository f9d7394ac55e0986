"""All files of a form as one ZIP, packed while it is sent."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from accounts.downloads import csv_text
from accounts.moments import time_text
from assessment.engine.document import Node
from assessment.submissions.models import Evidence
from assessment.submissions.wording import read

_CHUNK = 1024 * 1024
# Characters no file name may have somewhere.
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))
_LONGEST_TITLE = 60


class _Sink:
    """Takes what the archive writes, to be sent on."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def taken(self) -> bytes:
        """What was written since, and is sent now."""
        found = b"".join(self._parts)
        self._parts.clear()
        return found


def archive_of(
    files: Iterable[Evidence], nodes: Mapping[str, Node], notice: str | None
) -> Iterator[bytes]:
    """The archive in parts: a folder for each indicator, and a table of all files with SHA-256.

    Files are packed as they are. One the storage has lost stands in the table as missing.
    """
    sink, rows = _Sink(), []
    names: set[str] = set()
    with zipfile.ZipFile(sink, "w") as archive:  # type: ignore[call-overload]
        for file in files:
            name = _free_name(_folder(nodes, file.indicator), file.name, names)
            rows.append(_row(file, name))
            try:
                opened = file.file.open("rb")
            except FileNotFoundError:
                rows[-1][1] = _("missing from the storage")
                continue
            info = zipfile.ZipInfo(name, file.uploaded_at.timetuple()[:6])
            with opened, archive.open(info, "w", force_zip64=True) as entry:
                while part := opened.read(_CHUNK):
                    entry.write(part)
                    yield sink.taken()
        table = csv_text(_head(), rows, notice=notice)
        archive.writestr("files.csv", table.encode())
    yield sink.taken()


def _folder(nodes: Mapping[str, Node], code: str) -> str:
    title = read(nodes[code].title) if code in nodes else ""
    return f"{code} {title}".strip().translate(_FORBIDDEN)[:_LONGEST_TITLE].rstrip(" .")


def _free_name(folder: str, name: str, taken: set[str]) -> str:
    """The name in the folder, with a number where another file has it already."""
    plain = name.translate(_FORBIDDEN)
    stem, dot, extension = plain.rpartition(".")
    found, number = f"{folder}/{plain}", 1
    while found.casefold() in taken:
        number += 1
        found = f"{folder}/{stem} ({number}){dot}{extension}"
    taken.add(found.casefold())
    return found


def _head() -> list[str]:
    return ["indicator", "file", "bytes", "sha256", "proves", "uploaded_by", "uploaded_at"]


def _row(file: Evidence, name: str) -> list[object]:
    return [
        file.indicator,
        name,
        file.size,
        file.sha256,
        str(file.proves),
        str(file.uploaded_by or ""),
        time_text(file.uploaded_at),
    ]
