"""The names downloads carry."""

import re

from django.utils import translation

from assessment.reports.models import Document, Report
from assessment.scores.places import Place
from assessment.scores.queries import places_of

# What file systems or shells may not take in a name.
_UNSAFE = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')


def download_name(report: Report, place: Place | None = None, *, ending: str = "pdf") -> str:
    """Cycle, locality and publication, in the language of the report.

    One SQL query without ``place``, the locality as it was assessed.
    """
    publication = report.publication
    place = place or places_of(publication.run_id)[report.locality.code]
    with translation.override(report.language):
        parts = [
            publication.cycle_name,
            place.name,
            translation.gettext("Evaluation report"),
            f"{publication.number}",
        ]
    return _safe(parts, ending)


def document_name(document: Document, *, ending: str = "pdf") -> str:
    """Cycle, locality of a receipt, kind and number, in the language of the document."""
    with translation.override(document.language):
        cycle, framework = document.cycle, document.framework_version
        whose = cycle.name if cycle is not None else str(framework or "")
        parts = [whose, str(Document.Kind(document.kind).label)]
        if document.locality is not None:
            parts.insert(1, document.locality.name)
        about = document.version or document.publication
        parts.append(f"{about.number}" if about is not None else "")
    return _safe(parts, ending)


def _safe(parts: list[str], ending: str) -> str:
    return f"{_UNSAFE.sub('_', ' '.join(parts)).strip('. ')}.{ending}"
