"""A secret of an installation that is made the first time it is asked for, and kept."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """What the file holds; made, readable by its owner only, if there is none yet.

    Two processes may start at once: the exclusive link lets one content win and both use it.
    """
    if not path.exists():
        # Process numbers repeat among containers that share the folder: mkstemp's names do not.
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mode 0600
        draft = Path(name)
        try:
            with open(handle, "wb") as out:
                out.write(make())
            os.link(draft, path)
        except FileExistsError:  # another process was first: what it made counts
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
