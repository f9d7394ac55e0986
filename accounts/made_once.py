"""A secret of an installation that is made the first time it is asked for, and kept."""

import os
from collections.abc import Callable
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """What the file holds; made, readable by its owner only, if there is none yet.

    Two processes may start at once: the exclusive link lets one content win and both use it.
    """
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        try:
            draft.write_bytes(make())
            os.link(draft, path)
        except FileExistsError:  # another process was first: what it made counts
            return path.read_bytes()
        finally:
            draft.unlink()
    return path.read_bytes()
