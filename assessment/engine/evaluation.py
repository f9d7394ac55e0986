"""What the tree is evaluated on, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from assessment.engine.arrays import BoolArray, CodeArray, FloatArray
from assessment.engine.normalise import Normalised
from assessment.engine.plan import Plan
from assessment.engine.problems import Problem
from assessment.engine.rules import RuleEffect
from assessment.engine.snapshot import Snapshot
from assessment.engine.steps.columns import largest

# The parts of an evaluation that are kept by node.
BY_NODE: Final = (
    *("aggregated", "clamped", "availability", "child_weights", "benefits", "effects"),
    "sizes",
)


@dataclass(frozen=True)
class Inputs:
    """What the tree is evaluated on.

    ``leaf_scores`` and ``leaf_states`` are localities × ``plan.leaves``, ``adjustments``
    localities × ``plan.nodes``. ``screened`` names by branch the localities its screen left
    out; ``normalised`` says what the scores were computed from, where that is known.
    """

    leaf_scores: FloatArray
    leaf_states: CodeArray
    snapshot: Snapshot
    adjustments: FloatArray
    localities: tuple[str, ...]
    screened: Mapping[str, BoolArray] = field(default_factory=dict)
    normalised: Normalised | None = None

    @cached_property
    def largest_adjustments(self) -> FloatArray:
        """The largest adjustment of each node, whatever its sign."""
        return largest(self.adjustments)


@dataclass
class Evaluation:
    """Every step's result, localities × nodes; NaN where there is none.

    ``aggregated`` and ``clamped`` hold the nodes that rules or adjustments moved,
    ``availability`` those with an absent child. ``weights`` are in points, one per column;
    ``child_weights`` are those used at each branch, one row for all localities or one each;
    the branches ``stated`` took weights that were asked for instead of computing theirs;
    ``sizes`` are kept by ``Magnitudes``.
    """

    plan: Plan
    inputs: Inputs
    scores: FloatArray
    states: CodeArray
    weights: FloatArray
    aggregated: dict[str, FloatArray] = field(default_factory=dict)
    clamped: dict[str, BoolArray] = field(default_factory=dict)
    availability: dict[str, FloatArray] = field(default_factory=dict)
    child_weights: dict[str, FloatArray] = field(default_factory=dict)
    benefits: dict[str, FloatArray] = field(default_factory=dict)
    effects: dict[str, list[RuleEffect]] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)
    stated: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)

    def aggregated_at(self, code: str) -> FloatArray:
        """A node's score before rules and adjustments, by locality."""
        found = self.aggregated.get(code)
        return self.scores[:, self.plan.column[code]] if found is None else found
