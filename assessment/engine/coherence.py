"""Coherence: whether the indicators of a framework belong together, and what really weighs.

Correlations, Cronbach's alpha and the first principal component as in the OECD/JRC Handbook
(2008), step 4; the importance of a child as the squared correlation with its parent, set
against its nominal weight, as in Paruolo, Saisana and Saltelli (2013), "Ratings and rankings:
voodoo or science?", J. R. Stat. Soc. A 176(3).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from assessment.engine.arrays import FloatArray
from assessment.engine.results import Results

FORMAT: Final = "lianping-coherence/1"
# Below: the two tell different stories; above: the two tell one story twice.
WEAK, STRONG = 0.3, 0.9
NEGATIVE_FLAG, WEAK_FLAG, STRONG_FLAG = "negative", "weak", "strong"
# With fewer localities a correlation is 1 or -1 or nothing.
FEWEST = 3


@dataclass(frozen=True)
class Pair:
    """Two nodes over the localities that have both; no correlation if either never varies."""

    first: str
    second: str
    correlation: float | None
    localities: int
    flag: str | None


@dataclass(frozen=True)
class Importance:
    """What a child's weight says and what its correlation with the parent says, as shares.

    ``nominal`` and ``importance`` each sum to 1 over the parent's children; ``importance`` is
    None where the parent or a child never varies.
    """

    child: str
    correlation: float | None
    nominal: float
    importance: float | None


@dataclass(frozen=True)
class NodeCoherence:
    """One node's children together.

    ``alpha`` is Cronbach's on the localities that have all children; ``first_component`` the
    share of variance of the first principal component of their correlation matrix.
    """

    node: str
    localities: int
    alpha: float | None
    first_component: float | None
    pairs: tuple[Pair, ...]
    importance: tuple[Importance, ...]


@dataclass(frozen=True)
class Coherence:
    """Every node with two children or more, and every indicator against every dimension."""

    nodes: tuple[NodeCoherence, ...]
    loadings: tuple[Pair, ...]

    def node(self, code: str) -> NodeCoherence:
        """Return one node's; ``KeyError`` where it has fewer than two children."""
        return {item.node: item for item in self.nodes}[code]

    @property
    def flagged(self) -> tuple[Pair, ...]:
        """The pairs under one parent whose correlation is negative, weak or strong."""
        return tuple(pair for item in self.nodes for pair in item.pairs if pair.flag)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {"format": FORMAT, **asdict(self)}

    def write(self, directory: str | Path) -> None:
        """Write ``coherence.json``."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        (folder / "coherence.json").write_text(text, encoding="utf-8", newline="\n")


def coherence(results: Results) -> Coherence:
    """Say how far the scores of a run hang together, at every node.

    Scores are the final ones of each node, in points of the scale. Localities without a value
    are left out of the pair they lack, never filled in.
    """
    plan, scores = results.plan, results.scores
    inner = [node.code for node in plan.nodes if len(plan.children[node.code]) > 1]
    dimensions = plan.children[results.framework.root.code]
    return Coherence(
        nodes=tuple(_node(results, code) for code in inner),
        loadings=tuple(
            _pair(results, plan.column[indicator.code], dimension, scores)
            for indicator in results.framework.indicators
            for dimension in dimensions
            if plan.column[indicator.code] != dimension
        ),
    )


def correlation(first: FloatArray, second: FloatArray) -> tuple[float | None, int]:
    """Return Pearson's r over the rows that have both, and how many these are.

    None with fewer than three rows, or when one of the two is constant over them.
    """
    seen = np.isfinite(first) & np.isfinite(second)
    x, y = first[seen], second[seen]
    if x.size < FEWEST or _is_constant(x) or _is_constant(y):
        return None, int(x.size)
    return float(np.clip(np.corrcoef(x, y)[0, 1], -1.0, 1.0)), int(x.size)


def cronbach_alpha(scores: FloatArray) -> float | None:
    """Return Cronbach's alpha of columns without gaps, or None where nothing varies.

    ``k / (k - 1) * (1 - sum of the variances / variance of the sum)``
    """
    rows, columns = scores.shape
    if rows < FEWEST or columns < 2:
        return None
    variance_of_sum = float(scores.sum(axis=1).var(ddof=1))
    if _is_constant(scores.sum(axis=1)):
        return None
    shared = 1 - float(scores.var(axis=0, ddof=1).sum()) / variance_of_sum
    return float(columns / (columns - 1) * shared)


def first_component_share(scores: FloatArray) -> float | None:
    """Return the share of the largest eigenvalue of the correlation matrix of complete columns."""
    rows, columns = scores.shape
    if rows < FEWEST or any(_is_constant(scores[:, column]) for column in range(columns)):
        return None
    eigenvalues = np.linalg.eigvalsh(np.corrcoef(scores, rowvar=False))
    return float(eigenvalues[-1] / columns)


def _node(results: Results, code: str) -> NodeCoherence:
    plan, scores = results.plan, results.scores
    children = plan.children[code]
    complete = scores[:, children]
    complete = complete[np.isfinite(complete).all(axis=1)]
    return NodeCoherence(
        node=code,
        localities=len(complete),
        alpha=cronbach_alpha(complete),
        first_component=first_component_share(complete),
        pairs=tuple(
            _pair(results, first, second, scores)
            for place, first in enumerate(children)
            for second in children[place + 1 :]
        ),
        importance=_importance(results, code, children),
    )


def _pair(results: Results, first: int, second: int, scores: FloatArray) -> Pair:
    found, localities = correlation(scores[:, first], scores[:, second])
    nodes = results.plan.nodes
    return Pair(nodes[first].code, nodes[second].code, found, localities, flag_of(found))


def flag_of(found: float | None) -> str | None:
    """Return what is remarkable about a correlation, or None."""
    if found is None:
        return None
    if found < 0:
        return NEGATIVE_FLAG
    if found < WEAK:
        return WEAK_FLAG
    return STRONG_FLAG if found > STRONG else None


def _importance(results: Results, code: str, children: list[int]) -> tuple[Importance, ...]:
    plan, scores = results.plan, results.scores
    parent = scores[:, plan.column[code]]
    found = [correlation(scores[:, child], parent)[0] for child in children]
    weights = results.evaluation.weights[children]
    nominal = weights / weights.sum() if weights.sum() > 0 else np.zeros(len(children))
    squares = [None if each is None else each**2 for each in found]
    total = sum(each for each in squares if each is not None)
    is_known = None not in squares and total > 0
    return tuple(
        Importance(
            child=plan.nodes[child].code,
            correlation=each,
            nominal=float(share),
            importance=square / total if is_known and square is not None else None,
        )
        for child, each, share, square in zip(children, found, nominal, squares, strict=True)
    )


def _is_constant(values: FloatArray) -> bool:
    """Whether values differ by nothing but float noise."""
    spread = float(np.ptp(values))
    return spread <= 1e-12 * max(1.0, float(np.abs(values).max()))
