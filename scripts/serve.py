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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from scripts.child import Child, dies_with_parent

HOST = "127.0.0.1"
PORTS_TRIED = 50
HEALTHY_WITHIN_SECONDS = 90
WATCH_SECONDS = 0.25
WEB = (sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi")
WORKER = (
    # In a container everything runs as root; the warning against it would hide real ones.
    *(sys.executable, "-W", "ignore:You're running the worker with superuser"),
    *("-m", "celery", "--quiet", "-A", "config.celery", "worker", "--beat"),
    *("--hostname", "embedded@%h", "--pool", "prefork", "--loglevel", "WARNING"),
    *("--concurrency", os.environ.get("LIANPING_WORKER_PROCESSES", "2")),
    *("--without-gossip", "--without-mingle", "--without-heartbeat"),
)
SIGN_INS = (sys.executable, "manage.py", "demonstration_sign_ins")


class ServingError(Exception):
    """Serving is impossible or has ended; the message says why and what to do."""


class StopAskedError(Exception):
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
    raise ServingError(
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
            where = path.read_text(encoding="utf-8").strip() or "it is just starting"
            raise ServingError(f"This installation is already being served: {where}") from None
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
        """Start both; gunicorn is handed the port that is open already."""
        web_socket = self._listener.fileno()
        self._children.append(Child("worker", WORKER))
        self._children.append(
            Child("web", WEB, {"LIANPING_BIND": f"fd://{web_socket}"}, keep=[web_socket])
        )

    def watch(self, seconds: float = WATCH_SECONDS) -> None:
        """Wait a moment; raise when asked to stop or when one of the two has ended."""
        if self._stop.wait(seconds):
            raise StopAskedError
        for child in self._children:
            if (how := child.ended()) is not None:
                raise ServingError(f"The {child.name} process ended ({how}); all is stopped.")

    def wait_until_healthy(self) -> None:
        """Return when the web process and the worker have both answered."""
        deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
        for name, answers in (("web", self._web_answers), ("worker", worker_answers)):
            self.watch(0)
            while not answers():
                self.watch()
                if time.monotonic() > deadline:
                    raise ServingError(
                        f"The {name} process did not answer within {HEALTHY_WITHIN_SECONDS} s."
                    )

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}health/", timeout=1) as response:
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


def start_sign_ins() -> "subprocess.Popen[str]":
    """Begin to list the demonstration's accounts while web and worker start."""
    return subprocess.Popen(
        dies_with_parent(SIGN_INS),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def sign_ins(process: "subprocess.Popen[str]") -> str:
    """What the command of ``start_sign_ins`` has printed."""
    output, _ = process.communicate()
    if process.returncode:
        raise ServingError("The demonstration's sign-ins could not be listed.")
    return output.strip()


def serve(home: Path, port: int) -> None:
    """Serve until asked to stop (returns) or until something fails (``ServingError``)."""
    with only_server(home) as lock:
        server = Server(open_port(port))
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, server.ask_to_stop)
        try:
            print("Starting web and worker …", flush=True)
            server.start()
            listing = start_sign_ins()
            server.wait_until_healthy()
            lock.write_text(server.address, encoding="utf-8")
            print(f"\n{sign_ins(listing)}\n\nLianping is ready: {server.address}")
            print("Ctrl-C stops it.", flush=True)
            while True:
                server.watch()
        except StopAskedError:
            print("\nStopping …", flush=True)
        finally:
            server.stop()


def main() -> int:
    """Serve; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings

    try:
        serve(Path(settings.HOME_DIR), int(os.environ.get("PORT") or "8000"))
    except ServingError as problem:
        print(problem, file=sys.stderr)
        return 1
    print("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
