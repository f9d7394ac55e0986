"""A publication's run as reports read it: frozen values, ranks, medians."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from accounts.models import Locality
from assessment.charts.figures import median_of
from assessment.engine import FrameworkDocument, Results
from assessment.engine.document import Node
from assessment.publication.models import Publication
from assessment.reports.numbers import published
from assessment.scores.places import AssessedPlace
from assessment.scores.queries import recompute

Traced = Mapping[str, Any]


@dataclass(frozen=True)
class FrozenRun:
    """The trace of a publication's run.

    Nothing is computed again but medians: every figure is the one that was published. Only what
    would have been otherwise is asked of ``recomputed``.
    """

    publication: Publication

    @cached_property
    def framework(self) -> FrameworkDocument:
        """The framework as it was when the run was made."""
        return self.publication.run.parsed

    @cached_property
    def recomputed(self) -> Results:
        """The engine's own results of the run, to ask what would be if a value were another."""
        run = self.publication.run
        run.cycle = self.publication.cycle  # it is the run's own, read already
        return recompute(run)

    @cached_property
    def localities(self) -> Mapping[str, Traced]:
        """The trace by locality code."""
        found: Mapping[str, Traced] = self.publication.run.trace["localities"]
        return found

    def everywhere(self, node: Node) -> list[tuple[str, Traced]]:
        """Locality code and trace of the node, for every locality."""
        return [(code, traced["nodes"][node.code]) for code, traced in self.localities.items()]

    @property
    def in_order(self) -> list[tuple[str, Traced]]:
        """Locality code and trace of the index, best first, the unranked last."""
        return sorted(
            self.everywhere(self.framework.root),
            key=lambda pair: (pair[1]["rank"] is None, pair[1]["rank"] or 0, pair[0]),
        )

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
        return len(self.localities)

    @cached_property
    def ranked(self) -> int:
        """How many of them have an overall rank."""
        root = self.framework.root
        return sum(traced["rank"] is not None for _code, traced in self.everywhere(root))


@dataclass(frozen=True)
class FrozenResults(FrozenRun):
    """The same with the locality whose report is made."""

    locality: Locality

    @property
    def place(self) -> AssessedPlace:
        """The locality under the names it was assessed by."""
        return self.publication.run.places[self.locality.code]

    @property
    def took_part(self) -> bool:
        """Whether the run knows the locality."""
        return self.locality.code in self.localities

    @cached_property
    def nodes(self) -> Mapping[str, Traced]:
        """The locality's trace by node code."""
        return dict(self.localities[self.locality.code]["nodes"])

    @property
    def index(self) -> Traced:
        """The locality's overall result."""
        return self.nodes[self.framework.root.code]
