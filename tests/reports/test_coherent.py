"""What the regional summary tells of the sensitivity of the ranks."""

from types import SimpleNamespace
from typing import Any, cast

from django.utils import translation

from assessment.engine import FrameworkDocument
from assessment.publication.models import Analysis
from assessment.reports.coherent import Coherent, Estimate, coherent

STEADY = {"value": 0.77, "low": 0.626, "high": 0.896}


def told(first: dict[str, Any], total: dict[str, Any]) -> Coherent:
    """The findings of a study with one factor."""
    analysis = Analysis(
        document={
            "uncertainty": {"draws": 1000, "failed_draws": 0, "seed": 1, "tied_groups": []},
            "sensitivity": {"first_order": {"weights": first}, "total": {"weights": total}},
            "coherence": {"nodes": []},
        }
    )
    framework = cast(FrameworkDocument, SimpleNamespace(root=SimpleNamespace(code="index")))
    with translation.override("en"):
        return coherent(framework, analysis, "en")


def test_a_share_stands_with_its_interval() -> None:
    found = told(STEADY, STEADY)
    assert found.factors[0].first == Estimate("77 %", "63–90 %")
    assert not found.has_clipped


def test_a_share_below_0_or_above_100_is_shown_as_the_nearest_one_and_said_so() -> None:
    """Sobol estimates are unbiased, not bounded: −1 % and 108 % are what they may come to."""
    found = told(
        {"value": -0.012, "low": -0.08, "high": 0.06}, {"value": 1.08, "low": 0.94, "high": 1.2}
    )
    [line] = found.factors
    assert line.first == Estimate("0 %", "0–6 %", is_clipped=True)
    assert line.total == Estimate("100 %", "94–100 %", is_clipped=True)
    assert found.has_clipped


def test_an_interval_as_wide_as_the_scale_is_no_figure() -> None:
    unsteady = told(
        {"value": 0.188, "low": -0.3, "high": 0.62}, {"value": 0.111, "low": None, "high": None}
    )
    [line] = unsteady.factors
    assert line.first == line.total == Estimate("Too unsteady to read")
    assert not unsteady.has_clipped
