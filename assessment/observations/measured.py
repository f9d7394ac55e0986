"""Measuring sources: what they say of a locality in a period, for those who would type it.

A room that measures registers a reader when it starts; rooms beside it ask here, so that none
needs to know the other.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Locality
from assessment.cycles.models import Cycle


@dataclass(frozen=True)
class Measurement:
    """A measured value in its usual unit, the last day it describes, and who measured it."""

    value: Decimal
    day: date
    source: str


# (cycle, locality, names of quantities) → the measurements there are, by name.
Reader = Callable[[Cycle, Locality, Collection[str]], Mapping[str, Measurement]]
_READERS: dict[str, Reader] = {}


def register_measuring(names: Collection[str], read: Reader) -> None:
    """Make the quantities known that a room measures, by their names in framework documents."""
    _READERS.update(dict.fromkeys(names, read))


def measured_in(
    cycle: Cycle, locality: Locality, names: Collection[str]
) -> Mapping[str, Measurement]:
    """What was measured of these quantities in the cycle's period; each source is asked once."""
    wanted: dict[Reader, list[str]] = {}
    for name in sorted(set(names) & set(_READERS)):
        wanted.setdefault(_READERS[name], []).append(name)
    found: dict[str, Measurement] = {}
    for read, asked in wanted.items():
        found |= read(cycle, locality, asked)
    return found
