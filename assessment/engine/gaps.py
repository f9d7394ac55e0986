"""What an absent child means to its parent, by the parent's stated policies."""

from __future__ import annotations

import numpy as np

from assessment.engine.arrays import (
    LEFT_OUT,
    MISSING,
    NOT_APPLICABLE,
    PRESENT,
    BoolArray,
    CodeArray,
)
from assessment.engine.methods import MissingPolicy


def lowest_in_place(policy: MissingPolicy, states: CodeArray) -> BoolArray:
    """Return where a child without a score counts as the lowest one, with its full weight."""
    found = np.zeros(states.shape, dtype=np.bool_)
    if policy.policy == "zero":
        found |= states == MISSING
    if policy.not_applicable == "zero":
        found |= states == NOT_APPLICABLE
    return found


def is_due(policy: MissingPolicy, states: CodeArray) -> BoolArray:
    """Return where a child's weight is asked for, be its score there or not."""
    found: BoolArray = (states == PRESENT) | (states == MISSING)
    if policy.not_applicable == "zero":
        found |= states == NOT_APPLICABLE
    return found


def refused(policy: MissingPolicy, states: CodeArray) -> BoolArray:
    """Return where a child's absence leaves the run without a result."""
    found = np.zeros(states.shape, dtype=np.bool_)
    if policy.policy == "error":
        found |= states == MISSING
    if policy.not_applicable == "error":
        found |= states == NOT_APPLICABLE
    return found


def unscored_state(due: BoolArray, states: CodeArray) -> CodeArray:
    """Return, by row, what a branch without a score is to its own parent.

    Missing where anything below was asked for; else not applicable, or left out where a
    screen left out all of it.
    """
    away = np.where((states == NOT_APPLICABLE).any(axis=-1), NOT_APPLICABLE, LEFT_OUT)
    return np.where(due.any(axis=-1), MISSING, away).astype(np.int8)
