"""Where localities stand: published values, ranks and grades, node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessment.engine.arrays import FloatArray
from assessment.engine.document import FrameworkDocument
from assessment.engine.evaluation import Evaluation
from assessment.engine.exact import published_of
from assessment.engine.grades import UNGRADED, GradeArray, grade_places, limited_places
from assessment.engine.localities import Localities
from assessment.engine.ranks import column_ranks, group_ranks


@dataclass(frozen=True)
class Standing:
    """Localities × nodes: published values in units of their last place, ranks, grades."""

    units: FloatArray
    ranks: FloatArray
    grade_places: GradeArray
    group_ranks: Mapping[str, FloatArray]


def standing_of(
    evaluation: Evaluation,
    localities: Localities,
    before: Standing | None = None,
    columns: Sequence[int] = (),
) -> Standing:
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
    return found if before is None else _merged(before, found, list(columns))


def _group_columns(document: FrameworkDocument, localities: Localities) -> tuple[str, ...]:
    """Those the framework names, or else every column of text."""
    return localities.group_columns if document.groups is None else document.groups


def _merged(before: Standing, found: Standing, columns: list[int]) -> Standing:
    def put(old: FloatArray, new: FloatArray) -> FloatArray:
        whole = old.copy(order="F")
        whole[:, columns] = new
        return whole

    grades = before.grade_places.copy(order="F")
    grades[:, columns] = found.grade_places
    return Standing(
        put(before.units, found.units),
        put(before.ranks, found.ranks),
        grades,
        {name: put(ranks, found.group_ranks[name]) for name, ranks in before.group_ranks.items()},
    )
