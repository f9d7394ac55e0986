"""All finished reports and documents of a publication as one ZIP, packed while it is sent."""

from collections.abc import Iterator, Sequence

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

    Files are packed as they were signed. One the storage has lost stands in the table as missing.
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
        rows.append([kind, locality, item.language, name, item.size, item.sha256])
        try:
            opened = item.file.open("rb")
        except FileNotFoundError:
            rows[-1][3] = _("missing from the storage")
            continue
        yield from packing.file(name, item.rendered_at or publication.made_at, opened)
    notice = notice_of(publication.cycle) or None
    yield packing.end("files.csv", csv_text(_HEAD, rows, notice=notice).encode())
