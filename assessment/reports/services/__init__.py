"""Have reports and documents made, and keep what was made."""

from assessment.reports.services.batches import batch_ended, end_batches, take_up_again
from assessment.reports.services.documents import (
    DOCUMENT_JOBS,
    check_printable,
    document_fault,
    request_blank_form,
    request_documents,
    request_receipt,
)
from assessment.reports.services.keeping import (
    confirm_report,
    keep_document,
    keep_report,
    require_current,
)
from assessment.reports.services.numbers import give_number
from assessment.reports.services.reports import JOB_KIND, Wanted, request_reports
from assessment.reports.services.texts import remove_logo, set_logo, write_text

__all__ = [
    "DOCUMENT_JOBS",
    "JOB_KIND",
    "Wanted",
    "batch_ended",
    "check_printable",
    "confirm_report",
    "document_fault",
    "end_batches",
    "give_number",
    "keep_document",
    "keep_report",
    "remove_logo",
    "request_blank_form",
    "request_documents",
    "request_receipt",
    "request_reports",
    "require_current",
    "set_logo",
    "take_up_again",
    "write_text",
]
