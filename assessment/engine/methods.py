"""How each step is done for a node: the choices a framework document makes beside its weights."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

# Weights that are numbers of the document; the others are found from the run's own data.
STATED_WEIGHTS: Final = ("given", "equal", "ahp", "budget")

# A screen acts before gaps are filled, unless it says ``after_imputation``.
BEFORE_IMPUTATION: Final = "before_imputation"


@dataclass(frozen=True, slots=True)
class Denominator:
    """The column of ``localities.csv`` an indicator is divided by, and the factor after it."""

    column: str
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Screen:
    """Least shares of values and of values other than zero, and the exceptions by name.

    On a branch localities are screened and ``force_in``/``force_out`` name them; on an
    indicator the indicator is, and ``force`` is ``in``, ``out`` or ``None``. ``when`` says
    whether what was reported is judged, or what is there after gaps were filled.
    """

    available: float = 0.0
    nonzero: float = 0.0
    force_in: tuple[str, ...] = ()
    force_out: tuple[str, ...] = ()
    force: str | None = None
    when: str = BEFORE_IMPUTATION

    @property
    def is_late(self) -> bool:
        """Whether it acts after imputation."""
        return self.when != BEFORE_IMPUTATION


@dataclass(frozen=True, slots=True)
class Imputation:
    """How a missing value is filled; ``group`` names a column of ``localities.csv``."""

    method: str
    group: str | None = None
    value: float | None = None

    @property
    def is_over_time(self) -> bool:
        """Whether values of other periods stand in."""
        return self.method in ("previous", "linear")


@dataclass(frozen=True, slots=True)
class Treatment:
    """How outliers are treated; thresholds are on sample-adjusted skewness and kurtosis."""

    method: str
    max_points: int = 5
    skewness: float = 2.0
    kurtosis: float = 3.5
    fallback: str = "log"
    lower: float | None = None
    upper: float | None = None
    exponent: float = 0.0


@dataclass(frozen=True, slots=True)
class Weighting:
    """Where the weights of a node's children come from.

    ``given`` takes the document's; every other method shares the node's weight out anew.
    ``matrix`` (AHP) and ``experts`` (points per expert) follow the children's order.
    """

    method: str = "given"
    matrix: tuple[tuple[float, ...], ...] = ()
    inconsistency_accepted: bool = False
    experts: tuple[tuple[float, ...], ...] = ()
    loadings: str = "squared"
    min_share: float = 0.0
    max_share: float = 1.0

    @property
    def is_given(self) -> bool:
        """Whether the document's own weights count."""
        return self.method == "given"


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How a node's children become its score.

    ``power`` is that of the generalised mean; ``order_weights`` are those of the ordered
    weighted average, the best child's first.
    """

    method: str = "arithmetic"
    power: float = 1.0
    order_weights: tuple[float, ...] = ()

    @property
    def is_weighted(self) -> bool:
        """Whether children share the parent's weight (``minimum`` and ``maximum`` do not)."""
        return self.method not in ("minimum", "maximum")


@dataclass(frozen=True, slots=True)
class MissingPolicy:
    """What happens when a child has no score, and the least share of weight needed.

    ``not_applicable`` is the policy for children that do not apply or were excluded. Where a
    document does not state it (``states_not_applicable``), weight is redistributed only if the
    node redistributes that of missing children; else such a child is an error.
    """

    policy: str = "error"
    availability: float = 0.0
    not_applicable: str = "error"
    states_not_applicable: bool = field(default=False, compare=False)
