"""Reads the signature of a report made here, for those who want to know whose it is."""

import io
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SignatureFacts:
    """Who signed when; ``is_whole`` if the signature holds and nothing was added after it.

    ``fingerprint`` is the SHA-256 of the signer's certificate in hexadecimal.
    """

    signer: str
    fingerprint: str
    signed_at: datetime | None
    is_whole: bool


def signature_of(content: bytes) -> SignatureFacts | None:
    """The signature of a PDF, ``None`` where it has none.

    For files made here alone: a stranger's file may cost the reader any amount of memory.
    """
    # Imported here: web processes that verify nothing do without the library.
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    signatures = PdfFileReader(io.BytesIO(content)).embedded_signatures
    if not signatures:
        return None
    signature = signatures[-1]
    # Whether the certificate is to be trusted is the reader's to say: it is shown.
    nobody = ValidationContext(trust_roots=[], allow_fetching=False)
    status = validate_pdf_signature(signature, nobody)
    certificate = signature.signer_cert
    return SignatureFacts(
        signer=str(certificate.subject.native.get("common_name", "")),
        fingerprint=certificate.sha256.hex(),
        signed_at=status.signer_reported_dt,
        is_whole=(
            status.intact and status.valid and status.coverage == SignatureCoverageLevel.ENTIRE_FILE
        ),
    )
