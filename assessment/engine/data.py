"""The indicators' values step by step: denominate → screen → impute → treat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assessment.engine import observations as obs
from assessment.engine.arrays import BoolArray, CodeArray, FloatArray
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.localities import Localities
from assessment.engine.problems import Problem, ScoringError
from assessment.engine.snapshot import STATUS_CODES, Snapshot
from assessment.engine.steps.denominate import denominated
from assessment.engine.steps.impute import imputed
from assessment.engine.steps.screen import Screening, screened
from assessment.engine.steps.treat import treated


@dataclass(frozen=True)
class Data:
    """Every step's result, localities × ``nodes`` (the indicators); NaN where there is none.

    A step no indicator asks for repeats the array before it. ``treatments`` holds indices into
    ``steps.treat.TREATMENTS``.
    """

    nodes: tuple[Node, ...]
    observed: FloatArray
    statuses: CodeArray
    denominated: FloatArray
    screening: Screening
    filled: FloatArray
    imputed: BoolArray
    treated: FloatArray
    treatments: CodeArray

    @property
    def without_size(self) -> BoolArray:
        """Return the values that are missing for want of a denominator."""
        return np.isnan(self.denominated) & ~np.isnan(self.observed)

    def is_screened(self, framework: FrameworkDocument) -> BoolArray:
        """Return the cells that a screen of the indicator or of a branch above took out."""
        out = np.broadcast_to(self.screening.indicators, self.observed.shape).copy()
        for column, node in enumerate(self.nodes):
            for branch in framework.ancestors(node.code):
                if branch.code in self.screening.localities:
                    out[:, column] |= self.screening.localities[branch.code]
        return out


def data_of(
    framework: FrameworkDocument,
    nodes: Sequence[Node],
    snapshot: Snapshot,
    localities: Localities,
) -> Data:
    """Take the indicators' observations through the steps before normalisation.

    Raises ScoringError with every cell and indicator for which a step has no answer.
    """
    problems: list[Problem] = []
    columns = [snapshot.column[node.code] for node in nodes]
    observed, statuses = snapshot.values[:, columns], snapshot.statuses[:, columns]
    sized = denominated(nodes, observed, localities, problems)
    away = (STATUS_CODES[obs.NOT_APPLICABLE], STATUS_CODES[obs.EXCLUDED])
    screening = screened(
        framework, nodes, sized, ~np.isin(statuses, away), localities.codes, problems
    )
    missing = (statuses == STATUS_CODES[obs.MISSING]) | (np.isnan(sized) & ~np.isnan(observed))
    data = Data(tuple(nodes), observed, statuses, sized, screening, sized, missing, sized, statuses)
    kept = sized
    if not screening.is_idle:
        out = data.is_screened(framework)
        kept, missing = np.where(out, np.nan, sized), missing & ~out
    filled, is_filled = imputed(nodes, kept, missing, localities, problems)
    clean, marks = treated(nodes, filled, problems)
    if problems:
        raise ScoringError(problems)
    return Data(data.nodes, observed, statuses, sized, screening, filled, is_filled, clean, marks)
