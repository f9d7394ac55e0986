"""Key files as a coordinating body would configure them, and a page to sign."""

import io
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from pydyf import PDF, Dictionary, Stream

AT = datetime(2017, 3, 1, 12, 0, tzinfo=UTC)
PASSPHRASE = "correct horse"


def rsa_key() -> rsa.RSAPrivateKey:
    """A fresh key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_file(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    start: datetime = AT - timedelta(days=30),
    days: int = 36500,
    *,
    above: rsa.RSAPrivateKey | None = None,
) -> bytes:
    """A PKCS #12 file with the key and its certificate, valid since before ``AT``.

    ``above`` is the key of a second certificate, which stands beside it as that of an authority.
    """
    own = _certificate(key, "Coordinating body", start, days)
    others = None if above is None else [_certificate(above, "Authority", start, days)]
    encryption = BestAvailableEncryption(PASSPHRASE.encode())
    return pkcs12.serialize_key_and_certificates(b"body", key, own, others, encryption)


def _certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, whose: str, start: datetime, days: int
) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, whose)])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(
            x509.KeyUsage(True, True, False, False, False, False, False, False, False), True
        )
        .sign(key, hashes.SHA256())
    )


def one_page() -> bytes:
    """A PDF of one empty page with an identifier."""
    pdf = PDF()
    stream = Stream()
    pdf.add_object(stream)
    pdf.add_page(
        Dictionary(
            {
                "Type": "/Page",
                "Parent": pdf.pages.reference,
                "MediaBox": "[0 0 595 842]",
                "Contents": stream.reference,
            }
        )
    )
    out = io.BytesIO()
    pdf.write(out, identifier=b"0123456789abcdef")
    return out.getvalue()
