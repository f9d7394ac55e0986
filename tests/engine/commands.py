"""The command line called in this process: cheaper than a new one, where that proves the same."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import NamedTuple

from assessment.engine.__main__ import main


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def here(*arguments: str | Path) -> Done:
    """Run one command; see ``test_command_line.engine`` for one that stands alone."""
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        status = main([str(argument) for argument in arguments])
    return Done(status, said.getvalue(), complained.getvalue())
