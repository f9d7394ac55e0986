"""A child process that cannot outlive its parent."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

GRACE_SECONDS = 20.0


def dies_with_parent(command: Sequence[str]) -> list[str]:
    """Prefix a command so that the kernel ends it when the process that started it is gone."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", *command] if setpriv else list(command)


class Child:
    """One Python program in a session of its own, so that the terminal's Ctrl-C spares it.

    ``keep`` are file descriptors that it inherits.
    """

    def __init__(
        self, name: str, arguments: Sequence[str], env: Mapping[str, str], keep: Sequence[int] = ()
    ) -> None:
        self.name = name
        self._process = subprocess.Popen(
            dies_with_parent([sys.executable, *arguments]),
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            pass_fds=keep,
            start_new_session=True,
        )

    @property
    def pid(self) -> int:
        """The process id, which is also that of its group."""
        return self._process.pid

    def ended(self) -> str | None:
        """How it ended, in words; None while it runs."""
        code = self._process.poll()
        if code is None:
            return None
        return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"

    def terminate(self) -> None:
        """Ask it to finish."""
        if self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """End it and all it has started, now."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # nothing of it is left

    def wait_or_kill(self, grace_seconds: float = GRACE_SECONDS) -> None:
        """Wait for the end; after the grace, or if it left children behind, end them."""
        deadline = time.monotonic() + grace_seconds
        while self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        self.kill()
        self._process.wait()
