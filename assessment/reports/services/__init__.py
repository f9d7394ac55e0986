"""Have reports and documents made, and keep what was made."""

from assessment.reports.services.documents import (
    DOCUMENT_JOBS,
    request_blank_form,
    request_documents,
    request_receipt,
)
from assessment.reports.services.keeping import keep_document, keep_report, outstanding
from assessment.reports.services.reports import JOB_KIND, request_reports

__all__ = [
    "DOCUMENT_JOBS",
    "JOB_KIND",
    "keep_document",
    "keep_report",
    "outstanding",
    "request_blank_form",
    "request_documents",
    "request_receipt",
    "request_reports",
]
