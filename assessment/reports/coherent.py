"""How firm the ranking is as a whole: the engine's coherence and sensitivity as kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.engine import FrameworkDocument
from assessment.engine.coherence import NEGATIVE_FLAG, STRONG_FLAG, WEAK_FLAG
from assessment.engine.figures import fixed_number
from assessment.publication.models import Analysis
from assessment.reports.numbers import ABSENT

_FLAGS = {
    NEGATIVE_FLAG: gettext_lazy("They run against each other."),
    WEAK_FLAG: gettext_lazy("They tell different things."),
    STRONG_FLAG: gettext_lazy("They tell the same thing twice."),
}
# An interval of a share wider than this (of 1) tells nothing about it.
_STEADY = 0.4
_FACTORS = {
    "weights": gettext_lazy("Weights"),
    "normalisations": gettext_lazy("Normalisation"),
}


@dataclass(frozen=True)
class NodeLine:
    """How well the parts of one node hang together: Cronbach's alpha, first component."""

    title: str
    localities: int
    alpha: str
    component: str


@dataclass(frozen=True)
class WeightLine:
    """A dimension's share of the weight and of what moves the index."""

    title: str
    nominal: str
    importance: str


@dataclass(frozen=True)
class PairLine:
    """Two parts of a node whose correlation is remarkable."""

    first: str
    second: str
    correlation: str
    meaning: str


@dataclass(frozen=True)
class Estimate:
    """A share from 0 to 100 % with the interval it lies in; words where that tells nothing.

    ``is_clipped`` says that the estimate lay outside of what a share can be.
    """

    text: str
    interval: str = ""
    is_clipped: bool = False


@dataclass(frozen=True)
class FactorLine:
    """What a choice accounts for in how far the ranks move, alone and with others."""

    title: str
    first: Estimate
    total: Estimate


@dataclass(frozen=True)
class Coherent:
    """All that is told of the ranking as a whole."""

    draws: int
    seed: int
    groups: int
    nodes: list[NodeLine]
    weights: list[WeightLine]
    pairs: list[PairLine]
    factors: list[FactorLine]

    @property
    def has_clipped(self) -> bool:
        """Whether any share that is told lay below 0 or above 100 %."""
        return any(line.first.is_clipped or line.total.is_clipped for line in self.factors)


def coherent(framework: FrameworkDocument, analysis: Analysis, language: str) -> Coherent:
    """Read the kept findings in the active language."""
    document = analysis.document
    nodes, root = document["coherence"]["nodes"], framework.root.code
    importance: list[dict[str, Any]] = next(
        (node["importance"] for node in nodes if node["node"] == root), []
    )
    return Coherent(
        draws=document["uncertainty"]["draws"] - document["uncertainty"]["failed_draws"],
        seed=document["uncertainty"]["seed"],
        groups=len(document["uncertainty"]["tied_groups"]),
        nodes=[
            NodeLine(
                _title(framework, node["node"], language),
                node["localities"],
                _number(node["alpha"], 2),
                _share(node["first_component"]),
            )
            for node in nodes
        ],
        weights=[
            WeightLine(
                _title(framework, item["child"], language),
                _share(item["nominal"]),
                _share(item["importance"]),
            )
            for item in importance
        ],
        pairs=[
            PairLine(
                _title(framework, pair["first"], language),
                _title(framework, pair["second"], language),
                _number(pair["correlation"], 2),
                str(_FLAGS[pair["flag"]]),
            )
            for node in nodes
            for pair in node["pairs"]
            if pair["flag"]
        ],
        factors=_factors(document["sensitivity"]),
    )


def _factors(study: Mapping[str, Any]) -> list[FactorLine]:
    return [
        FactorLine(str(_FACTORS.get(name, name)), _estimate(index), _estimate(study["total"][name]))
        for name, index in study["first_order"].items()
    ]


def _estimate(index: Mapping[str, float | None]) -> Estimate:
    """A Sobol index as kept; its interval may be wider than what it says."""
    value, low, high = index["value"], index["low"], index["high"]
    if value is None or low is None or high is None or high - low > _STEADY:
        return Estimate(_("Too unsteady to read"))
    shown, least, most = (min(max(part, 0.0), 1.0) for part in (value, low, high))
    interval = _("%(low)s–%(high)s %%") % {
        "low": fixed_number(least * 100, 0),
        "high": fixed_number(most * 100, 0),
    }
    return Estimate(_share(shown), interval, is_clipped=shown != value)


def _title(framework: FrameworkDocument, code: str, language: str) -> str:
    return framework.node(code).title.text(language)


def _number(value: float | None, decimals: int) -> str:
    return ABSENT if value is None else fixed_number(value, decimals)


def _share(value: float | None) -> str:
    """A share in whole per cent."""
    if value is None:
        return ABSENT
    return _("%(share)s %%") % {"share": fixed_number(value * 100, 0)}
