"""A PostgreSQL and a Redis for one test run: on free loopback ports, gone afterwards.

Both come from Debian's packages. Neither is the machine's own server, neither needs root;
PostgreSQL refuses to run as root, so root starts it as the package's user.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.child import Child

READY_WITHIN_SECONDS = 30
POSTGRES_USER = "postgres"


class ServiceMissingError(Exception):
    """A service is not installed or does not start; the message says which and why."""


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str, *folders: Path) -> str:
    """The full path of a program, looked for in ``folders`` first."""
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])
    found = shutil.which(name, path=path)
    if found is None:
        raise ServiceMissingError(f"{name} is not installed: see scripts/debian_packages.sh test")
    return found


def postgres_program(name: str) -> str:
    """A program of the newest PostgreSQL that Debian has installed."""
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    newest_first = sorted(versions, key=lambda path: float(path.parent.name), reverse=True)
    return program(name, *newest_first)


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL server that forgets everything; yield its database URL."""
    user = POSTGRES_USER if os.geteuid() == 0 else ""
    with tempfile.TemporaryDirectory(prefix="lianping-postgresql-") as name:
        folder = Path(name)
        if user:
            shutil.chown(folder, user)
        cluster, port = folder / "cluster", free_port()
        initdb = [postgres_program("initdb"), "--pgdata", str(cluster), "--username", "lianping"]
        _as_user(user, [*initdb, "--auth", "trust", "--encoding", "UTF8", "--no-sync"], folder)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            # The data need not survive anything.
            **dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "off"),
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_wal_size": "4GB",
            "jit": "off",
            # Each test leaves rows that were rolled back: swept more often than once a minute.
            "autovacuum_naptime": "10s",
        }
        command = [postgres_program("postgres"), "-D", str(cluster)]
        for key, value in settings.items():
            command += ["-c", f"{key}={value}"]
        ready = [postgres_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        with _running("PostgreSQL", command, folder, ready, signal.SIGINT, user):
            yield f"postgres://lianping@127.0.0.1:{port}/lianping"


@contextmanager
def redis() -> Iterator[str]:
    """Run a Redis server that keeps nothing; yield its URL without the number of a database."""
    with tempfile.TemporaryDirectory(prefix="lianping-redis-") as name:
        port = str(free_port())
        command = [program("redis-server"), "--bind", "127.0.0.1", "--port", port]
        command += ["--save", "", "--appendonly", "no", "--dir", name]
        ready = [program("redis-cli"), "-p", port, "ping"]
        with _running("Redis", command, Path(name), ready):
            yield f"redis://127.0.0.1:{port}"


def _as_user(user: str, command: Sequence[str], folder: Path) -> None:
    """Run a command to its end as ``user`` (empty: as the caller)."""
    done = subprocess.run(
        command,
        user=user or None,
        group=user or None,
        extra_groups=[] if user else None,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ServiceMissingError(f"{command[0]} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def _running(
    name: str,
    command: Sequence[str],
    folder: Path,
    ready: Sequence[str],
    stop_signal: signal.Signals = signal.SIGTERM,
    user: str = "",
) -> Iterator[None]:
    """Run a server until the block ends, whatever way it ends."""
    with (folder / "server.log").open("w+", encoding="utf-8") as log:
        child = Child(name, command, log=log, stop_signal=stop_signal, user=user)
        try:
            _wait_until(lambda: subprocess.run(ready, capture_output=True).returncode == 0, child)
            yield
        except ServiceMissingError as problem:
            log.seek(0)
            raise ServiceMissingError(f"{problem}\n{log.read()}") from None
        finally:
            child.stop()


def _wait_until(is_ready: Callable[[], bool], child: Child) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not is_ready():
        if (how := child.ended()) is not None:
            raise ServiceMissingError(f"{child.name} ended while starting ({how})")
        if time.monotonic() > deadline:
            raise ServiceMissingError(f"{child.name} was not ready after {READY_WITHIN_SECONDS} s")
        time.sleep(0.1)
