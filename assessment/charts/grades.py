"""By which colour and shape the grades of one scale are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle

from assessment.charts.palette import GRADES, MORE_GRADES, SHAPES


@dataclass(frozen=True)
class GradeSign:
    """Colour and symbol of a grade."""

    colour: str
    shape: str


def grade_signs(codes: Sequence[str]) -> dict[str, GradeSign]:
    """The sign of each grade, ``codes`` being those of the scale, best first.

    Grades of the usual codes keep theirs, as on the pages. Others take, by their place in the
    scale, what those leave; only beyond eight grades does a sign come twice.
    """
    usual = {code: GradeSign(colour, SHAPES[code]) for code, colour in GRADES.items()}
    free = [sign for code, sign in usual.items() if code not in codes]
    more = cycle([*free, *(GradeSign(*each) for each in MORE_GRADES)])
    return {code: usual[code] if code in usual else next(more) for code in codes}
