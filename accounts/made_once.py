"""A secret of an installation that is made the first time it is asked for, and kept."""

import os
import tempfile
from collections.abc import Callable
from fcntl import LOCK_EX, flock
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """What the file holds; made, readable by its owner only, if there is none yet.

    Two processes may start at once: the first to lay its finished file there wins, both use it.
    """
    if not path.exists():
        # Process numbers repeat among containers that share the folder: mkstemp's names do not.
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
        draft = Path(name)
        try:
            with open(handle, "wb") as out:
                out.write(make())
            _lay(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    return path.read_bytes()


def _lay(draft: Path, path: Path) -> None:
    """Give the finished draft its name, unless another process was first: then that one counts."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:  # a share without hard links: there a lock decides who is first
        with open(path.with_name(f".{path.name}.lock"), "wb") as lock:
            flock(lock, LOCK_EX)
            if not path.exists():
                draft.rename(path)
