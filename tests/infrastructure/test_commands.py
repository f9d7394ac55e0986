"""The Makefile and what it calls."""

import os
import re
import subprocess
from pathlib import Path

from scripts.run_tests import BROWSER, SERVICES

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {
    *("help", "run", "demo-reset", "test", "test-fast", "lint", "fix", "types", "arch"),
    *("messages", "bench", "shell", "lock"),
}


def targets() -> set[str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z-]+):", text, flags=re.MULTILINE))


def test_help_lists_every_target() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    listed = set(re.findall(r"^  make ([a-z-]+) +\S", done.stdout, flags=re.MULTILINE))
    assert listed == targets() == TARGETS


def test_continuous_integration_runs_the_tests() -> None:
    path = ROOT / ".ci" / "run"
    assert os.access(path, os.X_OK)
    assert "exec make test </dev/null" in path.read_text(encoding="utf-8")


def test_every_test_of_services_and_browser_stands_where_its_suite_looks() -> None:
    marked = {
        kind: {
            str(path.relative_to(ROOT))
            for path in (ROOT / "tests").rglob("test_*.py")
            if f"pytest.mark.{kind}" in path.read_text() and path != Path(__file__)
        }
        for kind in ("services", "browser")
    }
    assert marked["services"]
    for kind, places in (("services", SERVICES), ("browser", BROWSER)):
        assert {file for file in marked[kind] if not file.startswith(places)} == set()


def test_scripts_are_valid_shell() -> None:
    scripts = [ROOT / ".ci" / "run", *sorted((ROOT / "scripts").glob("*.sh"))]
    assert len(scripts) >= 4
    for script in scripts:
        subprocess.run(["bash", "-n", str(script)], check=True)
        assert os.access(script, os.X_OK)


def test_missing_debian_packages_are_named_where_they_may_not_be_installed(
    tmp_path: Path,
) -> None:
    """Without root and sudo the exact command is printed, and nothing else is done."""
    fake = {
        "dpkg-query": "echo 'installed python3-venv'",
        "id": "echo 1000",
        "sudo": "exit 1",
        "apt-get": f"touch {tmp_path / 'called'}",
    }
    for name, body in fake.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        [ROOT / "scripts" / "debian_packages.sh", "run"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert (
        "  sudo apt-get update && sudo apt-get install -y --no-install-recommends ca-certificates"
        " libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk\n"
    ) in done.stderr
    assert not (tmp_path / "called").exists()
