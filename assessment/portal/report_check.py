"""What can be told of a report a visitor holds: the file itself, or the code printed in it."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessment.portal.queries import find_bundle_by_code, find_report_file
from assessment.publication.models import CODE_DIGITS, Publication
from assessment.reports.models import Report
from assessment.reports.signatures import SignatureFacts, signature_of

PDF = b"%PDF-"


@dataclass(frozen=True)
class ReportCheck:
    """Whether a PDF is, byte for byte, a report offered here; then its signature as well."""

    name: str
    sha256: str
    report: Report | None
    signature: SignatureFacts | None


def check_report(name: str, content: bytes) -> ReportCheck:
    """Compare a PDF with the reports of what is published; it is not read any further."""
    sha256 = hashlib.sha256(content).hexdigest()
    report = find_report_file(sha256)
    return ReportCheck(name, sha256, report, signature_of(content) if report else None)


def publication_of_code(typed: str) -> Publication:
    """The publication a report belongs to, by the code printed in its last annex.

    ``ValidationError`` on ``code`` for one that is not twelve hexadecimal digits (dashes and
    blanks are passed over) or that no publication has.
    """
    code = "".join(typed.split()).replace("-", "").lower()
    if len(code) != CODE_DIGITS or set(code) - set("0123456789abcdef"):
        raise ValidationError(
            {
                "code": [
                    _(
                        "“%(code)s” is not a code of a report. It has twelve digits and letters "
                        "from A to F, as in 1A2B-3C4D-5E6F."
                    )
                    % {"code": typed.strip()[:40]}
                ]
            }
        )
    publication = find_bundle_by_code(code)
    if publication is None:
        raise ValidationError(
            {
                "code": [
                    _("No publication here has the code %(code)s. Compare it with the report.")
                    % {"code": typed.strip()[:40]}
                ]
            }
        )
    return publication
