"""Start-up checks of what Debian must provide for the reports."""

import shutil
import subprocess
from collections.abc import Sequence
from ctypes.util import find_library
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

COMMAND = "apt-get install --yes {package}"
KEY_HINT = "Set LIANPING_SIGNING_KEY to a PKCS #12 file and LIANPING_SIGNING_PASSPHRASE to match."
NO_KEY = Warning(
    "Reports are signed with a test key, made on each machine for itself.",
    hint=KEY_HINT,
    id="reports.W003",
)


@register("reports")
def check_pdf_libraries(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Warn, with the exact command, about what makes reports slow or unreadable."""
    found: list[CheckMessage] = []
    if not has_font_subsetter():
        found.append(
            Warning(
                "libharfbuzz-subset0 is missing: each report takes several times as long.",
                hint=COMMAND.format(package="libharfbuzz-subset0"),
                id="reports.W001",
            )
        )
    if not has_chinese_fonts():
        found.append(
            Warning(
                "No Noto CJK fonts are installed: Chinese reports cannot be read.",
                hint=COMMAND.format(package="fonts-noto-cjk"),
                id="reports.W002",
            )
        )
    return found


@register("reports")
def check_signing_key(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Say what is wrong with the configured key; warn where several machines share none."""
    # Imported here: the library loads slowly, and only this check and the worker need it.
    from assessment.reports.signing import SigningKeyError, signing_credential

    if not settings.REPORT_SIGNING_KEY:
        return [] if not settings.REDIS_URL else [NO_KEY]
    try:
        signing_credential()
    except SigningKeyError as error:
        return [Error(f"Reports cannot be signed: {error}.", hint=KEY_HINT, id="reports.E001")]
    return []


def has_font_subsetter() -> bool:
    """Whether HarfBuzz can cut fonts down to the characters used."""
    return find_library("harfbuzz-subset") is not None


def has_chinese_fonts() -> bool:
    """Whether both faces the report names are there, as fontconfig sees it."""
    lister = shutil.which("fc-list")
    if lister is None:
        return False
    listed = subprocess.run(  # noqa: S603 - a fixed command without outside input
        [lister, ":", "family"], capture_output=True, text=True, timeout=30, check=False
    )
    return all(face in listed.stdout for face in ("Noto Serif CJK SC", "Noto Sans CJK SC"))
