"""The cycle before, as a report compares with it: frozen values of the same locality."""

from decimal import Decimal

from assessment.engine.document import Node
from assessment.publication.models import Analysis
from assessment.reports.frozen import FrozenResults
from assessment.reports.numbers import ABSENT, Figure, published
from assessment.reports.values import observed_text


def earlier_of(results: FrozenResults, analysis: Analysis | None) -> FrozenResults | None:
    """The locality's results in the cycle compared with; None where it has none."""
    if analysis is None or analysis.compared is None:
        return None
    earlier = FrozenResults(analysis.compared, results.locality)
    return earlier if earlier.took_part else None


def earlier_score(earlier: FrozenResults | None, node: Node) -> Decimal | None:
    """The published score of the node then; None where there is none."""
    traced = None if earlier is None else earlier.nodes.get(node.code)
    return None if traced is None else published(traced["published"])


def earlier_value(earlier: FrozenResults, node: Node, language: str) -> Figure:
    """The value observed then; nothing where the indicator was measured in another way."""
    traced = earlier.nodes.get(node.code)
    if traced is None or _measure(earlier.framework.node(node.code)) != _measure(node):
        return Figure(word=ABSENT)
    return observed_text(node, traced, language)


def _measure(node: Node) -> object:
    return node.unit, None if node.value is None else (node.value.type, node.value.levels)
