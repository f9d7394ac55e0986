"""What can be told of a report a visitor holds: the file itself, or the code printed in it."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.typed_numbers import fold_signs
from assessment.portal.queries import Standing, find_bundle, standing_of
from assessment.publication.models import CODE_DIGITS, Publication
from assessment.reports.models import Report
from assessment.reports.queries import issued_file
from assessment.reports.signatures import SignatureFacts, signature_of
from assessment.scores.places import Place

PDF = b"%PDF-"


@dataclass(frozen=True)
class ReportCheck:
    """Whether a PDF is, byte for byte, a report made here; then how it stands, and its signature.

    ``place`` is the locality as it was assessed. ``is_replaced`` says that the report is
    offered in a newer file.
    """

    name: str
    sha256: str
    report: Report | None = None
    place: Place | None = None
    standing: Standing | None = None
    is_replaced: bool = False
    signature: SignatureFacts | None = None

    @property
    def is_offered(self) -> bool:
        """Whether it is the very file that is offered here now."""
        return self.standing == Standing.CURRENT and not self.is_replaced


def check_report(name: str, content: bytes) -> ReportCheck:
    """Compare a PDF with every report of what was ever published; a stranger's is not read."""
    sha256 = hashlib.sha256(content).hexdigest()
    issued = issued_file(sha256)
    if issued is None:
        return ReportCheck(name, sha256)
    report = issued.report
    return ReportCheck(
        name,
        sha256,
        report,
        place=report.publication.run.places[report.locality.code],
        standing=standing_of(report.publication),
        is_replaced=report.sha256 != sha256,
        signature=signature_of(content),
    )


def publication_of_code(typed: str) -> Publication:
    """The publication a report belongs to, by the code printed in its last annex.

    ``ValidationError`` on ``code`` for one that is not twelve hexadecimal digits (dashes and
    blanks are passed over, full-width signs read as plain ones) or that no publication has.
    """
    code = "".join(fold_signs(typed).split()).replace("-", "").lower()
    if not code:
        raise ValidationError({"code": [_("Enter the code printed in the report.")]})
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
    publication = find_bundle(code)
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
