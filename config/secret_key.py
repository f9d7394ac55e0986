"""The signing key of an installation that was not given one by its environment."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def read_or_create_secret_key(home: Path) -> str:
    """Return the key kept in ``home``; make one, readable by its owner only, the first time.

    Two processes may start at once: the exclusive link lets one key win and both use it.
    """
    path = home / "secret_key"
    if not path.exists():
        draft = home / f".secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key(), encoding="utf-8")
        try:
            os.link(draft, path)
        except FileExistsError:  # another process was first: its key counts
            return path.read_text(encoding="utf-8")
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8")
