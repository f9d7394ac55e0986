"""The secret key of an installation that was given none."""

from pathlib import Path

from django.core.management.utils import get_random_secret_key

from accounts.made_once import read_or_make


def read_or_create_secret_key(home: Path) -> str:
    """Return the key kept in ``home``; make one the first time."""
    return read_or_make(home / "secret_key", lambda: get_random_secret_key().encode()).decode()
