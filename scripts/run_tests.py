"""The whole test command: checks, unit tests on both databases, real services, real browser.

    python -m scripts.run_tests [STEP …]   (``make test`` does, after ``scripts/set_up.sh test``)

With the names of steps, or parts of them, only these run: ``services``, ``SQLite``, ``types``.
Starts its own PostgreSQL and Redis. Every step runs, also after one has failed; steps that wait
more than they compute run side by side. A suite that finds no test, or that skips one, has
failed: what is missing must be seen. The last line counts checks and tests together; the exit
code is 1 if any failed.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from typing import IO

from scripts.messages import compile_messages
from scripts.throwaway import ServiceMissingError, postgresql, redis

PYTHON = sys.executable
BIN = Path(PYTHON).parent
CODE = ("accounts", "assessment", "config", "scripts", "manage.py")
# The same examples each time, and no limit of time for one: a busy machine is no fault. What
# takes longest is told, so that it is seen before the whole takes too long.
TOLD = ("--hypothesis-profile=ci", "--durations=12")
# Each process takes one end of the tests and helps the other when it is done: tests of one file
# stay together, so what a file sets up for all its tests is set up once.
UNIT = ("-m", "not browser and not services", "-n", "2", "--dist", "worksteal")
# What knows no database is tested once; tests/infrastructure sees to it that it knows none.
PURE = ("tests/engine", "tests/charts")
# Only these are read: to import all other tests takes longer than some of these run.
SERVICES = ("tests/services", "tests/infrastructure/test_serve.py")
BROWSER = ("tests/browser",)


@dataclass(frozen=True)
class Outcome:
    """How one step went; ``passed`` and ``failed`` count tests, a check counts as one."""

    name: str
    passed: int
    failed: int
    seconds: float
    remark: str = ""

    def __str__(self) -> str:
        word = "FAILED" if self.failed else "ok"
        counts = f"{self.passed} passed, {self.failed} failed"
        return f"{word:6} {self.seconds:6.1f} s  {self.name}: {counts}{self.remark}"


@dataclass(frozen=True)
class Check:
    """A command that is content or is not."""

    name: str
    command: Sequence[str]

    def start(self, env: Mapping[str, str], folder: Path, output: IO[str] | None) -> Popen[str]:
        """Begin it."""
        return _start(self.command, env, output)

    def outcome(self, code: int, seconds: float, folder: Path) -> Outcome:
        """The exit code decides."""
        return Outcome(self.name, passed=int(code == 0), failed=int(code != 0), seconds=seconds)


@dataclass(frozen=True)
class Suite:
    """One run of pytest."""

    name: str
    arguments: Sequence[str]
    extra_env: Mapping[str, str]

    def report(self, folder: Path) -> Path:
        """Where pytest writes what it found."""
        return folder / f"{self.name}.xml"

    def start(self, env: Mapping[str, str], folder: Path, output: IO[str] | None) -> Popen[str]:
        """Begin it."""
        command = [PYTHON, "-m", "pytest", "-q", f"--junitxml={self.report(folder)}", *TOLD]
        return _start([*command, *self.arguments], {**env, **self.extra_env}, output)

    def outcome(self, code: int, seconds: float, folder: Path) -> Outcome:
        """Counts come from its own report."""
        total, failed, skipped = _counts(self.report(folder))
        passed, remark = total - failed - skipped, ""
        if total == 0:
            failed, remark = 1, " (no test was run)"
        elif skipped:
            failed, remark = failed + skipped, f" ({skipped} of them skipped)"
        elif code and not failed:
            failed, remark = 1, f" (pytest ended with {code})"
        return Outcome(self.name, passed, failed, seconds, remark)


Step = Check | Suite


def checks() -> list[Check]:
    """What is checked without running the product."""
    return [
        Check("ruff check", [f"{BIN}/ruff", "check", "."]),
        Check("ruff format", [f"{BIN}/ruff", "format", "--check", "--quiet", "."]),
        Check("templates", [f"{BIN}/djlint", "templates", "--lint", "--quiet"]),
        Check("types", [f"{BIN}/mypy", *CODE]),
        Check("import contracts", [f"{BIN}/lint-imports", "--no-logo"]),
        Check("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
        Check("translations", [PYTHON, "-m", "scripts.messages", "check"]),
    ]


def unit_suites(database_url: str) -> list[Suite]:
    """The same tests on both databases; each run keeps every core busy."""
    without_pure = (*UNIT, *(f"--ignore={folder}" for folder in PURE))
    return [
        Suite("unit tests on SQLite", UNIT, {}),
        Suite("unit tests on PostgreSQL", without_pure, {"DATABASE_URL": database_url}),
    ]


def waiting_suites(database_url: str, redis_url: str) -> list[Suite]:
    """What waits for other processes most of its time; each suite has databases of its own."""
    services = {"DATABASE_URL": f"{database_url}_services", "REDIS_URL": f"{redis_url}/0"}
    browser = {"DATABASE_URL": f"{database_url}_browser", "REDIS_URL": f"{redis_url}/8"}
    queued = {**services, "LIANPING_TEST_EAGER": "0"}
    return [
        Suite("services", (*SERVICES, "-m", "services", "-n", "2", "--dist", "loadfile"), queued),
        Suite("browser", (*BROWSER, "-m", "browser", "-n", "2", "--dist", "loadfile"), browser),
    ]


def own_environment(home: Path) -> dict[str, str]:
    """The caller's environment without what would turn the tests to another installation.

    Whatever the tests leave in the system's temporary folder goes with ``home``. Compiled
    modules are kept whatever the caller says: dozens of processes read the same ones.
    """
    services = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL")
    ours = ("LIANPING_", "DJANGO_", "PYTEST_", "PYTHONDONTWRITEBYTECODE", *services)
    kept = "LIANPING_SCREENSHOTS"  # asks the browser tests to renew docs/screenshots
    env = {
        key: value for key, value in os.environ.items() if key == kept or not key.startswith(ours)
    }
    temporary = home / "tmp"
    temporary.mkdir(parents=True)
    return {**env, "LIANPING_HOME": str(home), "TMPDIR": str(temporary)}


def _start(command: Sequence[str], env: Mapping[str, str], output: IO[str] | None) -> Popen[str]:
    into = {"stdout": output, "stderr": subprocess.STDOUT} if output else {}
    return Popen(command, env=env, stdin=subprocess.DEVNULL, text=True, **into)  # type: ignore[call-overload, no-any-return]


def run_side_by_side(steps: Sequence[Step], env: Mapping[str, str], folder: Path) -> list[Outcome]:
    """Run steps at once and print what each said when all have ended; one alone prints at once."""
    with ExitStack() as opened:
        outputs: list[IO[str] | None] = [
            opened.enter_context((folder / f"{step.name}.log").open("w+", encoding="utf-8"))
            if len(steps) > 1
            else None
            for step in steps
        ]
        print("\n──", ", ".join(step.name for step in steps), flush=True)
        started = time.monotonic()
        running = [
            opened.enter_context(_ended(step.start(env, folder, output)))
            for step, output in zip(steps, outputs, strict=True)
        ]
        seconds: dict[int, float] = {}
        while len(seconds) < len(running):
            for number, process in enumerate(running):
                if number not in seconds and process.poll() is not None:
                    seconds[number] = time.monotonic() - started
            time.sleep(0.05)
        for step, output in zip(steps, outputs, strict=True):
            if output and output.tell():
                output.seek(0)
                print(f"\n── {step.name}\n{output.read()}", flush=True)
        return [
            step.outcome(process.returncode, seconds[number], folder)
            for number, (step, process) in enumerate(zip(steps, running, strict=True))
        ]


@contextmanager
def _ended(process: Popen[str]) -> Iterator[Popen[str]]:
    """A process that does not outlive the block."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _counts(report: Path) -> tuple[int, int, int]:
    """Tests, failures with errors, and skips in a JUnit report; zeros if there is none."""
    if not report.exists():
        return 0, 0, 0
    suite = ElementTree.parse(report).getroot().find("testsuite")
    if suite is None:
        return 0, 0, 0
    number = {key: int(suite.get(key, "0")) for key in ("tests", "failures", "errors", "skipped")}
    return number["tests"], number["failures"] + number["errors"], number["skipped"]


def run_all(folder: Path, wanted: Sequence[str]) -> list[Outcome]:
    """Run every step, or those named, printing what they print."""
    env = own_environment(folder / "home")
    compile_messages()
    with ExitStack() as services:
        database_url = services.enter_context(postgresql())
        redis_url = services.enter_context(redis())
        rounds: list[Sequence[Step]] = [
            checks(),
            *[[suite] for suite in unit_suites(database_url)],
            waiting_suites(database_url, redis_url),
        ]
        outcomes = []
        for steps in rounds:
            chosen = [s for s in steps if not wanted or any(word in s.name for word in wanted)]
            if chosen:
                outcomes += run_side_by_side(chosen, env, folder)
        return outcomes


def _interrupt(signum: int, frame: object) -> None:
    raise KeyboardInterrupt


def main(wanted: Sequence[str]) -> int:
    """Run everything, print the account; return the exit code."""
    signal.signal(signal.SIGTERM, _interrupt)
    with tempfile.TemporaryDirectory(prefix="lianping-test-") as name:
        try:
            outcomes = run_all(Path(name), wanted)
        except ServiceMissingError as problem:
            print(problem, file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print("\nInterrupted.", file=sys.stderr)
            return 130
    passed, failed = (sum(getattr(o, key) for o in outcomes) for key in ("passed", "failed"))
    print("", *outcomes, "", f"{passed} passed, {failed} failed", sep="\n")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
