"""Many stored files as one ZIP, packed while it is sent: nothing is written anywhere."""

import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO

from django.utils.timezone import get_default_timezone

_CHUNK = 1024 * 1024
# The earliest time an entry can have.
_EARLIEST = (1980, 1, 1, 0, 0, 0)
# Characters no file name may have somewhere.
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"/\\|?*', "_"))


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


class Packing:
    """A ZIP in parts: files are packed as they are, the list of all files comes last."""

    def __init__(self) -> None:
        self._sink = _Sink()
        self._archive = zipfile.ZipFile(self._sink, "w")  # type: ignore[call-overload]
        self._names: set[str] = set()
        self._latest = _EARLIEST

    def file(self, name: str, at: datetime, opened: IO[bytes]) -> Iterator[bytes]:
        """Pack an open file under the name, in parts of a megabyte; it is closed then.

        A ZIP knows no zones: ``at`` is written in the installation's local time.
        """
        local = at.astimezone(get_default_timezone()).timetuple()
        info = zipfile.ZipInfo(name, local[:6])
        self._latest = max(self._latest, info.date_time)
        with opened, self._archive.open(info, "w", force_zip64=True) as entry:
            while part := opened.read(_CHUNK):
                entry.write(part)
                yield self._sink.taken()

    def end(self, name: str, content: bytes) -> bytes:
        """The last part, with a small file that says what is inside, as old as the newest."""
        self._archive.writestr(zipfile.ZipInfo(name, self._latest), content)
        self._archive.close()
        return self._sink.taken()

    def free_name(self, folder: str, name: str) -> str:
        """The name in the folder, with a number where another file has it already."""
        plain = name.translate(_FORBIDDEN)
        stem, dot, extension = plain.rpartition(".")
        found, number = f"{folder}/{plain}", 1
        while found.casefold() in self._names:
            number += 1
            found = f"{folder}/{stem} ({number}){dot}{extension}"
        self._names.add(found.casefold())
        return found


def folder_name(title: str, longest: int = 60) -> str:
    """The title as a folder may be called."""
    return title.strip().translate(_FORBIDDEN)[:longest].rstrip(" .")
