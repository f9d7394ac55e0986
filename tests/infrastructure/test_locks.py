"""Lock files name exact versions by their hashes, and no place they came from."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.txt", "requirements/test.txt", "requirements/node.txt"]


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Package → (version, number of hashes)."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    rows = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    found = {}
    for row in rows:
        match = re.match(r"([a-z0-9.-]+)(?:\[[a-z,]+\])?==(\S+)", row)
        assert match, f"{name}: not an exact version: {row}"
        found[match[1]] = (match[2], len(re.findall(r"--hash=sha256:[0-9a-f]{64}", row)))
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_locked_with_hashes(name: str) -> None:
    packages = locked(name)
    assert packages
    assert {package for package, (_, hashes) in packages.items() if hashes == 0} == set()


@pytest.mark.parametrize("name", [*LOCKS, "package-lock.json"])
def test_lock_names_no_place(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    if name == "package-lock.json":  # the authors' own pages are no places to install from
        packages = json.loads(text)["packages"].values()
        text = json.dumps([{**package, "funding": None} for package in packages])
    assert re.findall(r"\w+://\S+|--(?:extra-)?index-url|--find-links", text) == []


@pytest.mark.parametrize("source", ["requirements/base.in", "requirements/test.in"])
def test_what_is_asked_for_is_locked(source: str) -> None:
    target = "requirements.txt" if source.endswith("base.in") else "requirements/test.txt"
    rows = (ROOT / source).read_text(encoding="utf-8").splitlines()
    wanted = {re.split(r"[\[=~<> ]", row)[0].lower() for row in rows if row and row[0] not in "#-"}
    assert wanted - set(locked(target)) == set()


def test_tests_run_the_versions_that_are_shipped() -> None:
    shipped, tested = locked("requirements.txt"), locked("requirements/test.txt")
    assert {name: tested.get(name) for name in shipped} == shipped


def test_front_end_packages_are_locked_with_hashes() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert {f"node_modules/{name}" for name in asked} <= set(packages)
    assert [
        n for n, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")
    ] == []
    assert lock["packages"][""]["dependencies"] == asked
