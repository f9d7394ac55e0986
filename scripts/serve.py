"""Runs the embedded shape: one web process and one worker, started and stopped together.

    python -m scripts.serve          (``make run`` does, after ``scripts.prepare``)

Listens on the loopback address, port ``PORT`` (8000), or the next free one. Waits until the
web process answers /health/ and the worker answers through the queue, then prints the
address and the demonstration's sign-ins. Ctrl-C or SIGTERM stops both and exits with 0;
when one of the two ends by itself, the other is stopped and the exit code is 1.
"""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from scripts.child import Child

HOST = "127.0.0.1"
PORTS_TRIED = 50
HEALTHY_WITHIN_SECONDS = 90
WATCH_SECONDS = 0.25
CELERY = (
    *("-m", "celery", "--quiet", "-A", "config.celery", "worker", "--beat"),
    *("--hostname", "embedded@%h", "--pool", "prefork", "--loglevel", "WARNING"),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)


class CannotStart(Exception):
    """Serving is impossible; the message says why and what to do."""


class Stopped(Exception):
    """Somebody asked to stop."""


def open_port(first: int) -> socket.socket:
    """Return a listening socket on ``first`` or the next port that is free."""
    for port in range(first, first + PORTS_TRIED):
        try:
            listener = socket.create_server((HOST, port), backlog=128)
        except OSError:
            continue
        if port != first:
            print(f"Port {first} is taken; using {port}.")
        return listener
    raise CannotStart(
        f"No free port from {first} to {first + PORTS_TRIED - 1}: name another one with PORT=…"
    )


@contextmanager
def only_server(home: Path) -> Iterator[Path]:
    """Hold the installation's lock: two workers on one embedded queue would disturb each other."""
    path = home / "running"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = path.read_text(encoding="utf-8").strip()
            raise CannotStart(f"This installation is already being served: {where}") from None
        try:
            yield path
        finally:
            file.truncate(0)


class Server:
    """The two processes and what is known of them."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._stop = threading.Event()
        self.address = f"http://{HOST}:{listener.getsockname()[1]}/"
        self._children: list[Child] = []

    def ask_to_stop(self, signum: int, frame: FrameType | None) -> None:
        """Signal handler: stop at the next look; a second signal stops at once."""
        if self._stop.is_set():
            for child in self._children:
                child.kill()
        self._stop.set()

    def start(self) -> None:
        """Start both; they inherit nothing of the terminal's Ctrl-C."""
        web_socket = self._listener.fileno()
        web = ("-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi")
        self._children = [
            Child("worker", CELERY, {"C_FORCE_ROOT": "1"}),
            Child("web", web, {"LIANPING_BIND": f"fd://{web_socket}"}, keep=[web_socket]),
        ]

    def watch(self, seconds: float = WATCH_SECONDS) -> None:
        """Wait a moment; raise when asked to stop or when one of the two has ended."""
        if self._stop.wait(seconds):
            raise Stopped
        for child in self._children:
            if (code := child.ended()) is not None:
                raise CannotStart(f"The {child.name} process ended ({code}); stopping.")

    def wait_until_healthy(self) -> None:
        """Return when the web process and the worker have both answered."""
        deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
        for name, answers in (("web", self._web_answers), ("worker", worker_answers)):
            while not answers():
                self.watch()
                if time.monotonic() > deadline:
                    raise CannotStart(
                        f"The {name} process did not answer within {HEALTHY_WITHIN_SECONDS} s."
                    )

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}health/", timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    def stop(self) -> None:
        """Ask both to finish what they do, wait, and see to it that nothing is left."""
        self._stop.set()
        for child in self._children:
            child.terminate()
        for child in self._children:
            child.wait_or_kill()
        self._listener.close()


def worker_answers() -> bool:
    """Whether a worker replies to a question sent through the queue."""
    from config.celery import app

    return bool(app.control.ping(timeout=1.0, limit=1))


def sign_ins(process: "subprocess.Popen[str]") -> str:
    """What ``demonstration_sign_ins`` printed."""
    output, _ = process.communicate()
    if process.returncode:
        raise CannotStart("The list of sign-ins could not be read.")
    return output.rstrip()


def serve(home: Path, port: int) -> None:
    """Serve until asked to stop (returns) or until something fails (raises CannotStart)."""
    with only_server(home) as lock:
        server = Server(open_port(port))
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, server.ask_to_stop)
        try:
            server.start()
            listing = start_sign_ins()
            print("Starting web and worker …", flush=True)
            server.wait_until_healthy()
            lock.write_text(server.address, encoding="utf-8")
            print(f"\n{sign_ins(listing)}\n\nLianping is ready: {server.address}")
            print("Ctrl-C stops it.", flush=True)
            while True:
                server.watch()
        except Stopped:
            print("\nStopping …", flush=True)
        finally:
            server.stop()


def start_sign_ins() -> "subprocess.Popen[str]":
    """Begin to list the demonstration's accounts while web and worker start."""
    command: Sequence[str] = (sys.executable, "manage.py", "demonstration_sign_ins")
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL, start_new_session=True
    )


def main() -> int:
    """Serve; return the exit code."""
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        serve(Path(settings.HOME_DIR), int(os.environ.get("PORT", "8000")))
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    print("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
