"""Empties an embedded installation, so that the demonstration is loaded anew.

    python -m scripts.reset_demonstration     (``make demo-reset`` does, then loads)

What was there is not destroyed: it moves to the folder ``before-reset``, whose former
content goes. The signing key and the collected static files stay.
"""

import os
import shutil
import sys
from pathlib import Path

from scripts.serve import ServingError, only_server

REPLACED = "before-reset"
PARTS = ("lianping.sqlite3*", "files", "queue", "celerybeat-schedule*")


def set_aside(home: Path) -> list[str]:
    """Move database, files and queue out of the way; return the names of what was moved."""
    replaced = home / REPLACED
    shutil.rmtree(replaced, ignore_errors=True)
    moved = [path for part in PARTS for path in sorted(home.glob(part))]
    if moved:
        replaced.mkdir()
    for path in moved:
        path.rename(replaced / path.name)
    return [path.name for path in moved]


def main() -> int:
    """Reset; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    if os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL"):
        print(
            "This is not an embedded installation (DATABASE_URL or REDIS_URL is set): "
            "nothing is reset. Empty its database with PostgreSQL's own commands.",
            file=sys.stderr,
        )
        return 1
    home = Path(settings.HOME_DIR)
    try:
        with only_server(home):
            moved = set_aside(home)
    except ServingError as problem:
        print(f"{problem}\nStop it first.", file=sys.stderr)
        return 1
    if moved:
        print(f"Set aside in {home / REPLACED}: {', '.join(moved)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
