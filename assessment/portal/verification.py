"""Checks a bundle a visitor brings: the engine's own verification, and whether it is ours."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from accounts.rates import may_again
from accounts.sizes import told_apart
from assessment.engine.limits import Limits
from assessment.engine.verification import OK, verify
from assessment.portal.queries import Standing, find_bundle, standing_of
from assessment.portal.report_check import PDF, ReportCheck, check_report
from assessment.portal.text import reader_language
from assessment.publication.models import Publication

_ZIP = b"PK"
MAX_BYTES = 20 * 1024 * 1024
SHOWN_PROBLEMS = 20
CHECKS_PER_MINUTE = 6
# What a stranger's file may cost: less than two seconds. A large bundle that is published
# here is known by its hash and bound by the engine's own limits alone.
STRANGER_LIMITS = Limits(
    files=16,
    unpacked_bytes=32 * 1024 * 1024,
    file_bytes=2 * 1024 * 1024,
    rows=8000,
    columns=12,
    steps=3000,
    framework_values=6000,
)


@dataclass(frozen=True)
class Report:
    """The outcome in words, with the command's status.

    ``publication`` and its ``standing`` where the file is the bundle of what is or was public,
    ``is_bundle`` whether it looks like a zip at all.
    """

    name: str
    sha256: str
    exit_status: int
    summary: str
    problems: list[str]
    further: int
    publication: Publication | None
    standing: Standing | None
    is_bundle: bool

    @property
    def is_ok(self) -> bool:
        """Whether everything agreed."""
        return self.exit_status == OK


def verify_upload(upload: "UploadedFile[bytes] | None") -> Report | ReportCheck:
    """Verify a bundle by the same words and status as the command; look a PDF up.

    Raises ``ValidationError`` on ``bundle`` for no file, an empty or too large one. Nothing
    of the file is kept.
    """
    if upload is None:
        raise ValidationError(
            {"bundle": [_("Choose the bundle (.zip) or document (.pdf) to verify.")]}
        )
    size = upload.size or 0
    if size == 0:
        raise ValidationError({"bundle": [_("The file is empty. Download it again.")]})
    if size > MAX_BYTES:
        raise ValidationError({"bundle": [too_large(size)]})
    content = upload.read()
    if content.startswith(PDF):
        return check_report(upload.name or "", content)
    sha256 = hashlib.sha256(content).hexdigest()
    publication = find_bundle(sha256)
    found = verify(content, Limits() if publication else STRANGER_LIMITS)
    language = reader_language()
    shown = found.problems[:SHOWN_PROBLEMS]
    return Report(
        name=upload.name or "",
        sha256=sha256,
        exit_status=found.exit_status,
        summary=_printable(found.text(language)),
        problems=[_printable(problem.text(language)) for problem in shown],
        further=len(found.problems) - len(shown),
        publication=publication,
        standing=standing_of(publication) if publication else None,
        is_bundle=content.startswith(_ZIP),
    )


def _printable(sentence: str) -> str:
    """The sentence without halves of letters, which a file may hold and no page can show."""
    return sentence.encode("utf-8", "replace").decode()


def too_large(size: int) -> str:
    """What to tell somebody whose file is above the limit."""
    limit, found = told_apart(MAX_BYTES, size)
    return _(
        "The file has %(size)s, the limit here is %(limit)s. Verify it with the command instead."
    ) % {"size": found, "limit": limit}


def may_verify(address: str, at: datetime) -> bool:
    """Count one more check of this address; False once the minute's share is used up."""
    return may_again("portal-verify", address, CHECKS_PER_MINUTE, at)
