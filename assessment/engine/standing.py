"""Where localities stand: published values, ranks and grades, node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.document import FrameworkDocument
from assessment.engine.evaluation import Evaluation
from assessment.engine.exact import published_of
from assessment.engine.grades import UNGRADED, GradeArray, grade_places, limited_places
from assessment.engine.localities import Localities
from assessment.engine.ranks import column_ranks, group_ranks

Whole = TypeVar("Whole", bound=np.ndarray[Any, Any])


@dataclass(frozen=True)
class Standing:
    """Localities × nodes: published values in units of their last place, ranks, grades."""

    units: FloatArray
    ranks: FloatArray
    grade_places: GradeArray
    group_ranks: Mapping[str, FloatArray]

    def at(self, column: int) -> tuple[Standing, int]:
        """The arrays that hold a node's column, and its place in them."""
        return self, column


@dataclass(frozen=True)
class AmendedStanding:
    """A standing in which some ``columns`` gave way to those ``found``, as after a what-if.

    A column is read where it is; only who asks for a whole array has one put together.
    """

    before: Standing
    found: Standing
    columns: Mapping[int, int]

    def at(self, column: int) -> tuple[Standing, int]:
        """The arrays that hold a node's column, and its place in them."""
        place = self.columns.get(column)
        return (self.before, column) if place is None else (self.found, place)

    @cached_property
    def units(self) -> FloatArray:
        """As those of ``Standing``."""
        return self._whole(self.before.units, self.found.units)

    @cached_property
    def ranks(self) -> FloatArray:
        """As those of ``Standing``."""
        return self._whole(self.before.ranks, self.found.ranks)

    @cached_property
    def grade_places(self) -> GradeArray:
        """As those of ``Standing``."""
        return self._whole(self.before.grade_places, self.found.grade_places)

    @cached_property
    def group_ranks(self) -> Mapping[str, FloatArray]:
        """As those of ``Standing``."""
        return {
            name: self._whole(ranks, self.found.group_ranks[name])
            for name, ranks in self.before.group_ranks.items()
        }

    def _whole(self, old: Whole, new: Whole) -> Whole:
        found = old.copy(order="F")
        found[:, list(self.columns)] = new
        return found


AnyStanding = Standing | AmendedStanding


def standing_of(
    evaluation: Evaluation,
    localities: Localities,
    before: AnyStanding | None = None,
    columns: Sequence[int] = (),
) -> AnyStanding:
    """Round, rank and grade; with ``before`` only ``columns``, the others are taken over."""
    plan = evaluation.plan
    document = plan.framework
    chosen = range(len(plan.nodes)) if before is None else columns
    units = published_of(evaluation, chosen)
    grades = grade_places(document, units)
    for place, column in enumerate(chosen):
        node = plan.nodes[column]
        if node.kind == "indicator":
            grades[:, place] = UNGRADED
        else:
            effects = evaluation.effects.get(node.code, [])
            grades[:, place] = limited_places(document, grades[:, place], effects)
    groups = {
        name: group_ranks(units, [item.cells.get(name, "") for item in localities.items])
        for name in _group_columns(document, localities)
    }
    found = Standing(units, column_ranks(units), grades, groups)
    if before is None:
        return found
    if isinstance(before, AmendedStanding):
        before = Standing(before.units, before.ranks, before.grade_places, before.group_ranks)
    return AmendedStanding(before, found, {column: at for at, column in enumerate(columns)})


def _group_columns(document: FrameworkDocument, localities: Localities) -> tuple[str, ...]:
    """Those the framework names, or else every column of text."""
    return localities.group_columns if document.groups is None else document.groups
