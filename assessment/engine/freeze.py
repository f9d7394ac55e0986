"""Frozen goalposts: a framework whose limits are those a base period's data gave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from assessment.engine.document import FrameworkDocument, Node, Scale
from assessment.engine.lines import LINEAR, Line, extent_of, line_of
from assessment.engine.problems import Problem, ScoringError
from assessment.engine.reading import load_framework
from assessment.engine.results import Results
from assessment.engine.steps.treat import LOGGED, WINSORISED

_BY_ORDER = ("rank", "percentile_rank", "borda")


def freeze(base: Results) -> FrameworkDocument:
    """Return the framework of a run with the limits of its data written down.

    Every straight line that the run's statistics gave (min-max, z-score, distances, fraction of
    maximum) becomes goalposts without truncation that score the run's values the same;
    winsorised values become treatment by limits. The document is an ordinary one: it can be
    scored under, published and verified. What it cannot express raises ScoringError naming
    each indicator: orders (rank, percentile rank, Borda), capped distances, the fraction of a
    lowest value, and automatic logarithms.
    """
    problems: list[Problem] = []
    raw = base.framework.as_dict()
    items = {item["code"]: item for item in raw["nodes"]}
    extent = extent_of(base.data.treated, base.localities.codes, with_moments=True)
    for column, node in enumerate(base.plan.leaves):
        stated = node.normalisation
        method = stated.method if stated else ""
        parameters = stated.parameters_on(base.on) if stated else None
        if parameters is not None and method in LINEAR and method != "goalposts":
            line = line_of(node, parameters, extent, column, base.framework.scale, problems)
            is_empty = bool(np.isnan(extent.low[column]))
            posts = None if is_empty else _posts(node, line, base.framework.scale)
            if posts is None:
                problems.append(Problem("cannot_freeze", node.code, params={"method": method}))
            else:
                items[node.code]["normalisation"] = posts
        elif method in _BY_ORDER:
            problems.append(Problem("cannot_freeze", node.code, params={"method": method}))
        if node.treat is not None and node.treat.method in ("winsorise", "log"):
            _freeze_treatment(base, column, items[node.code], problems)
    if problems:
        raise ScoringError(problems)
    return load_framework(raw)


def _posts(node: Node, line: Line | None, scale: Scale) -> Mapping[str, Any] | None:
    """The values that earn the ends of the scale on a line; None where no goalposts say it."""
    method = node.normalisation.method if node.normalisation else ""
    is_curve = method == "fraction_of_maximum" and node.direction == "negative"
    if (
        line is None
        or is_curve
        or line.high <= line.low
        or np.isfinite([line.floor, line.cap]).any()
    ):
        return None
    per_point = (line.end - line.start) / (line.high - line.low)
    ends = [line.start + (score - line.low) * per_point for score in (scale.min, scale.max)]
    return {"method": "goalposts", "lower": min(ends), "upper": max(ends), "truncate": False}


def _freeze_treatment(
    base: Results, column: int, item: dict[str, Any], problems: list[Problem]
) -> None:
    marks, values = base.data.treatments[:, column], base.data.treated[:, column]
    if (marks == LOGGED).any():
        problems.append(Problem("cannot_freeze", item["code"], params={"method": "log"}))
        return
    del item["treat"]
    moved = np.flatnonzero(marks == WINSORISED)
    if not moved.size:
        return
    filled = base.data.filled[moved, column]
    limits: dict[str, Any] = {"method": "limits"}
    if (values[moved] > filled).any():
        limits["lower"] = float(np.nanmin(values))
    if (values[moved] < filled).any():
        limits["upper"] = float(np.nanmax(values))
    item["treat"] = limits
