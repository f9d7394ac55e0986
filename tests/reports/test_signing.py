"""The signature under a report, as pyHanko's validator and a newcomer's eyes see it."""

import errno
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import LazySettings
from django.core.checks import run_checks
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from accounts.made_once import read_or_make
from assessment.publication.models import Publication
from assessment.reports.models import Report
from assessment.reports.services import request_reports
from assessment.reports.signing import TEST_NAME, SigningKeyError, signed, signing_credential
from tests.cast import Cast
from tests.reports.conftest import LATER
from tests.signing_keys import AT, PASSPHRASE, key_file, one_page, rsa_key


def status_of(content: bytes) -> PdfSignatureStatus:
    """What a validator says that trusts this installation's certificate alone."""
    trusted = ValidationContext(
        trust_roots=[signing_credential().signer.signing_cert], allow_fetching=False, moment=AT
    )
    [signature] = PdfFileReader(io.BytesIO(content)).embedded_signatures
    return validate_pdf_signature(signature, trusted)


@pytest.fixture
def own_key(tmp_path: Path, settings: LazySettings) -> Path:
    path = tmp_path / "body.p12"
    path.write_bytes(key_file(rsa_key()))
    settings.REPORT_SIGNING_KEY, settings.REPORT_SIGNING_PASSPHRASE = str(path), PASSPHRASE
    return path


def test_signature_covers_the_file_and_names_who_when_and_why() -> None:
    content = signed(one_page(), at=AT, reason="Evaluation report")
    status = status_of(content)
    assert status.bottom_line
    assert status.signing_cert.subject.native["common_name"] == TEST_NAME
    assert status.signer_reported_dt == AT
    [signature] = PdfFileReader(io.BytesIO(content)).embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.sig_object["/Reason"] == "Evaluation report"
    assert signature.docmdp_level is not None
    assert signature.docmdp_level.name == "NO_CHANGES"


def test_one_changed_byte_breaks_it() -> None:
    content = signed(one_page(), at=AT, reason="Evaluation report")
    changed = content.replace(b"595 842", b"595 843", 1)
    assert changed != content
    assert not status_of(changed).intact


def test_equal_input_gives_equal_bytes_and_another_moment_does_not() -> None:
    first = signed(one_page(), at=AT, reason="r")
    assert signed(one_page(), at=AT, reason="r") == first
    assert signed(one_page(), at=AT + timedelta(seconds=1), reason="r") != first


def test_configured_key_signs(own_key: Path) -> None:
    credential = signing_credential()
    assert (credential.name, credential.is_test) == ("Coordinating body", False)
    certificate = pkcs12.load_pkcs12(own_key.read_bytes(), PASSPHRASE.encode()).cert
    assert certificate is not None
    expected = certificate.certificate.fingerprint(hashes.SHA256()).hex()
    assert credential.fingerprint == credential.certificates[0] == expected
    assert status_of(signed(one_page(), at=AT, reason="r")).bottom_line
    assert run_checks(tags=["reports"]) == []


def test_the_certificates_above_the_signers_are_among_what_a_signature_is_made_of(
    own_key: Path,
) -> None:
    """They stand in every signature, so that a renewed one changes the file."""
    key = rsa_key()
    made_of = []
    for above in (None, rsa_key(), rsa_key()):
        own_key.write_bytes(key_file(key, above=above))
        made_of.append(signing_credential().certificates)
        assert signing_credential().fingerprint == made_of[0][0]
    assert [len(each) for each in made_of] == [1, 2, 2]
    assert len(set(made_of)) == 3


def test_unusable_keys_are_told_apart(
    own_key: Path, tmp_path: Path, settings: LazySettings
) -> None:
    settings.REPORT_SIGNING_PASSPHRASE = "another"
    with pytest.raises(SigningKeyError, match="passphrase is another one"):
        signing_credential()
    settings.REPORT_SIGNING_PASSPHRASE = PASSPHRASE
    settings.REPORT_SIGNING_KEY = str(tmp_path / "absent.p12")
    with pytest.raises(SigningKeyError, match=r"absent\.p12: No such file"):
        signing_credential()
    curve = tmp_path / "curve.p12"
    curve.write_bytes(key_file(ec.generate_private_key(ec.SECP256R1())))
    settings.REPORT_SIGNING_KEY = str(curve)
    with pytest.raises(SigningKeyError, match="no RSA key"):
        signing_credential()
    [error] = run_checks(tags=["reports"])
    assert (error.id, "no RSA key" in error.msg) == ("reports.E001", True)


def test_a_certificate_that_is_not_valid_today_signs_nothing(own_key: Path) -> None:
    key, now = rsa_key(), datetime.now(UTC)
    for start, days in ((AT, 30), (now + timedelta(days=1), 30)):
        # In place of the key in use: no restart is needed to find it changed.
        signing_credential()
        own_key.write_bytes(key_file(key, start, days))
        with pytest.raises(SigningKeyError, match="valid from"):
            signed(one_page(), at=AT, reason="r")
        [error] = run_checks(tags=["reports"])
        assert (error.id, "valid from" in error.msg) == ("reports.E001", True)
        own_key.write_bytes(key_file(key))


def test_a_certificate_made_after_the_publication_signs_as_of_its_first_moment(
    own_key: Path,
) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    own_key.write_bytes(key_file(rsa_key(), start))
    content = signed(one_page(), at=AT, reason="r")
    assert content == signed(one_page(), at=AT, reason="r")
    trusted = ValidationContext(
        trust_roots=[signing_credential().signer.signing_cert], allow_fetching=False, moment=start
    )
    [signature] = PdfFileReader(io.BytesIO(content)).embedded_signatures
    status = validate_pdf_signature(signature, trusted)
    assert (status.bottom_line, status.signer_reported_dt) == (True, start)


def test_many_machines_without_a_key_are_warned(settings: LazySettings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    [warning] = run_checks(tags=["reports"])
    assert warning.id == "reports.W003"


def test_job_without_a_usable_key_fails_in_words(
    cast: Cast, publication: Publication, settings: LazySettings, commit: object
) -> None:
    settings.REPORT_SIGNING_KEY = "/nonexistent/key.p12"
    with commit():  # type: ignore[operator]
        [job] = request_reports(
            publication=publication,
            localities=[cast.locality],
            languages=["en"],
            by=cast.coordinator,
            at=LATER,
        )
    job.refresh_from_db()
    assert job.state == "failed"
    assert "key that signs reports" in job.error
    assert "/nonexistent" not in job.error
    assert not Report.objects.get().is_ready


def test_what_is_made_once_is_kept_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert read_or_make(path, lambda: b"first") == b"first"
    assert read_or_make(path, lambda: b"second") == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


def test_what_is_made_once_is_kept_on_a_share_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_names: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    path = tmp_path / "secret"
    assert read_or_make(path, lambda: b"first") == b"first"
    assert path.stat().st_mode & 0o777 == 0o600

    def meanwhile() -> bytes:
        path.write_bytes(b"of another process")
        return b"too late"

    path.unlink()
    assert read_or_make(path, meanwhile) == b"of another process"
