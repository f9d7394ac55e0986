"""The data behind a report, attached to it: the bundle's own lines about the locality."""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessment.engine.bundle import MANIFEST
from assessment.jobs.failures import JobFailed
from assessment.publication.models import Publication

OBSERVATIONS, RESULTS, ADJUSTMENTS = "observations.csv", "results.csv", "adjustments.csv"
_LOCALITY = "locality"
NO_BUNDLE = gettext_noop("The stored bundle is missing. Restore it from a back-up.")


@dataclass(frozen=True)
class DataFile:
    """A file inside the PDF: ``name`` in ASCII, ``description`` in the report's language."""

    name: str
    description: str
    content: bytes
    at: datetime


def data_files(publication: Publication, locality: str | None) -> tuple[DataFile, ...]:
    """What the published bundle says of the locality (its code), and the bundle's manifest.

    Tables are cut to their head and the locality's lines, unchanged otherwise; so each figure
    can be compared with the bundle, whose hash the report states. Without a locality they are
    whole. ``JobFailed`` where the storage has lost the bundle.
    """
    at = publication.made_at.astimezone(UTC)
    if locality is None:
        tables = {
            RESULTS: _("Scores, ranks and grades of all localities"),
            OBSERVATIONS: _("Observed values of all localities"),
            ADJUSTMENTS: _("Adjustments of all localities’ scores"),
        }
    else:
        tables = {
            RESULTS: _("Scores, ranks and grades of the locality"),
            OBSERVATIONS: _("Observed values of the locality"),
            ADJUSTMENTS: _("Adjustments of the locality’s scores"),
        }
    storage = publication.bundle.storage
    try:
        file = storage.open(publication.bundle.name or "", "rb")
    except FileNotFoundError:
        raise JobFailed(NO_BUNDLE) from None
    with file, zipfile.ZipFile(file) as bundle:
        return (
            *(
                DataFile(name, description, _lines(bundle.read(name), locality), at)
                for name, description in tables.items()
            ),
            DataFile(MANIFEST, _("Manifest of the published bundle"), bundle.read(MANIFEST), at),
        )


def _lines(table: bytes, locality: str | None) -> bytes:
    return table if locality is None else lines_of(table, locality)


def lines_of(table: bytes, locality: str) -> bytes:
    """The head of a table of the bundle and its lines about the locality."""
    rows = csv.DictReader(io.StringIO(table.decode(), newline=""))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows.fieldnames or (), lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in rows if row[_LOCALITY] == locality)
    return out.getvalue().encode()
