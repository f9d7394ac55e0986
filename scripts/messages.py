"""The translations: collect, check, compile.

    python -m scripts.messages          collect what the code says, then check and compile
    python -m scripts.messages check    only say what is missing; changes nothing
    python -m scripts.messages compile  only compile

Collecting is Django's ``makemessages`` and needs gettext; checking and compiling need Babel.
"""

import os
import subprocess
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = Path("LC_MESSAGES/django.po")
IGNORED = ("node_modules", ".venv", "var", "tests", "bench", "scripts")


def catalogs(root: Path = ROOT) -> list[Path]:
    """The ``.po`` files of the product."""
    return sorted((root / "locale").glob(f"*/{DOMAIN}"))


def read_catalog(path: Path) -> Catalog:
    """Read one ``.po`` file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, abort_invalid=True)


def compile_messages(root: Path = ROOT) -> None:
    """Write the ``.mo`` beside each ``.po`` that is newer."""
    for source in catalogs(root):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        draft = target.with_suffix(f".{os.getpid()}.mo")
        with draft.open("wb") as file:
            write_mo(file, read_catalog(source))
        draft.replace(target)


def collect_messages(root: Path = ROOT) -> None:
    """Bring the ``.po`` files in line with the code; old texts are dropped, new ones empty."""
    # Without settings it keeps to the folder it is called in.
    command = [sys.executable, "-m", "django", "makemessages", "--verbosity", "0"]
    command += ["--no-obsolete", "--no-wrap", "--add-location", "file"]
    for catalog in catalogs(root):
        command += ["--locale", catalog.parent.parent.name]
    for folder in IGNORED:
        command += ["--ignore", folder]
    env = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=root, env=env, check=True)


def problems(path: Path) -> list[str]:
    """What is wrong with one ``.po`` file, one line each: fuzzy, empty, broken placeholders."""
    catalog = read_catalog(path)
    found = []
    for message in catalog:
        if not message.id:
            continue
        texts = message.string if isinstance(message.string, list | tuple) else (message.string,)
        if message.fuzzy:
            found.append(_line(path, message, "is fuzzy"))
        elif not all(texts):
            found.append(_line(path, message, "is not translated"))
    for message, errors in catalog.check():
        found += [_line(path, message, str(error)) for error in errors]
    return found


def _line(path: Path, message: Message, what: str) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return f"{path.parent.parent.name}: {text[:80]!r} {what}"


def main(arguments: list[str]) -> int:
    """Collect, compile, print what is wrong, or only what is asked; return the exit code."""
    if not arguments:
        collect_messages()
    if arguments != ["check"]:
        compile_messages()
    if arguments == ["compile"]:
        return 0
    found = [problem for path in catalogs() for problem in problems(path)]
    for problem in found:
        print(problem)
    print(f"{len(found)} problems in {len(catalogs())} translation files")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
