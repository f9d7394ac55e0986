"""A child process that cannot outlive its parent."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import IO

GRACE_SECONDS = 20.0


def dies_with_parent(
    command: Sequence[str], stop_signal: signal.Signals = signal.SIGTERM, user: str = ""
) -> list[str]:
    """Prefix a command so that the kernel stops it when the process that started it is gone.

    ``user``: whom it runs as; empty: the caller.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise FileNotFoundError("setpriv (Debian's util-linux) is not installed")
    identity = ["--reuid", user, "--regid", user, "--init-groups"] if user else []
    return [setpriv, *identity, "--pdeathsig", stop_signal.name.removeprefix("SIG"), *command]


class Child:
    """One program in a session of its own, so that the terminal's Ctrl-C spares it.

    ``keep`` are file descriptors that it inherits; ``log`` takes what it prints.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        *,
        keep: Sequence[int] = (),
        log: IO[str] | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        user: str = "",
    ) -> None:
        self.name = name
        self._stop_signal = stop_signal
        self._process = subprocess.Popen(
            dies_with_parent(command, stop_signal, user),
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
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
        return f"exit code {code}" if code >= 0 else signal.Signals(-code).name

    def terminate(self) -> None:
        """Ask it to finish."""
        if self._process.poll() is None:
            self._process.send_signal(self._stop_signal)

    def kill(self) -> None:
        """End it and all that it started, now."""
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

    def stop(self) -> None:
        """Ask it to finish and see to it that it does."""
        self.terminate()
        self.wait_or_kill()
