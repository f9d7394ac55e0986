"""Prints the demonstration's sign-ins."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from assessment.desk.demonstration.people import DOMAIN, PASSWORD, SIGN_INS


class Command(BaseCommand):
    """List user name, role and what the user is for."""

    help = "Print the sign-ins of the demonstration, if it is loaded."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a table; nothing where the demonstration is not loaded."""
        known = set(
            User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("username", flat=True)
        )
        lines = [s for s in SIGN_INS if s.username in known]
        if not lines:
            return
        self.stdout.write(f"Demonstration sign-ins (password of all: {PASSWORD})")
        for line in lines:
            self.stdout.write(
                f"  {line.username:20} {line.role:24} {line.note_en} / {line.note_zh}"
            )
        self.stdout.write(
            "  Every other city: contributor-<code> and approver-<code>, e.g. contributor-140500."
        )
