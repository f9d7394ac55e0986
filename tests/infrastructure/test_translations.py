"""Every text of the code is in the translation files, and every one is translated."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from scripts import messages
from tests.infrastructure.test_repository import kept_files

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
Key = tuple[str, str | tuple[str, ...]]


def keys(catalog: Catalog) -> set[Key]:
    """Context and text of every message."""
    return {(message.context or "", message.id) for message in catalog if message.id}


@pytest.fixture(scope="module")
def fresh_catalogs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Catalog]:
    """What ``make messages`` would make of the code as it is, by language."""
    copy = tmp_path_factory.mktemp("source")
    for path in kept_files():
        if path.suffix in {".py", ".html", ".txt", ".po"}:
            target = copy / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    messages.collect_messages(copy)
    return {
        path.parent.parent.name: messages.read_catalog(path) for path in messages.catalogs(copy)
    }


def test_chinese_is_there() -> None:
    assert [path.parent.parent.name for path in messages.catalogs()] == ["zh_Hans"]


def test_committed_texts_are_those_of_the_code(fresh_catalogs: dict[str, Catalog]) -> None:
    for path in messages.catalogs():
        committed = keys(messages.read_catalog(path))
        fresh = keys(fresh_catalogs[path.parent.parent.name])
        assert len(fresh) > 100
        assert {"missing": fresh - committed, "obsolete": committed - fresh} == {
            "missing": set(),
            "obsolete": set(),
        }


def test_every_text_is_translated() -> None:
    assert [problem for path in messages.catalogs() for problem in messages.problems(path)] == []


def test_sources_are_english() -> None:
    for path in messages.catalogs():
        texts = [str(text) for _, text in keys(messages.read_catalog(path))]
        assert [text for text in texts if CHINESE.search(text)] == []


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ('msgid "Save"\nmsgstr ""', "is not translated"),
        ('#, fuzzy\nmsgid "Save"\nmsgstr "保存"', "is fuzzy"),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] ""', "is not translated"),
        ('#, python-format\nmsgid "%(n)s rows"\nmsgstr "%(m)s 行"', "placeholder"),
    ],
)
def test_problem_is_found(tmp_path: Path, entry: str, what: str) -> None:
    path = tmp_path / "zh_Hans" / messages.DOMAIN
    path.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
    head += '"Plural-Forms: nplurals=1; plural=0;\\n"'
    path.write_text(f"{head}\n\n{entry}\n", encoding="utf-8")
    found = messages.problems(path)
    assert len(found) == 1
    assert what in found[0]


def test_compiled_texts_are_read_by_gettext(tmp_path: Path) -> None:
    path = tmp_path / "locale" / "zh_Hans" / messages.DOMAIN
    path.parent.mkdir(parents=True)
    path.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "Save"\nmsgstr "保存"\n',
        encoding="utf-8",
    )
    messages.compile_messages(tmp_path)
    compiled = path.with_suffix(".mo")
    done = subprocess.run(["msgunfmt", str(compiled)], capture_output=True, text=True, check=True)
    assert 'msgid "Save"\nmsgstr "保存"' in done.stdout
    before = compiled.stat().st_mtime_ns
    messages.compile_messages(tmp_path)
    assert compiled.stat().st_mtime_ns == before
