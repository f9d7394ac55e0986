"""The signature of the coordinating body's installation under each report (PAdES B-B).

The key comes from configuration; without one, a test key is made for the installation and
says so in its name. A signature tells that the file is as this installation made it. Its time
is the one of the publication, not of a time-stamping authority: equal reports are equal files.
A certificate made after the publication signs as of its own first moment, for before it a
validator rejects the signature; one that is not valid today signs nothing.
"""

import asyncio
import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import SimpleSigner

from accounts.made_once import read_or_make

FIELD = "Signature"
TEST_NAME = "Lianping test key - not for official use"
_DIGEST = "sha256"
_KEY_BITS = 3072
# Twenty years before it is made, for the demonstration's publications are old, and twenty after.
_TEST_DAYS = 7305
# Guards nothing: the file is readable by its owner only, and the key is worth nothing outside.
_TEST_PASSPHRASE = "test"  # noqa: S105
# Bytes kept free for signature and certificates, in hexadecimal digits.
_RESERVED = 16384
_SIGNS_DOCUMENTS = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


class _QuickSigner(SimpleSigner):
    """Signs with a key that was read and checked once; anew each time it takes 0.25 s."""

    key: rsa.RSAPrivateKey

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """The signature of PKCS #1 1.5: equal for equal data."""
        if digest_algorithm != _DIGEST:
            raise ValueError(digest_algorithm)
        return self.key.sign(data, PKCS1v15(), hashes.SHA256())


@dataclass(frozen=True)
class Credential:
    """Whose signature it is: ``name`` as the certificate says, ``is_test`` without a real one.

    ``fingerprint`` is the certificate's SHA-256 in hexadecimal; it is valid between the two
    moments, both included. ``certificates`` are those of all that a signature embeds: the
    signer's own first, then those above it as the key's file has them.
    """

    signer: SimpleSigner
    name: str
    fingerprint: str
    certificates: tuple[str, ...]
    is_test: bool
    valid_from: datetime
    valid_to: datetime


class SigningKeyError(Exception):
    """The configured key cannot be used; says which file and why."""


class _Unstamped(IncrementalPdfFileWriter):
    """Adds to a document without the moment and the randomness of the machine.

    The document tells its own dates already, and its identifier follows from its contents.
    """

    def _update_meta(self) -> None:
        """Leave title, dates and producer as they are."""

    @classmethod
    def _handle_id(cls, prev: Any) -> ArrayObject:
        first, second = prev.trailer["/ID"]
        after = hashlib.sha256(bytes(second.original_bytes) + FIELD.encode()).digest()[:16]
        return ArrayObject([ByteStringObject(first.original_bytes), ByteStringObject(after)])


def signed(content: bytes, *, at: datetime, reason: str) -> bytes:
    """The PDF with the installation's signature, which forbids any later change.

    Equal bytes for equal contents, moment and key. ``SigningKeyError`` where the configured
    key cannot be read or its certificate is not valid today.
    """
    credential = signing_credential()
    at = max(at, credential.valid_from)
    writer = _Unstamped(io.BytesIO(content))
    field = SigFieldSpec(
        FIELD,
        readable_field_name=reason,
        # Neither hidden, which PDF/A forbids, nor a part of the page that a reader would meet.
        invis_sig_settings=InvisSigSettings(
            set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True
        ),
    )
    steps = PdfCMSEmbedder(new_field_spec=field).write_cms(FIELD, writer)
    next(steps)
    steps.send(_signature_object(credential, at, reason))
    prepared, out = steps.send(SigIOSetup(md_algorithm=_DIGEST))
    signature = asyncio.run(
        credential.signer.async_sign(prepared.document_digest, _DIGEST, use_pades=True)
    )
    steps.send(signature)
    return bytes(out.getvalue())


def _signature_object(credential: Credential, at: datetime, reason: str) -> SigObjSetup:
    return SigObjSetup(
        sig_placeholder=SignatureObject(
            timestamp=at.astimezone(UTC),
            subfilter=SigSeedSubFilter.PADES,
            name=credential.name,
            reason=reason,
            bytes_reserved=_RESERVED,
        ),
        mdp_setup=SigMDPSetup(md_algorithm=_DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES),
    )


def signing_credential() -> Credential:
    """The configured key, or the test key of this installation, as its file is now.

    ``SigningKeyError`` where it cannot be used: its certificate must be valid today.
    """
    path, passphrase = Path(settings.REPORT_SIGNING_KEY), settings.REPORT_SIGNING_PASSPHRASE
    if not settings.REPORT_SIGNING_KEY:
        path, passphrase = settings.HOME_DIR / "test_signing_key.p12", _TEST_PASSPHRASE
        read_or_make(path, _made_test_key)
    try:
        state = path.stat()
        credential = _loaded(path, passphrase, state.st_mtime_ns, state.st_size)
    except OSError as error:
        raise SigningKeyError(f"{path}: {error.strerror}") from error
    if not credential.valid_from <= datetime.now(UTC) <= credential.valid_to:
        first, last = credential.valid_from.isoformat(), credential.valid_to.isoformat()
        raise SigningKeyError(f"{path}: its certificate is valid from {first} to {last} only")
    return credential


def known_credential() -> Credential | None:
    """The same for a document that names whose signature it carries; None where nothing signs.

    Such a document can be read, and is refused when it is to be issued (``keys``, ``signed``).
    """
    try:
        return signing_credential()
    except SigningKeyError:
        return None


@lru_cache(maxsize=4)
def _loaded(path: Path, passphrase: str, _changed_ns: int, _size: int) -> Credential:
    """The key as the file was at that moment: a new file is read without a restart."""
    content = path.read_bytes()
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(content, passphrase.encode())
    except ValueError as error:
        message = f"{path}: not a PKCS #12 file, or the passphrase is another one"
        raise SigningKeyError(message) from error
    # Other kinds of keys sign the same bytes differently each time.
    if not isinstance(key, rsa.RSAPrivateKey) or certificate is None:
        raise SigningKeyError(f"{path}: holds no RSA key with its certificate")
    read = SimpleSigner.load_pkcs12_data(content, (), passphrase.encode())
    signer = _QuickSigner(read.signing_cert, read.signing_key, read.cert_registry)
    signer.key = key
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    name = str(names[0].value) if names else certificate.subject.rfc4514_string()
    return Credential(
        signer,
        name,
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        certificates=tuple(
            dict.fromkeys(each.sha256.hex() for each in (read.signing_cert, *read.cert_registry))
        ),
        is_test=name == TEST_NAME,
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
    )


def _made_test_key() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, TEST_NAME)])
    start = datetime.now(UTC) - timedelta(days=_TEST_DAYS)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=2 * _TEST_DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_SIGNS_DOCUMENTS, critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        b"lianping", key, certificate, None, BestAvailableEncryption(_TEST_PASSPHRASE.encode())
    )
