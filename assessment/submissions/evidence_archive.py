"""All files of a form as one ZIP, packed while it is sent."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from accounts.archives import Packing, folder_name
from accounts.downloads import csv_text
from accounts.moments import time_text
from assessment.engine.document import Node
from assessment.submissions.models import Evidence
from assessment.submissions.wording import read


def archive_of(
    files: Iterable[Evidence], nodes: Mapping[str, Node], notice: str | None
) -> Iterator[bytes]:
    """The archive in parts: a folder for each indicator, and a table of all files with SHA-256.

    Files are packed as they are. One the storage has lost stands in the table as missing.
    """
    packing, rows = Packing(), []
    for file in files:
        name = packing.free_name(_folder(nodes, file.indicator), file.name)
        rows.append(_row(file, name))
        try:
            opened = file.file.open("rb")
        except FileNotFoundError:
            rows[-1][1] = _("missing from the storage")
            continue
        yield from packing.file(name, file.uploaded_at, opened)
    yield packing.end("files.csv", csv_text(_head(), rows, notice=notice).encode())


def _folder(nodes: Mapping[str, Node], code: str) -> str:
    title = read(nodes[code].title) if code in nodes else ""
    return folder_name(f"{code} {title}")


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
