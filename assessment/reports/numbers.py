"""Numbers of a report: decimals fixed, points of one column under each other."""

from dataclasses import dataclass
from decimal import Decimal

from assessment.engine import round_half_even
from assessment.engine.figures import fixed_number

ABSENT = "—"


@dataclass(frozen=True)
class Figure:
    """A number split at its decimal point, so that a column can align there.

    ``whole`` is the text before the point, ``fraction`` the point and what follows; a word in
    place of a number stands in ``word`` alone.
    """

    whole: str = ""
    fraction: str = ""
    word: str = ""

    def __str__(self) -> str:
        return self.word or f"{self.whole}{self.fraction}"


def figure(value: Decimal | None, decimals: int, absent: str = ABSENT) -> Figure:
    """The number with this many places, half-even; ``absent`` where there is none."""
    if value is None:
        return Figure(word=absent)
    return aligned(fixed_number(value, decimals))


def aligned(text: str) -> Figure:
    """A written number split at its point."""
    whole, point, digits = text.partition(".")
    return Figure(whole, f"{point}{digits}")


def rounded(value: float | None, decimals: int) -> Decimal | None:
    """A number of the trace as the published decimal (GB/T 8170); nothing for none."""
    return None if value is None else round_half_even(value, decimals)


def published(traced: object) -> Decimal | None:
    """The published text of the trace as a decimal: every digit as it was published."""
    return None if traced is None else Decimal(str(traced))
