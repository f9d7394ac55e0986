"""``manage.py create_administrator``: the first accounts of a new installation."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts.roles import ADMINISTRATOR_ROLES, Role
from accounts.services import create_user, grant_membership


class Command(BaseCommand):
    """Makes the account of one of the three administrators and gives it the role.

    No password passes through the command line: the person asks for a reset link on
    the sign-in page and sets the first one.
    """

    help = "Make an account with one of the three administrator roles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Role, user name, e-mail and name."""
        parser.add_argument("role", choices=sorted(str(role) for role in ADMINISTRATOR_ROLES))
        parser.add_argument("--username", required=True)
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", required=True, help="the name shown beside what they do")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Make both or neither; say what stands against it."""
        now = timezone.now()
        try:
            user = create_user(
                username=options["username"],
                email=options["email"],
                full_name=options["name"],
                password=None,
                by=None,
                at=now,
            )
        except ValidationError as problem:
            raise CommandError("; ".join(problem.messages)) from None
        grant_membership(user=user, role=Role(options["role"]), by=None, at=now)
        self.stdout.write(
            f"{user.username} is made. Open the sign-in page, choose “Forgot your password?” "
            f"and enter {user.email} to set the first password."
        )
