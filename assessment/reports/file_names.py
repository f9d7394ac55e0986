"""The names downloads carry."""

import re

from django.utils import translation

from assessment.reports.models import Report
from assessment.scores.queries import places_of

# What file systems or shells may not take in a name.
_UNSAFE = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')


def download_name(report: Report) -> str:
    """Cycle, locality and publication, in the language of the report; one SQL query."""
    publication = report.publication
    place = places_of(publication.run_id)[report.locality.code]
    with translation.override(report.language):
        parts = [
            publication.cycle_name,
            place.name,
            translation.gettext("Evaluation report"),
            f"{publication.number}",
        ]
    return _UNSAFE.sub("_", " ".join(parts)).strip(". ") + ".pdf"
