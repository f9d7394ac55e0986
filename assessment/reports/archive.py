"""All finished reports and documents of a publication as one ZIP, packed while it is sent."""

from collections.abc import Iterator, Sequence
from typing import IO

from django.utils.translation import gettext as _

from accounts.archives import Packing
from accounts.downloads import csv_text
from assessment.cycles.demonstration import notice_of
from assessment.publication.models import Publication
from assessment.reports.file_names import document_name, download_name
from assessment.reports.models import Document, Report

_HEAD = ("kind", "locality", "language", "file", "bytes", "sha256")


def archive_of(
    publication: Publication, reports: Sequence[Report], documents: Sequence[Document]
) -> Iterator[bytes]:
    """The archive in parts: a folder for each language, and a table of all files with SHA-256.

    Files are packed as they were signed; of one made anew meanwhile, the new file. One the storage
    has lost stands in the table as missing.
    """
    places, packing, rows = publication.run.places, Packing(), []
    named: list[tuple[Report | Document, str, str, str]] = [
        *((item, item.kind, "", document_name(item)) for item in documents),
        *(
            (
                item,
                "report",
                item.locality.code,
                download_name(item, places[item.locality.code]),
            )
            for item in reports
        ),
    ]
    for item, kind, locality, plain in named:
        name = packing.free_name(item.language, plain)
        opened = _opened(item)
        shown = name if opened is not None else _("missing from the storage")
        rows.append([kind, locality, item.language, shown, item.size, item.sha256])
        if opened is not None:
            yield from packing.file(name, item.rendered_at or publication.made_at, opened)
    notice = notice_of(publication.cycle) or None
    yield packing.end("files.csv", csv_text(_HEAD, rows, notice=notice).encode())


def _opened(item: Report | Document) -> IO[bytes] | None:
    """The file as it is now; ``None`` where the storage has lost it.

    Packing takes minutes: a report that is made anew in that time takes the place of the file
    that was read from the row, which then is gone.
    """
    for _try in range(2):
        try:
            return item.file.open("rb")
        except FileNotFoundError:
            item.refresh_from_db(fields=["file", "sha256", "size", "rendered_at"])
    return None
