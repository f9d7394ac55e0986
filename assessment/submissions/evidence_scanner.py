"""Asks a virus scanner about an uploaded file: clamd, where the installation names one.

``LIANPING_CLAMD`` is ``tcp://host:3310`` or ``unix:/run/clamav/clamd.ctl``. The file is sent over
the connection (clamd's INSTREAM command), so that the scanner needs no access to the storage.
A scanner that is named and does not answer lets nothing through.
"""

import logging
import socket
import struct
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from assessment.observations.numbers import shown
from assessment.observations.validity import Fault

if TYPE_CHECKING:
    from django.core.files.base import File

log = logging.getLogger(__name__)
_PATIENCE_SECONDS = 30
_DEFAULT_PORT = 3310
_CLEAN, _FOUND = "OK", "FOUND"


def refuse_infected(upload: "File[bytes]", name: str) -> None:
    """Raise ``ValidationError`` on ``upload`` for a file the scanner objects to or cannot judge."""
    if not settings.CLAMD:
        return
    try:
        verdict = _ask(settings.CLAMD, upload)
    except OSError:
        log.exception("the virus scanner does not answer")
        verdict = ""
    finally:
        upload.seek(0)
    said = verdict.rpartition(" ")[2]
    if said == _CLEAN:
        return
    if said == _FOUND:
        log.warning("upload refused by the virus scanner: %s", verdict)
        found = verdict.removeprefix("stream: ").removesuffix(f" {_FOUND}")
        fault = Fault(
            _("%(name)s, in which the virus scanner finds %(virus)s")
            % {"name": shown(name), "virus": found},
            _("a file without malware"),
            _("Have the computer it comes from checked, and attach a clean file."),
        )
    else:
        fault = Fault(
            _("%(name)s, which could not be checked for malware") % {"name": shown(name)},
            _("a file the virus scanner has checked"),
            _("Try again in a few minutes, or tell the administrator of the site."),
        )
    raise ValidationError({"upload": [str(fault)]})


def _ask(address: str, upload: "File[bytes]") -> str:
    """What clamd says of the file: ``stream: OK``, ``stream: NAME FOUND`` or an error."""
    with closing(_connected(address)) as connection:
        connection.sendall(b"zINSTREAM\0")
        upload.seek(0)
        for chunk in upload.chunks():
            connection.sendall(struct.pack(">I", len(chunk)) + chunk)
        connection.sendall(struct.pack(">I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (part := connection.recv(4096)):
            answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def _connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(_PATIENCE_SECONDS)
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    where = (parts.hostname or "localhost", parts.port or _DEFAULT_PORT)
    return socket.create_connection(where, timeout=_PATIENCE_SECONDS)
