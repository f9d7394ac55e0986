"""Composite-indicator arithmetic: framework documents in, traced scores out; no Django.

from assessment.engine import load_framework, load_observations, score
results = score(load_framework("framework.json"), load_observations("observations.csv"))
"""

from assessment.engine import dependencies  # noqa: F401 - before whatever needs them

# isort: split
from assessment.engine.adjustments import Adjustment, load_adjustments
from assessment.engine.bundle import BundleParts, CyclePeriod, KnownGap, build_bundle
from assessment.engine.coherence import Coherence, coherence
from assessment.engine.comparison import Change, Comparison, Parts, compare
from assessment.engine.document import (
    Basis,
    Edition,
    Evidence,
    FrameworkDocument,
    Grade,
    Level,
    Node,
    Normalisation,
    Rule,
    Scale,
    ValueSpec,
)
from assessment.engine.explain import (
    AdjustmentText,
    adjustment_texts,
    note_text,
    rule_text,
    titled_note,
)
from assessment.engine.freeze import freeze
from assessment.engine.history import History, load_history
from assessment.engine.inspection import Availability, Report, inspect
from assessment.engine.limits import Limits
from assessment.engine.localities import Localities, Locality, load_localities
from assessment.engine.methods import (
    Aggregation,
    Denominator,
    Imputation,
    MissingPolicy,
    Screen,
    Treatment,
    Weighting,
)
from assessment.engine.observations import (
    STATUSES,
    Observation,
    ObservationMatrix,
    Observations,
    load_observations,
)
from assessment.engine.panel import PanelResults, Trend, score_panel
from assessment.engine.problems import (
    BundleError,
    EngineError,
    FrameworkError,
    InputError,
    Problem,
    ScoringError,
    SettingError,
)
from assessment.engine.reading import load_framework
from assessment.engine.results import ResultRow, Results
from assessment.engine.rounding import round_half_even
from assessment.engine.run import score
from assessment.engine.schema import framework_schema, framework_schema_text
from assessment.engine.sensitivity import SensitivityResults, sensitivity
from assessment.engine.snapshot import value_faults
from assessment.engine.spread import UncertaintyResults
from assessment.engine.stored import load_run
from assessment.engine.targets import full_score_value
from assessment.engine.texts import LocalizedText
from assessment.engine.uncertainty import uncertainty
from assessment.engine.variation import Variation
from assessment.engine.verification import VerificationReport, verify
from assessment.engine.version import ENGINE_VERSION
from assessment.engine.what_if import rescore

__all__ = [
    "ENGINE_VERSION",
    "STATUSES",
    "Adjustment",
    "AdjustmentText",
    "Aggregation",
    "Availability",
    "Basis",
    "BundleError",
    "BundleParts",
    "Change",
    "Coherence",
    "Comparison",
    "CyclePeriod",
    "Denominator",
    "Edition",
    "EngineError",
    "Evidence",
    "FrameworkDocument",
    "FrameworkError",
    "Grade",
    "History",
    "Imputation",
    "InputError",
    "KnownGap",
    "Level",
    "Limits",
    "Localities",
    "Locality",
    "LocalizedText",
    "MissingPolicy",
    "Node",
    "Normalisation",
    "Observation",
    "ObservationMatrix",
    "Observations",
    "PanelResults",
    "Parts",
    "Problem",
    "Report",
    "ResultRow",
    "Results",
    "Rule",
    "Scale",
    "ScoringError",
    "Screen",
    "SensitivityResults",
    "SettingError",
    "Treatment",
    "Trend",
    "UncertaintyResults",
    "ValueSpec",
    "Variation",
    "VerificationReport",
    "Weighting",
    "adjustment_texts",
    "build_bundle",
    "coherence",
    "compare",
    "framework_schema",
    "framework_schema_text",
    "freeze",
    "full_score_value",
    "inspect",
    "load_adjustments",
    "load_framework",
    "load_history",
    "load_localities",
    "load_observations",
    "load_run",
    "note_text",
    "rescore",
    "round_half_even",
    "rule_text",
    "score",
    "score_panel",
    "sensitivity",
    "titled_note",
    "uncertainty",
    "value_faults",
    "verify",
]
