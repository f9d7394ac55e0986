"""The names downloads carry."""

import re

from django.utils import translation

from assessment.reports.models import Report

# What file systems or shells may not take in a name.
_UNSAFE = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')


def download_name(report: Report) -> str:
    """Cycle, locality and publication, in the language of the report."""
    publication = report.publication
    with translation.override(report.language):
        parts = [
            publication.cycle.name,
            report.locality.name,
            translation.gettext("Evaluation report"),
            f"{publication.number}",
        ]
    return _UNSAFE.sub("_", " ".join(parts)).strip(". ") + ".pdf"
