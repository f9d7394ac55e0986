"""Which software makes the pages: what a page was made by is part of what it is."""

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

# Everything of the product that a page or a drawing is made of, and the packages it uses.
_FOLDERS = ("accounts", "assessment", "config", "templates", "static", "locale")
_KINDS = {".py", ".html", ".txt", ".json", ".css", ".js", ".svg", ".mo"}
_LOCKS = ("requirements.txt", "package-lock.json")


@cache
def software_digest() -> str:
    """The SHA-256 of the product's own files; the same on every server that runs them.

    Read once per process: who changes files starts the processes anew.
    """
    root = Path(settings.BASE_DIR)
    files = [root / name for name in _LOCKS if (root / name).is_file()]
    for folder in _FOLDERS:
        files += [path for path in (root / folder).rglob("*") if path.suffix in _KINDS]
    digest = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
