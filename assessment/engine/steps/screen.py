"""Screen: localities and indicators with too few values, or too few other than zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assessment.engine.arrays import BoolArray, FloatArray
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.methods import Screen
from assessment.engine.problems import Problem

# Shares are compared with their thresholds beyond float noise.
_SHARE_NOISE = 1e-12


@dataclass(frozen=True)
class Screening:
    """What was screened out: indicators (by column) and, by branch, localities (by row)."""

    indicators: BoolArray
    localities: Mapping[str, BoolArray]

    @property
    def is_idle(self) -> bool:
        """Whether everything stays."""
        return not self.indicators.any() and not any(
            rows.any() for rows in self.localities.values()
        )

    def joined(self, other: Screening) -> Screening:
        """What either left out; no branch screens twice."""
        return Screening(
            self.indicators | other.indicators, {**self.localities, **other.localities}
        )


def screened(
    framework: FrameworkDocument,
    nodes: Sequence[Node],
    values: FloatArray,
    applicable: BoolArray,
    codes: Sequence[str],
    problems: list[Problem],
    *,
    is_late: bool,
) -> Screening:
    """Return what the screens leave out that act before imputation, or (``is_late``) after it.

    ``values`` and ``applicable`` are localities × ``nodes``, the indicators; a share of values
    is of the applicable cells, a share of values other than zero is of the values.
    """
    present = ~np.isnan(values)
    nonzero = present & (values != 0)
    out = np.zeros(len(nodes), dtype=np.bool_)
    for column, node in enumerate(nodes):
        if node.screen is not None and node.screen.is_late is is_late:
            cells = np.s_[:, column : column + 1]
            counts = (part[cells].sum() for part in (applicable, present, nonzero))
            passed = _passes(node.screen, *(np.array([count]) for count in counts))[0]
            forced = {"in": True, "out": False}.get(node.screen.force or "", bool(passed))
            out[column] = not forced
    localities: dict[str, BoolArray] = {}
    for branch in framework.weighted_nodes:
        screen = branch.screen
        if screen is not None and screen.is_late is is_late and not branch.is_leaf:
            columns = [
                place for place, node in enumerate(nodes) if _is_below(framework, node, branch)
            ]
            counts = (part[:, columns].sum(axis=1) for part in (applicable, present, nonzero))
            passed_rows = _passes(screen, *counts)
            localities[branch.code] = ~_forced(branch, passed_rows, codes, problems)
    return Screening(out, localities)


def _is_below(framework: FrameworkDocument, node: Node, branch: Node) -> bool:
    return branch in framework.ancestors(node.code)


def _passes(
    screen: Screen,
    applicable: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    present: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    nonzero: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
) -> BoolArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        available = np.where(applicable > 0, present / applicable, 0.0)
        others = np.where(present > 0, nonzero / present, 0.0)
    enough: BoolArray = (available >= screen.available - _SHARE_NOISE) & (
        others >= screen.nonzero - _SHARE_NOISE
    )
    return enough


def _forced(
    branch: Node, passed: BoolArray, codes: Sequence[str], problems: list[Problem]
) -> BoolArray:
    kept = passed.copy()
    place = {code: row for row, code in enumerate(codes)}
    screen = branch.screen or Screen()
    for names, verdict in ((screen.force_in, True), (screen.force_out, False)):
        for name in names:
            if name in place:
                kept[place[name]] = verdict
            else:
                params = {"locality": name}
                problems.append(Problem("forced_locality_unknown", branch.code, params=params))
    return kept
