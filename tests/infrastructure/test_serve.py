"""Web and worker of the embedded shape, really started, stopped and killed."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.reset_demonstration import set_aside

pytestmark = pytest.mark.services

ROOT = Path(__file__).resolve().parents[2]
WITHIN_SECONDS = 60


class Serving:
    """One ``scripts.serve`` and what it prints."""

    def __init__(self, home: Path, port: int) -> None:
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scripts.serve"],
            cwd=ROOT,
            env=environment(home, PORT=str(port)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as stdout:
            self.lines.extend(iter(stdout.readline, ""))

    @property
    def output(self) -> str:
        """All that was printed so far."""
        return "".join(self.lines)

    def wait_until_ready(self) -> str:
        """Return the address, once it is announced."""
        wait_until(lambda: "Lianping is ready" in self.output, lambda: self.output)
        found = re.search(r"ready: (http://127\.0\.0\.1:\d+/)", self.output)
        assert found
        return found[1]

    def wait_for_exit(self) -> int:
        """Return the exit code, once all output is read."""
        code = self.process.wait(WITHIN_SECONDS)
        self._reader.join(WITHIN_SECONDS)
        return code

    def processes(self) -> dict[int, str]:
        """Every living process of this installation: id → command."""
        return {
            int(path.parent.name): read(path.parent / "cmdline").replace("\0", " ")
            for path in Path("/proc").glob("[0-9]*/environ")
            if f"LIANPING_HOME={self.home}\0" in read(path)
        }


def read(path: Path) -> str:
    """The content of a file of /proc; nothing if the process has just ended."""
    try:
        return path.read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return ""


def environment(home: Path, **more: str) -> dict[str, str]:
    """The embedded shape, whatever services this test run has."""
    foreign = {"DATABASE_URL", "REDIS_URL", "LIANPING_TEST_EAGER", "DJANGO_SETTINGS_MODULE"}
    env = {key: value for key, value in os.environ.items() if key not in foreign}
    return {**env, "LIANPING_HOME": str(home), **more}


def wait_until(is_so: Callable[[], bool], explain: Callable[[], object]) -> None:
    deadline = time.monotonic() + WITHIN_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.1)


def manage(home: Path, *arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation without demonstration."""
    folder = tmp_path_factory.mktemp("installation")
    manage(folder, "migrate", "-v0")
    manage(folder, "createcachetable", "-v0")
    return folder


@pytest.fixture
def own_home(home: Path, tmp_path: Path) -> Path:
    """A copy of it, for a server that is stopped or killed."""
    for path in home.glob("lianping.sqlite3*"):
        shutil.copy(path, tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def serving(home: Path) -> Iterator[Serving]:
    """Web and worker, ready, for tests that leave them as they are."""
    serving = Serving(home, free_port())
    try:
        serving.wait_until_ready()
        yield serving
    finally:
        serving.process.send_signal(signal.SIGTERM)
        assert_stopped_cleanly(serving)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def assert_stopped_cleanly(serving: Serving) -> None:
    assert serving.wait_for_exit() == 0
    assert serving.output.endswith("Stopped.\n")
    assert "Traceback" not in serving.output
    assert serving.processes() == {}


def process_of(serving: Serving, program: str) -> int:
    """The oldest process of that program, which is the parent of the others."""
    return min(pid for pid, command in serving.processes().items() if f"-m {program} " in command)


def test_health_is_answered_and_a_second_server_is_refused(serving: Serving) -> None:
    address = serving.wait_until_ready()
    with urllib.request.urlopen(f"{address}health/", timeout=10) as response:
        assert json.load(response) == {"status": "ok"}
    second = Serving(serving.home, free_port())
    assert second.wait_for_exit() == 1
    assert second.output == f"This installation is already being served: {address}\n"


def test_worker_of_the_embedded_shape_rests_when_idle(serving: Serving) -> None:
    """Polling a folder must not cost a processor: less than 3 % of one, all processes."""
    ticks = os.sysconf("SC_CLK_TCK")

    def processor_seconds() -> float:
        stats = [read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split() for pid in pids]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / ticks

    time.sleep(2)  # what the start queued is done
    pids = sorted(serving.processes())
    before = processor_seconds()
    time.sleep(10)
    assert pids == sorted(serving.processes())
    assert processor_seconds() - before < 0.3


def test_next_free_port_is_taken_and_ctrl_c_stops_both(own_home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        port = occupant.getsockname()[1]
        serving = Serving(own_home, port)
        address = serving.wait_until_ready()
    chosen = int(address.rstrip("/").rpartition(":")[2])
    assert port < chosen < port + 50
    assert f"Port {port} is taken; using {chosen}.\n" in serving.output
    serving.process.send_signal(signal.SIGINT)
    assert_stopped_cleanly(serving)
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(address, timeout=2)


def test_stop_while_starting_is_clean(own_home: Path) -> None:
    serving = Serving(own_home, free_port())
    wait_until(lambda: "Starting web and worker" in serving.output, lambda: serving.output)
    serving.process.send_signal(signal.SIGINT)
    assert serving.wait_for_exit() == 0
    assert "ready" not in serving.output
    wait_until(lambda: not serving.processes(), serving.processes)


@pytest.mark.parametrize(("program", "name"), [("gunicorn", "web"), ("celery", "worker")])
def test_end_of_one_ends_the_other(own_home: Path, program: str, name: str) -> None:
    serving = Serving(own_home, free_port())
    serving.wait_until_ready()
    os.kill(process_of(serving, program), signal.SIGKILL)
    assert serving.wait_for_exit() == 1
    assert serving.output.endswith(f"The {name} process ended (SIGKILL); all is stopped.\n")
    assert serving.processes() == {}


def test_nothing_outlives_a_killed_supervisor(own_home: Path) -> None:
    serving = Serving(own_home, free_port())
    serving.wait_until_ready()
    assert len(serving.processes()) >= 5
    serving.process.kill()
    serving.wait_for_exit()
    wait_until(lambda: not serving.processes(), serving.processes)


def test_reset_sets_everything_aside_once(tmp_path: Path) -> None:
    def installation(content: str) -> None:
        for name in ("lianping.sqlite3", "lianping.sqlite3-wal", "secret_key", "files/a.pdf"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(content)

    installation("first")
    assert set_aside(tmp_path) == ["lianping.sqlite3", "lianping.sqlite3-wal", "files"]
    installation("second")
    set_aside(tmp_path)
    assert (tmp_path / "before-reset" / "files" / "a.pdf").read_text() == "second"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["before-reset", "secret_key"]
