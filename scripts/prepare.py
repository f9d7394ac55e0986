"""Brings an installation's data up to date with its code; what is up to date is left alone.

    python -m scripts.prepare [--demonstration]

Compiled messages, database, cache table, static files and, where it is asked for, the
demonstration, in one process: each ``manage.py`` command would load Django anew. Safe to run
at any time, also twice.
"""

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.messages import ROOT, compile_messages


def files_below(folders: Iterable[Path]) -> Iterator[Path]:
    """Every file in and below the folders, in a fixed order."""
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def static_fingerprint() -> str:
    """A hash that changes when ``collectstatic`` would collect something else.

    Own files by name, size and time; those of packages by the lock files that choose them.
    """
    from django.conf import settings

    own = [ROOT / "static", *ROOT.glob("*/static"), *ROOT.glob("*/*/static")]
    seen = hashlib.sha256()
    for path in files_below(folder for folder in own if "var" not in folder.parts):
        stat = path.stat()
        seen.update(f"{path.relative_to(ROOT)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    for name in ("requirements.txt", "package-lock.json", "config/staticfiles.py"):
        seen.update((ROOT / name).read_bytes())
    seen.update(repr([settings.INSTALLED_APPS, settings.PACKAGE_FILES]).encode())
    return seen.hexdigest()


def collect_static(home: Path) -> None:
    """Collect the static files unless nothing has changed since the last time."""
    from django.core.management import call_command

    stamp = home / "static.stamp"
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint:
        return
    print("Collecting static files", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint, encoding="ascii")


def prepare(*, with_demonstration: bool) -> None:
    """Do what is to be done, in the order in which one step needs the other."""
    compile_messages()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    collect_static(Path(settings.HOME_DIR))
    if with_demonstration:
        call_command("load_demonstration")


def main(arguments: list[str]) -> int:
    """Prepare; return the exit code."""
    try:
        prepare(with_demonstration="--demonstration" in arguments)
    except KeyboardInterrupt:
        print("\nInterrupted; what was begun is taken up again next time.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
