"""Reads of cycles."""

from assessment.cycles.models import Cycle


def is_demonstration_installation() -> bool:
    """Whether any cycle here is demonstration data, so that every page says so."""
    return Cycle.objects.filter(is_demonstration=True).exists()
