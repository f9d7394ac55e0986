"""Grades from cut points on published values, limited by vetoes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assessment.engine.arrays import FloatArray
from assessment.engine.document import FrameworkDocument
from assessment.engine.rules import RuleEffect

UNGRADED = -1
GradeArray = npt.NDArray[np.int64]


def grade_places(framework: FrameworkDocument, units: FloatArray) -> GradeArray:
    """Return the place of each score's grade, 0 the best; −1 where there is no score.

    ``units`` are published values counted in their last place.
    """
    cuts = np.array([grade.lower for grade in framework.grades]) * 10.0**framework.decimals
    # Cuts are written with few decimals: the margin only removes the noise of scaling them.
    places = np.zeros(units.shape, dtype=np.int64, order="F")
    for cut in cuts[:-1]:  # what reaches no cut has the last grade
        places += units < cut - 1e-6
    places[np.isnan(units)] = UNGRADED
    return places


def limited_places(
    framework: FrameworkDocument, places: GradeArray, effects: list[RuleEffect]
) -> GradeArray:
    """Return grade places after the vetoes that fired; a veto never improves a grade."""
    order = [grade.code for grade in framework.grades]
    for effect in effects:
        if effect.rule.type == "veto":
            best = order.index(effect.rule.parameters["max_grade"])
            hit = effect.applies & (places != UNGRADED)
            places = np.where(hit, np.maximum(places, best), places)
    return places
