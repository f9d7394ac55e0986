"""Import a table of annual pollutant means."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessment.airquality.services import import_annual_means
from assessment.airquality.table_file import OBSERVED_SOURCE, OBSERVED_TABLE


class Command(BaseCommand):
    """Without arguments the observed means of the cities of 2+26 are imported."""

    help = "Import annual pollutant means (CSV: locality,year,pollutant,mean,days)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Path of the table and what to say of its source."""
        parser.add_argument("path", nargs="?", type=Path, default=OBSERVED_TABLE)
        parser.add_argument("--source", default=OBSERVED_SOURCE)

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, or fail with every fault listed."""
        try:
            changed = import_annual_means(
                path=options["path"], source=options["source"], by=None, at=timezone.now()
            )
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(f"{changed} annual means imported.")
