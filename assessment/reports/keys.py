"""What a file was made of, so that the same is not made twice.

Two keys stand beside each file. The key of the inputs covers the rows that a report is read from,
and is known before anything is laid out; it errs on the safe side, as any change of such a row
counts. The key of the content covers the document as it is handed to the typesetter: where inputs
changed and the document did not, nothing is set anew either.
"""

import ctypes
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from ctypes.util import find_library
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from accounts.software import software_digest
from assessment.reports.inputs import digest_of, rows_read
from assessment.reports.models import Report
from assessment.reports.pdf import style_sheet
from assessment.reports.printable import Printable
from assessment.reports.signing import signing_credential

# The packages that make a PDF of a document and sign it.
_PACKAGES = (
    *("weasyprint", "pydyf", "tinycss2", "tinyhtml5", "cssselect2", "fonttools", "pyphen"),
    "pillow",
    *("pyhanko", "cryptography", "asn1crypto"),
)
# The product's own part in it.
_MODULES = ("pdf.py", "signing.py")


def inputs_key(report: Report) -> str:
    """The SHA-256 of all that the report's contents are read from; eight small SQL queries.

    ``report`` carries publication, cycle, region and locality as they are now. Raises
    ``SigningKeyError`` where the signing key cannot be used.
    """
    return digest_of(
        [
            software_digest(),
            setting_tools(),
            signing_credential().certificates,
            settings.SITE_URL,
            report.language,
            *rows_read(report.publication, report.locality),
        ]
    )


def content_key(contents: Printable, html: str) -> str:
    """The SHA-256 of all that the bytes of the file depend on, ``html`` being the laid-out text."""
    return digest_of(
        [
            setting_tools(),
            _own_code(),
            signing_credential().certificates,
            contents.title,
            contents.published_at.isoformat(),
            _sum(html.encode()),
            [_sum(style_sheet(name).encode()) for name in contents.style_sheets],
            [[name, _sum(content)] for name, content in sorted(contents.pictures.items())],
            [
                [file.name, file.description, file.at.isoformat(), _sum(file.content)]
                for file in contents.data
            ],
        ]
    )


@cache
def setting_tools() -> str:
    """Which programs and faces set the pages, as this process has loaded them.

    Read once per process: who installs others starts the processes anew.
    """
    return digest_of([*(f"{name} {version(name)}" for name in _PACKAGES), *_libraries(), *_faces()])


def _libraries() -> Iterator[str]:
    """The versions of what WeasyPrint calls outside Python; subsetting shows in the bytes, too."""
    for name, function in (
        ("pango-1.0", "pango_version_string"),
        ("harfbuzz", "hb_version_string"),
    ):
        path = find_library(name)
        if path is not None:
            told = getattr(ctypes.CDLL(path), function)
            told.restype = ctypes.c_char_p
            yield f"{name} {told().decode()}"
    yield str(find_library("harfbuzz-subset"))


def _faces() -> list[str]:
    """Every face there is, for whatever a document's own face lacks is drawn with another one."""
    lister = shutil.which("fc-list")
    if lister is None:
        return []
    listed = subprocess.run(  # noqa: S603 - a fixed command without outside input
        [lister, "--format", "%{fullname} %{fontversion}\n"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return sorted(listed.stdout.splitlines())


@cache
def _own_code() -> str:
    folder = Path(__file__).parent
    return _sum(b"\0".join((folder / name).read_bytes() for name in _MODULES))


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
