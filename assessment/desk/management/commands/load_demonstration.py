"""Loads the demonstration, once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessment.cycles.models import Cycle
from assessment.desk.demonstration.story import load_demonstration, order_reports


class Command(BaseCommand):
    """Load the 28 cities, their people, one published cycle and one under review."""

    help = "Load the demonstration data; does nothing where any cycle or account exists."

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse to touch an installation that is in use."""
        if Cycle.objects.exists():
            self.stdout.write("There are cycles already: nothing loaded.")
            return
        if settings.SESSION_COOKIE_SECURE or User.objects.exists():
            raise CommandError(
                "The demonstration's accounts have a published password. It is loaded into an "
                "empty installation without LIANPING_HTTPS only: nothing loaded."
            )
        now = timezone.now()
        with transaction.atomic():
            load_demonstration(at=now)
            jobs = order_reports(at=now)
        self.stdout.write(f"Demonstration loaded; the worker makes {jobs} evaluation reports.")
