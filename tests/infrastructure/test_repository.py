"""What is kept in the repository: own work only, readable in size, true of any machine."""

import re
import subprocess
from pathlib import Path

import pytest

from scripts.run_tests import PURE

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 400
CODE = {".py", ".html", ".css", ".js", ".sh"}
BINARY = {".png", ".ico", ".jpg", ".webp", ".woff2", ".pdf", ".xlsx", ".zip", ".gz"}
MACHINE_PATH = re.compile(r"(?<![\w.*/-])/(?:work|root|home|Users|tmp/[a-z]+)/[\w.-]+")
REGISTRY = re.compile(r"pypi\.org|pythonhosted|registry\.npm|npmmirror|/simple(?:/|\b)")
FOREIGN_NAME = re.compile(r"(?:\.min\.(?:js|css)|\.map|\.whl)$|(?:^|/)(?:node_modules|vendor)/")
FOREIGN_BANNER = re.compile(r"/\*!|@license|sourceMappingURL")


def kept_files() -> list[Path]:
    """Files of the next commit: tracked or not ignored, and still there."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (ROOT / name for name in listing.split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def text_files() -> list[Path]:
    return [path for path in kept_files() if path.suffix not in BINARY]


def lines_matching(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_repository_is_not_empty() -> None:
    names = {str(path.relative_to(ROOT)) for path in kept_files()}
    assert {"manage.py", "Makefile", "requirements.txt", "package-lock.json"} <= names


def test_no_file_names_a_place_of_one_machine() -> None:
    assert lines_matching(MACHINE_PATH, text_files()) == []


@pytest.mark.parametrize("folder", ["work", "root", "home", "Users"])
def test_machine_path_is_recognised(folder: str) -> None:
    for text in (f"/{folder}/someone", f'"/{folder}/someone/x"', f"in /{folder}/a-b."):
        assert MACHINE_PATH.search(text)
    for text in (
        f"{folder}/x",
        f"a/{folder}/x",
        f"https://example.org/{folder}/x",
        "/srv/lianping",
    ):
        assert not MACHINE_PATH.search(text)


def test_no_file_names_a_package_registry() -> None:
    others = [path for path in text_files() if path != Path(__file__).resolve()]
    assert lines_matching(REGISTRY, others) == []


def test_nothing_of_other_people_is_kept() -> None:
    names = [str(path.relative_to(ROOT)) for path in kept_files()]
    assert [name for name in names if FOREIGN_NAME.search(name)] == []
    scripts_and_styles = [path for path in text_files() if path.suffix in {".js", ".css"}]
    assert lines_matching(FOREIGN_BANNER, scripts_and_styles) == []


def test_no_file_of_code_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in text_files()
        if path.suffix in CODE
        and "migrations" not in path.parts
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_what_is_tested_on_one_database_alone_knows_none() -> None:
    """Else a difference between the two would go unseen."""
    found = [path for folder in PURE for path in (ROOT / folder).rglob("*.py")]
    assert found
    other = re.compile(r"^\s*(?:from|import) (?:django|tests\.(?!engine|charts))")
    assert lines_matching(other, found) == []
