"""A publication's run as one report reads it: frozen values, ranks, medians."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from accounts.models import Locality
from assessment.charts.figures import median_of
from assessment.engine import FrameworkDocument
from assessment.engine.document import Node
from assessment.publication.models import Publication
from assessment.reports.numbers import published
from assessment.scores.places import AssessedPlace

Traced = Mapping[str, Any]


@dataclass(frozen=True)
class FrozenResults:
    """The trace of a run with the locality whose report is made.

    Nothing is computed again but medians: every figure is the one that was published.
    """

    publication: Publication
    locality: Locality

    @cached_property
    def framework(self) -> FrameworkDocument:
        """The framework as it was when the run was made."""
        return self.publication.run.parsed

    @property
    def place(self) -> AssessedPlace:
        """The locality under the names it was assessed by."""
        return self.publication.run.places[self.locality.code]

    @cached_property
    def _localities(self) -> Mapping[str, Traced]:
        found: Mapping[str, Traced] = self.publication.run.trace["localities"]
        return found

    @cached_property
    def nodes(self) -> Mapping[str, Traced]:
        """The locality's trace by node code."""
        return dict(self._localities[self.locality.code]["nodes"])

    @property
    def index(self) -> Traced:
        """The locality's overall result."""
        return self.nodes[self.framework.root.code]

    def everywhere(self, node: Node) -> list[tuple[str, Traced]]:
        """Locality code and trace of the node, for every locality."""
        return [(code, traced["nodes"][node.code]) for code, traced in self._localities.items()]

    def median_score(self, node: Node) -> Decimal | None:
        """The median of the published scores of the node."""
        return median_of(published(traced["published"]) for _code, traced in self.everywhere(node))

    def median_value(self, node: Node) -> Decimal | None:
        """The median of the observed values of an indicator."""
        return median_of(
            None if traced["raw"] is None else Decimal(repr(float(traced["raw"])))
            for _code, traced in self.everywhere(node)
        )

    @cached_property
    def assessed(self) -> int:
        """How many localities took part."""
        return len(self._localities)

    @cached_property
    def ranked(self) -> int:
        """How many of them have an overall rank."""
        root = self.framework.root
        return sum(traced["rank"] is not None for _code, traced in self.everywhere(root))
