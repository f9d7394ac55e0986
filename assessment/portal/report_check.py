"""What can be told of a report a visitor holds: the file itself, or the code printed in it."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.typed_numbers import fold_signs
from assessment.cycles.calendar import local_date
from assessment.portal.queries import Standing, find_bundle, standing_of
from assessment.publication.models import CODE_DIGITS, Publication
from assessment.reports.models import Document, Report
from assessment.reports.queries import issued_file
from assessment.reports.signatures import SignatureFacts, signature_of
from assessment.reports.wording import language_label

PDF = b"%PDF-"


@dataclass(frozen=True)
class IssuedAs:
    """What an issued file is, in words that stand in the file itself.

    ``place`` is empty where it is about a whole region; ``number`` is that of the publication or,
    for a receipt, of the signed version; ``day`` the one it is dated.
    """

    kind: str
    place: str
    cycle: str
    number: str
    day: date
    language: str


@dataclass(frozen=True)
class ReportCheck:
    """Whether a PDF is, byte for byte, one issued here; then how it stands, and its signature.

    ``publication`` is None for a receipt, which is of a signed form and never public, so that
    nothing is told of it but what it says itself. ``is_replaced`` says that it was made anew.
    """

    name: str
    sha256: str
    issued: IssuedAs | None = None
    publication: Publication | None = None
    standing: Standing | None = None
    is_replaced: bool = False
    signature: SignatureFacts | None = None

    @property
    def is_receipt(self) -> bool:
        """Whether it is the receipt of a form."""
        return self.issued is not None and self.publication is None

    @property
    def is_offered(self) -> bool:
        """Whether it is the very file that is offered here now."""
        return self.standing == Standing.CURRENT and not self.is_replaced


def check_report(name: str, content: bytes) -> ReportCheck:
    """Compare a PDF with every file ever issued here; a stranger's is not read."""
    sha256 = hashlib.sha256(content).hexdigest()
    found = issued_file(sha256)
    if found is None:
        return ReportCheck(name, sha256)
    publication = found.of.publication
    return ReportCheck(
        name,
        sha256,
        issued=_issued_as(found.of),
        publication=publication,
        standing=None if publication is None else standing_of(publication),
        is_replaced=found.of.sha256 != sha256,
        signature=signature_of(content),
    )


def _issued_as(found: Report | Document) -> IssuedAs:
    language = language_label(found.language)
    if isinstance(found, Document) and found.version is not None:
        version, form = found.version, found.version.submission
        return IssuedAs(
            kind=found.get_kind_display(),
            place=form.locality.name,
            cycle=form.cycle.name,
            number=_("version %(number)s") % {"number": version.number},
            day=local_date(version.signed_at),
            language=language,
        )
    publication = found.publication
    if publication is None:
        raise ValueError("a document is about a publication or a signed form")
    if isinstance(found, Report):
        kind, place = _("Evaluation report"), publication.run.places[found.locality.code].name
    else:
        kind, place = found.get_kind_display(), ""
    return IssuedAs(
        kind=kind,
        place=place,
        cycle=publication.cycle_name,
        number=_("publication %(number)s") % {"number": publication.number},
        day=local_date(publication.published_at or publication.made_at),
        language=language,
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
