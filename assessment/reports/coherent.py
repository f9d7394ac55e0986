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
class FactorLine:
    """What a choice accounts for in how far the ranks move, alone and with others."""

    title: str
    first: str
    total: str


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
        FactorLine(
            str(_FACTORS.get(name, name)),
            _share(index["value"]),
            _share(study["total"][name]["value"]),
        )
        for name, index in study["first_order"].items()
    ]


def _title(framework: FrameworkDocument, code: str, language: str) -> str:
    return framework.node(code).title.text(language)


def _number(value: float | None, decimals: int) -> str:
    return ABSENT if value is None else fixed_number(value, decimals)


def _share(value: float | None) -> str:
    """A share in whole per cent."""
    if value is None:
        return ABSENT
    return _("%(share)s %%") % {"share": fixed_number(value * 100, 0)}
