"""Removes stored files that no row names."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.stored_files import orphans


class Command(BaseCommand):
    """``manage.py remove_orphan_files [--hours 24] [--dry-run]``."""

    help = "Remove files that were stored for a change that never came to its end."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How old a file must be, and whether to name it only."""
        parser.add_argument("--hours", type=int, default=24, help="only files older than this")
        parser.add_argument("--dry-run", action="store_true", help="name them, remove nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each name and how many there were."""
        found = orphans(before=timezone.now() - timedelta(hours=options["hours"]))
        for name in found:
            self.stdout.write(name)
            if not options["dry_run"]:
                default_storage.delete(name)
        done = "found" if options["dry_run"] else "removed"
        self.stdout.write(f"{len(found)} files without a row {done}.")
