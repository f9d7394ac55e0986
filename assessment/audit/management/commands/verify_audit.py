"""``manage.py verify_audit``: is the event log whole?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assessment.audit.queries import verify_chain


class Command(BaseCommand):
    """Walks the chain of events; exit code 1 and the first broken event where it is broken."""

    help = "Check numbers, links and hashes of every event, and the head of the chain."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many events were checked and the hash of the last one."""
        walk = verify_chain()
        if walk.broken is not None:
            raise CommandError(
                f"The log is broken at event {walk.broken.sequence}: {walk.broken.cause}. "
                f"The {walk.count} events before it are whole.",
                returncode=1,
            )
        self.stdout.write(f"The log is whole: {walk.count} events, head {walk.last_hash}")
