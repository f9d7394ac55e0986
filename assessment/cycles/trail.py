"""Breadcrumbs of the pages of a cycle, for all rooms."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.trail import Crumb, trail
from assessment.cycles.models import Cycle


def cycles_trail(*more: Crumb) -> list[Crumb]:
    """Start, cycles, and further."""
    return trail((_("Cycles"), reverse("cycles:list")), *more)


def cycle_trail(cycle: Cycle, *more: Crumb) -> list[Crumb]:
    """Start, cycles, the cycle, and further."""
    return cycles_trail((cycle.name, reverse("desk:cycle", args=[cycle.code])), *more)
